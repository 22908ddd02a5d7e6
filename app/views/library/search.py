"""Search inside the documents: passages below the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.i18n import counted, tr
from app.widgets.labels import label
from app.widgets.layout import SPACE_M, SPACE_S, show_if
from app.widgets.passage_list import PassageList

if TYPE_CHECKING:
    from app.context import AppContext
    from engine.types import SearchResult

_PAUSE_MS = 250
_SHORTEST = 3
FOUND = 10


class ContentSearch(QWidget):
    """Shown only while there is something to search for. chosen: a passage was opened. found: a search ended."""

    chosen = Signal(object)
    found = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._query = ""
        self._number = 0
        self.heading = label("", "heading")
        self.note = label("", "small")
        self.passages = PassageList(context.theme)
        self.passages.chosen.connect(self.chosen)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._search)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACE_M, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addWidget(self.heading)
        layout.addWidget(self.note)
        layout.addWidget(self.passages, 1)
        self.hide()

    def search(self, text: str) -> None:
        """Look for text once typing pauses; too short a text hides the passages."""
        self._query = text.strip()
        self._number += 1
        if len(self._query) < _SHORTEST:
            self._pause.stop()
            self.hide()
            self.passages.show_passages([])
            return
        self._pause.start()

    def _search(self) -> None:
        number, query, library = self._number, self._query, self._context.workspace.library
        if not self.isVisible():
            self.heading.setText(tr("Library", "Searching in the text…"))
            self.note.hide()
            self.show()
        self._context.operations.start(
            lambda _job: library.search(query, FOUND),
            owner=self,
            on_success=lambda result: self._show(result) if number == self._number else None,
            on_failure=self._context.notices.error,
        )

    def _show(self, result: SearchResult) -> None:
        count = len(result.hits)
        words = counted("Library", "1 passage in the text", "{count} passages in the text, nearest first", count)
        self.heading.setText(words if count else tr("Library", "No passage found in the text"))
        self.note.setText(tr("Library", "By words only for now: search by meaning is still being prepared."))
        show_if(self.note, not result.dense)
        self.passages.show_passages([hit.passage for hit in result.hits])
        self.found.emit()
