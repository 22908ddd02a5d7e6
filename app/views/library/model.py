"""The documents as a table, sorted and filtered; rows move and change in place, so that selection and scroll stay.

Sorting is done here, on whole lists: a proxy model would call back for every comparison, which thousands of documents
make slow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.views.library.columns import CELL_TEXT, SORT_KEY, Column, column_titles
from app.views.library.wording import state_details
from engine.types import DocumentInfo

Index = QModelIndex | QPersistentModelIndex
DOCUMENT = Qt.ItemDataRole.UserRole + 1


class DocumentTable(QAbstractTableModel):
    """documents holds all of them; the rows are those whose name or title has the words searched for."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._known: dict[int, DocumentInfo] = {}
        self._rows: list[DocumentInfo] = []
        self._row_of: dict[int, int] = {}
        self._words: list[str] = []
        self._column = Column.NAME
        self._descending = False
        self._titles = column_titles()

    @property
    def documents(self) -> list[DocumentInfo]:
        """Every document, in the order they were first shown."""
        return list(self._known.values())

    @property
    def rows(self) -> list[DocumentInfo]:
        """The documents shown, top down."""
        return self._rows

    def document(self, document_id: int) -> DocumentInfo | None:
        """The document of that id, None where there is none."""
        return self._known.get(document_id)

    def row_of(self, document_id: int) -> int | None:
        """The row of a document, None where it is not shown."""
        return self._row_of.get(document_id)

    def show(self, documents: Sequence[DocumentInfo]) -> None:
        """Make the table hold exactly these documents."""
        wanted = {document.id for document in documents}
        for gone in self._known.keys() - wanted:
            del self._known[gone]
        self.update(documents)

    def update(self, documents: Iterable[DocumentInfo]) -> None:
        """Take over the new state of some documents, known or not."""
        self._known |= {document.id: document for document in documents}
        self._arrange()

    def set_words(self, text: str) -> None:
        """Show only documents that hold every word; all of them for an empty text."""
        self._words = text.casefold().split()
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._column, self._descending = Column(column), order == Qt.SortOrder.DescendingOrder
        self._arrange()

    def _arrange(self) -> None:
        """Bring the rows to what they should be: take rows out, move, put rows in, and tell which changed."""
        shown = [document for document in self._known.values() if self._accepts(document)]
        wanted = sorted(shown, key=SORT_KEY[self._column], reverse=self._descending)
        ids = {document.id for document in wanted}
        self._remove([row for row, document in enumerate(self._rows) if document.id not in ids])
        stay = [document for document in wanted if document.id in self._row_of]
        if any(old.id != new.id for old, new in zip(self._rows, stay, strict=True)):
            self._reorder(stay)
        self._tell_changes(stay)
        self._insert(wanted)

    def _accepts(self, document: DocumentInfo) -> bool:
        if not self._words:
            return True
        named = f"{document.name} {document.title}".casefold()
        return all(word in named for word in self._words)

    def _remove(self, rows: list[int]) -> None:
        for first, last in reversed(_runs(rows)):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._rows[first : last + 1]
            self._number()
            self.endRemoveRows()

    def _reorder(self, order: list[DocumentInfo]) -> None:
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        held = [(self._rows[index.row()].id, index.column()) for index in before]
        old = {document.id: document for document in self._rows}
        self._rows = [old[document.id] for document in order]
        self._number()
        self.changePersistentIndexList(before, [self.index(self._row_of[each], column) for each, column in held])
        self.layoutChanged.emit()

    def _tell_changes(self, stay: list[DocumentInfo]) -> None:
        changed = [row for row, document in enumerate(stay) if document != self._rows[row]]
        self._rows = stay
        for first, last in _runs(changed):
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(Column) - 1))

    def _insert(self, wanted: list[DocumentInfo]) -> None:
        for first, last in _runs([row for row, document in enumerate(wanted) if document.id not in self._row_of]):
            self.beginInsertRows(QModelIndex(), first, last)
            self._rows[first:first] = wanted[first : last + 1]
            self.endInsertRows()
        self._number()

    def _number(self) -> None:
        self._row_of = {document.id: row for row, document in enumerate(self._rows)}

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._rows)

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
        document, column = self._rows[index.row()], Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return CELL_TEXT[column](document)
        if role == DOCUMENT:
            return document
        if role == Qt.ItemDataRole.ToolTipRole:
            tip = _TIPS.get(column)
            return tip(document) if tip else None
        return None


_TIPS: dict[Column, Callable[[DocumentInfo], str]] = {
    Column.NAME: lambda document: document.name,
    Column.STATE: state_details,
}


def _runs(rows: list[int]) -> list[tuple[int, int]]:
    """Ascending row numbers as runs of neighbours."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs
