"""The list of conversations, newest first, under the headings Today, Yesterday and Earlier."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from app.widgets.dated_rows import dated_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.types import Conversation

Index = QModelIndex | QPersistentModelIndex
CONVERSATION_ID = Qt.ItemDataRole.UserRole + 1


class ConversationModel(QAbstractListModel):
    """Rows are headings (plain strings) and conversations. renamed: id and the new title, typed by the reader."""

    renamed = Signal(int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[str | Conversation] = []

    def show(self, conversations: Sequence[Conversation], today: date) -> bool:
        """Show these; false if nothing changed."""
        rows = dated_rows(conversations, lambda each: each.updated_at, today)
        if rows == self._rows:
            return False
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()
        return True

    def index_of(self, conversation_id: int | None) -> QModelIndex:
        """The row of a conversation; an invalid index where it is not listed."""
        for number, row in enumerate(self._rows):
            if not isinstance(row, str) and row.id == conversation_id:
                return self.index(number)
        return QModelIndex()

    def title_of(self, conversation_id: int) -> str:
        index = self.index_of(conversation_id)
        return str(index.data()) if index.isValid() else ""

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        heading = isinstance(row, str)
        text = row if isinstance(row, str) else row.title
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return text
        if role == Qt.ItemDataRole.ToolTipRole:
            return None if heading else text
        if role == CONVERSATION_ID:
            return None if isinstance(row, str) else row.id
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or isinstance(self._rows[index.row()], str):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row = self._rows[index.row()]
        title = " ".join(str(value).split())
        if isinstance(row, str) or role != Qt.ItemDataRole.EditRole or not title or title == row.title:
            return False
        self.renamed.emit(row.id, title)
        return True
