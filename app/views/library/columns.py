"""The columns of the document table: what they show and how they sort."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import IntEnum

from PySide6.QtCore import QDate, QLocale

from app.i18n import size_text, tr
from app.views.library.wording import state_text
from engine.types import DocumentInfo, DocumentState

# In the order a reader wants to see them: what needs attention first.
_STATE_ORDER = [
    DocumentState.FAILED,
    DocumentState.READING,
    DocumentState.INDEXING,
    DocumentState.QUEUED,
    DocumentState.READY,
]


class Column(IntEnum):
    NAME = 0
    STATE = 1
    PAGES = 2
    SIZE = 3
    ADDED = 4


def column_titles() -> list[str]:
    """The headings, in order."""
    return [
        tr("Library", "Name"),
        tr("Library", "State"),
        tr("Library", "Pages"),
        tr("Library", "Size"),
        tr("Library", "Added"),
    ]


def _pages(document: DocumentInfo) -> str:
    return QLocale().toString(document.pages) if document.paged and document.pages else ""


def _added(document: DocumentInfo) -> str:
    day = datetime.fromisoformat(document.added_at).astimezone().date()
    return QLocale().toString(QDate(day.year, day.month, day.day), QLocale.FormatType.ShortFormat)


CELL_TEXT: dict[Column, Callable[[DocumentInfo], str]] = {
    Column.NAME: lambda document: document.name,
    Column.STATE: state_text,
    Column.PAGES: _pages,
    Column.SIZE: lambda document: size_text(document.size),
    Column.ADDED: _added,
}
# Every key ends in the id, so that documents that are alike keep their order.
SORT_KEY: dict[Column, Callable[[DocumentInfo], tuple[object, ...]]] = {
    Column.NAME: lambda document: (document.name.casefold(), document.id),
    Column.STATE: lambda document: (_STATE_ORDER.index(document.state), document.name.casefold(), document.id),
    Column.PAGES: lambda document: (document.pages, document.id),
    Column.SIZE: lambda document: (document.size, document.id),
    Column.ADDED: lambda document: (document.added_at, document.id),
}
