"""The strip above the table while documents are being taken in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.i18n import tr
from app.views.library.wording import UNFINISHED, state_text
from app.widgets.buttons import push_button
from app.widgets.feedback import ProgressLine
from app.widgets.layout import SPACE_L, show_if
from app.words.names import short_name
from engine.types import DocumentState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.types import DocumentInfo

_BUSY = (DocumentState.READING, DocumentState.INDEXING)


class ImportStrip(QWidget):
    """Counts a batch: it begins when the first document waits and ends when none does."""

    pause_chosen = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._batch: set[int] = set()
        self._paused = False
        self._documents: Sequence[DocumentInfo] = ()
        self.line = ProgressLine()
        self.pause_button = push_button("", lambda: self.pause_chosen.emit(not self._paused))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_L)
        layout.addWidget(self.line, 1)
        layout.addWidget(self.pause_button)
        self.hide()

    @property
    def words(self) -> str:
        return self.line.words.text()

    def show_documents(self, documents: Sequence[DocumentInfo]) -> None:
        """Bring the count up to date."""
        self._documents = documents
        self._tell()

    def set_paused(self, paused: bool) -> None:
        """Whether the import rests."""
        if paused != self._paused:
            self._paused = paused
            self._tell()

    def _tell(self) -> None:
        waiting = {document.id for document in self._documents if document.state in UNFINISHED}
        self._batch = (self._batch | waiting) & {document.id for document in self._documents} if waiting else set()
        show_if(self, bool(waiting))
        if not waiting:
            return
        done, total = len(self._batch) - len(waiting), len(self._batch)
        share = sum(each.done / each.total for each in self._documents if each.id in waiting and each.total)
        self.line.show_progress(
            round(100 * (done + share)), 100 * total, self._sentence(done, total), paused=self._paused
        )
        self.pause_button.setText(tr("Library", "Go on") if self._paused else tr("Library", "Pause"))

    def _sentence(self, done: int, total: int) -> str:
        if self._paused:
            return tr("Library", "Paused · {done} of {total} documents done", done=done, total=total)
        words = tr("Library", "{done} of {total} documents done", done=done, total=total)
        current = next((document for document in self._documents if document.state in _BUSY and document.total), None)
        if current is None:
            return words
        return f"{words} · {short_name(current.name, 40)}: {state_text(current)}"
