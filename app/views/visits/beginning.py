"""What can be done where nothing was said yet: paste, or take it from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.i18n import tr
from app.widgets.buttons import push_button
from app.widgets.feedback import Notice
from app.widgets.labels import label
from app.widgets.layout import SPACE_L, SPACE_M, column, row, show_if

if TYPE_CHECKING:
    from app.theme import Theme


class _PasteField(QPlainTextEdit):
    def insertFromMimeData(self, source: QMimeData) -> None:
        self.insertPlainText(source.text())


class Beginning(QWidget):
    """pasted: the text of a transcript. file_wanted: a file is to be chosen. model_wanted: a speech model is."""

    pasted = Signal(str)
    model_wanted = Signal()
    file_wanted = Signal()

    def __init__(self, theme: Theme, *, may_fetch: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = _PasteField()
        self.field.setTabChangesFocus(True)
        self.field.setAccessibleName(tr("Visits", "Transcript to paste"))
        example = tr("Visits", "Doctor: What brings you here?\nPatient: My knee has been swollen since Monday.")
        self.field.setPlaceholderText(example)
        self.use_button = push_button(tr("Visits", "Use this text"), self._use)
        self.file_button = push_button(tr("Visits", "From a file …"), self.file_wanted.emit)
        self.file_button.setToolTip(
            tr("Visits", "Sound (WAV, MP3, M4A, OGG, FLAC, MP4) or text (TXT, VTT, SRT, TextGrid, DOCX)")
        )
        words = tr("Visits", "Record the visit, paste what was said, or take it from a file of sound or text.")
        self.model_button = push_button(tr("Visits", "Get the speech model"), self.model_wanted.emit, role="link")
        self.obstacle = Notice(theme, ("microphone", "muted"), buttons=(self.model_button,))
        show_if(self.obstacle, False)
        body = column(label(words, "muted", wrap=True), self.obstacle, self.field, spacing=SPACE_M)
        body.addLayout(row(self.use_button, self.file_button, 1))
        body.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        body.setStretchFactor(self.field, 1)
        self.setLayout(body)
        self.obstacle.show_button(self.model_button, may_fetch)
        self.field.textChanged.connect(self._tell)
        self._tell()

    def clear(self) -> None:
        self.field.clear()

    def show_obstacle(self, obstacle: str) -> None:
        """Say why sound cannot be understood here, and offer what helps; "" says nothing."""
        self.obstacle.say(tr("Visits", "Speech cannot be written down yet."), obstacle)
        show_if(self.obstacle, bool(obstacle))

    def _tell(self) -> None:
        self.use_button.setEnabled(bool(self.field.toPlainText().strip()))

    def _use(self) -> None:
        self.pasted.emit(self.field.toPlainText())
