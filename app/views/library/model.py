"""The documents as a table; rows change in place, so that selection and scroll position stay."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import IntEnum

from PySide6.QtCore import (
    QAbstractTableModel,
    QDate,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)

from app.i18n import size_text, tr
from app.views.library.wording import state_details, state_text
from engine.types import DocumentInfo, DocumentState

Index = QModelIndex | QPersistentModelIndex
DOCUMENT = Qt.ItemDataRole.UserRole + 1
SORT_KEY = Qt.ItemDataRole.UserRole + 2
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


class DocumentTable(QAbstractTableModel):
    """Rows in the order the documents were first shown; sorting is the proxy's."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._documents: list[DocumentInfo] = []
        self._rows: dict[int, int] = {}
        self._titles = [
            tr("Library", "Name"),
            tr("Library", "State"),
            tr("Library", "Pages"),
            tr("Library", "Size"),
            tr("Library", "Added"),
        ]

    @property
    def documents(self) -> list[DocumentInfo]:
        return self._documents

    def document(self, document_id: int) -> DocumentInfo | None:
        """The document of that id, None where it is not shown."""
        row = self._rows.get(document_id)
        return None if row is None else self._documents[row]

    def row_of(self, document_id: int) -> int | None:
        return self._rows.get(document_id)

    def show(self, documents: Sequence[DocumentInfo]) -> None:
        """Make the table hold exactly these documents."""
        wanted = {document.id for document in documents}
        self._remove([row for row, document in enumerate(self._documents) if document.id not in wanted])
        self.update(documents)

    def update(self, documents: Iterable[DocumentInfo]) -> None:
        """Take over the new state of some documents; unknown ones are added at the end."""
        added = []
        for document in documents:
            row = self._rows.get(document.id)
            if row is None:
                added.append(document)
            elif self._documents[row] != document:
                self._documents[row] = document
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(Column) - 1))
        if added:
            first = len(self._documents)
            self.beginInsertRows(QModelIndex(), first, first + len(added) - 1)
            self._documents += added
            self._number()
            self.endInsertRows()

    def _remove(self, rows: list[int]) -> None:
        for first, last in reversed(_runs(rows)):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._documents[first : last + 1]
            self._number()
            self.endRemoveRows()

    def _number(self) -> None:
        self._rows = {document.id: row for row, document in enumerate(self._documents)}

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._documents)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | Qt.AlignmentFlag | None:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._titles[section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        document, column = self._documents[index.row()], Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return _TEXT[column](document)
        if role == DOCUMENT:
            return document
        if role == SORT_KEY:
            return _KEYS[column](document)
        if role == Qt.ItemDataRole.ToolTipRole and column in (Column.NAME, Column.STATE):
            return document.name if column is Column.NAME else state_details(document)
        return None


class DocumentFilter(QSortFilterProxyModel):
    """Documents whose name or title holds the words, sorted by the clicked column."""

    def __init__(self, table: DocumentTable, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words: list[str] = []
        self._table = table
        self.setSourceModel(table)
        self.setSortRole(SORT_KEY)

    def set_words(self, text: str) -> None:
        """Show only documents that hold every word; all of them for an empty text."""
        self.beginFilterChange()
        self._words = text.casefold().split()
        self.endFilterChange()

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:  # noqa: ARG002 - Qt's signature
        if not self._words:
            return True
        document = self._table.documents[row]
        known = f"{document.name} {document.title}".casefold()
        return all(word in known for word in self._words)

    def lessThan(self, left: Index, right: Index) -> bool:
        one: tuple[object, ...] = left.data(SORT_KEY)
        other: tuple[object, ...] = right.data(SORT_KEY)
        return one < other


def _pages(document: DocumentInfo) -> str:
    return QLocale().toString(document.pages) if document.paged and document.pages else ""


def _added(document: DocumentInfo) -> str:
    day = datetime.fromisoformat(document.added_at).astimezone().date()
    return QLocale().toString(QDate(day.year, day.month, day.day), QLocale.FormatType.ShortFormat)


def _runs(rows: list[int]) -> list[tuple[int, int]]:
    """Ascending row numbers as runs of neighbours."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs


_TEXT: dict[Column, Callable[[DocumentInfo], str]] = {
    Column.NAME: lambda document: document.name,
    Column.STATE: state_text,
    Column.PAGES: _pages,
    Column.SIZE: lambda document: size_text(document.size),
    Column.ADDED: _added,
}
_KEYS: dict[Column, Callable[[DocumentInfo], tuple[object, ...]]] = {
    Column.NAME: lambda document: (document.name.casefold(), document.id),
    Column.STATE: lambda document: (_STATE_ORDER.index(document.state), document.name.casefold(), document.id),
    Column.PAGES: lambda document: (document.pages, document.id),
    Column.SIZE: lambda document: (document.size, document.id),
    Column.ADDED: lambda document: (document.added_at, document.id),
}
