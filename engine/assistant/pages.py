"""The page of a place in a document."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

from engine.types import DocumentText


class Pages:
    """The page of an offset in a document; each document's text is fetched once."""

    def __init__(self, text_of: Callable[[int], DocumentText]) -> None:
        self._text_of = text_of
        self._known: dict[int, DocumentText] = {}

    def __call__(self, document_id: int, offset: int) -> int | None:
        """The page's number; None for a document without pages."""
        document = self._known.get(document_id)
        if document is None:
            document = self._known[document_id] = self._text_of(document_id)
        if not document.paged:
            return None
        index = bisect_right(document.pages, offset, key=lambda page: page.start) - 1
        return document.pages[max(index, 0)].number
