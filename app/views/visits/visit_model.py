"""The list of visits, newest first, under the headings Today, Yesterday and Earlier."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.i18n import when_text
from app.widgets.dated_rows import dated_rows
from app.words.visits import patient_words, state_words
from engine.types import SoundState, VisitInfo

if TYPE_CHECKING:
    from collections.abc import Sequence

Index = QModelIndex | QPersistentModelIndex
VISIT = Qt.ItemDataRole.UserRole + 1


class VisitModel(QAbstractListModel):
    """Rows are headings (plain strings) and visits."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[str | VisitInfo] = []

    @property
    def visits(self) -> list[VisitInfo]:
        return [row for row in self._rows if isinstance(row, VisitInfo)]

    def show(self, visits: Sequence[VisitInfo], today: date) -> bool:
        """Show these; false if nothing changed."""
        rows = dated_rows(visits, lambda each: each.begun_at, today)
        if rows == self._rows:
            return False
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()
        return True

    def index_of(self, visit_id: int | None) -> QModelIndex:
        """The row of a visit; an invalid index where it is not listed."""
        for number, row in enumerate(self._rows):
            if isinstance(row, VisitInfo) and row.id == visit_id:
                return self.index(number)
        return QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if isinstance(row, str):
            return row if role == Qt.ItemDataRole.DisplayRole else None
        if role == VISIT:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return patient_words(row)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return f"{patient_words(row)}, {when_text(row.begun_at)}, {state_words(row.state)}"
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or isinstance(self._rows[index.row()], str):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


def time_of_day(info: VisitInfo, today: date) -> str:
    """When a visit began: the time where it was today or yesterday, else the day."""
    when = datetime.fromisoformat(info.begun_at).astimezone()
    if (today - when.date()).days <= 1:
        return f"{when:%H:%M}"
    return when_text(info.begun_at).split(",")[0]


def is_recording(info: VisitInfo) -> bool:
    """Whether sound of this visit is being recorded."""
    return info.sound is SoundState.RECORDING
