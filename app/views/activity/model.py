"""The entries as a table, loaded piece by piece while somebody scrolls."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from app.i18n import tr, when_text
from app.words.activity import kind_words, person_words, subject_words
from engine.types import AuditEntry

WHEN, WHO, WHAT, ON = range(4)
_Index = QModelIndex | QPersistentModelIndex


class EntryTable(QAbstractTableModel):
    """more: there are older entries. more_wanted: they are to be loaded."""

    more_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entries: list[AuditEntry] = []
        self.names: dict[str, str] = {}
        self.more = False

    def show(self, entries: list[AuditEntry], names: dict[str, str], *, more: bool) -> None:
        """Replace everything. more: there are older ones."""
        self.beginResetModel()
        self.entries, self.names, self.more = list(entries), names, more
        self.endResetModel()

    def append(self, entries: list[AuditEntry], *, more: bool) -> None:
        """Add older entries behind those that are here."""
        self.more = more
        if entries:
            self.beginInsertRows(QModelIndex(), len(self.entries), len(self.entries) + len(entries) - 1)
            self.entries += entries
            self.endInsertRows()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.entries)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else 4

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._text(self.entries[index.row()], index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            entry = self.entries[index.row()]
            return ", ".join(text for column in range(4) if (text := self._text(entry, column)))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (tr("Activity", "When"), tr("Activity", "Who"), tr("Activity", "What"), tr("Activity", "On"))[
                section
            ]
        return None

    def ask_for_more(self) -> None:
        """Somebody has come near the end of what is here."""
        if self.more:
            self.more = False  # until they are here
            self.more_wanted.emit()

    def _text(self, entry: AuditEntry, column: int) -> str:
        if column == WHEN:
            return when_text(entry.at)
        if column == WHO:
            return person_words(entry)
        return kind_words(entry.kind) if column == WHAT else subject_words(entry.subject, self.names)
