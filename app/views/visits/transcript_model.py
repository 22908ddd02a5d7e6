"""What was said, one row per utterance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from app.words.visits import clock_text
from engine.types import Mark, Utterance

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Index = QModelIndex | QPersistentModelIndex
UTTERANCE = Qt.ItemDataRole.UserRole + 1
SPANS = Qt.ItemDataRole.UserRole + 2
MARKED = Qt.ItemDataRole.UserRole + 3


class TranscriptModel(QAbstractListModel):
    """corrected: an utterance's id and the words that a person put in place of what was heard."""

    corrected = Signal(int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Utterance] = []
        self._places: dict[int, int] = {}
        self._marks: list[Mark] = []
        self._spans: dict[int, list[tuple[int, int]]] = {}
        self.editable = True

    @property
    def utterances(self) -> list[Utterance]:
        return list(self._rows)

    @property
    def speakers(self) -> list[str]:
        """Who speaks, in the order in which they first do."""
        return list(dict.fromkeys(each.speaker for each in self._rows if each.speaker))

    def show(self, utterances: Sequence[Utterance], marks: Sequence[Mark] = ()) -> None:
        """Show these; rows that are the same stay as they are."""
        self._marks = list(marks)
        same = len(utterances) >= len(self._rows) and all(
            new.id == old.id for new, old in zip(utterances, self._rows, strict=False)
        )
        if same:
            self.update(utterances)
            return
        self.beginResetModel()
        self._rows = list(utterances)
        self._places = {each.id: place for place, each in enumerate(self._rows)}
        self.endResetModel()

    def update(self, utterances: Iterable[Utterance]) -> None:
        """Take utterances that are new, or that replace those of the same id."""
        added = []
        for each in utterances:
            place = self._places.get(each.id)
            if place is None:
                added.append(each)
            elif self._rows[place] != each:
                self._rows[place] = each
                self.dataChanged.emit(self.index(place), self.index(place))
        if added:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(added) - 1)
            self._rows += added
            self._places |= {each.id: first + number for number, each in enumerate(added)}
            self.endInsertRows()

    def mark_words(self, spans: dict[int, list[tuple[int, int]]]) -> None:
        """Mark these words: spans of the utterances' texts by their ids. Marks of before go."""
        changed = set(self._spans) | set(spans)
        self._spans = spans
        for utterance_id in changed:
            index = self.index_of(utterance_id)
            if index.isValid():
                self.dataChanged.emit(index, index, [SPANS])

    def index_of(self, utterance_id: int) -> QModelIndex:
        place = self._places.get(utterance_id)
        return self.index(place) if place is not None else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        # Asked for a thousand times where a long visit is laid out.
        if role == UTTERANCE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return row.text
        known: dict[int, object] = {
            SPANS: self._spans.get(row.id, []),
            MARKED: self._marks_in(index.row()) if role == MARKED else [],
            Qt.ItemDataRole.AccessibleTextRole: _spoken(row),
        }
        return known.get(role)

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row = self._rows[index.row()]
        text = " ".join(str(value).split())
        if role != Qt.ItemDataRole.EditRole or not text or text == row.text:
            return False
        self.corrected.emit(row.id, text)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:  # noqa: ARG002 - all are alike
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if self.editable else flags

    def _marks_in(self, place: int) -> list[Mark]:
        begin = self._rows[place].begins_s
        if begin is None:
            return []
        following = self._rows[place + 1].begins_s if place + 1 < len(self._rows) else None
        until = following if following is not None else float("inf")
        start = begin if place else 0.0
        return [mark for mark in self._marks if start <= mark.at_s < until]


def _spoken(row: Utterance) -> str:
    when = f"{clock_text(row.begins_s)}, " if row.begins_s is not None else ""
    return f"{when}{row.speaker}: {row.text}"
