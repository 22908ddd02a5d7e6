"""Passages found in the library."""

from __future__ import annotations

from msgspec import Struct, field


class Passage(Struct, frozen=True):
    """A stored chunk with the document it stands in. page is None where the format has no pages.

    header: the names of the columns, where the passage is cut out of a table below them; not part of text.
    """

    id: int
    document_id: int
    document: str
    page: int | None
    section: str
    text: str
    start: int
    end: int
    header: str = ""

    @property
    def shown(self) -> str:
        """The text under the names of its columns, for whoever reads it out of its place."""
        return f"{self.header}\n{self.text}" if self.header else self.text


class Hit(Struct, frozen=True):
    """A passage found, best first. Ranks count from 1; None where that method did not return it."""

    rank: int
    passage: Passage
    score: float
    keyword_rank: int | None = None
    dense_rank: int | None = None
    similarity: float | None = None


class SearchResult(Struct, frozen=True):
    """dense is false while the vector index is still being filled and only keyword search answered.

    ms: the whole search; stages: its parts, "embedding" and "neighbours" of which went on beside the others.
    """

    query: str
    hits: list[Hit]
    ms: float
    dense: bool
    stages: dict[str, float] = field(default_factory=dict)
