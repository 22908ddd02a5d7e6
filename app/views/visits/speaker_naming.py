"""Giving a speaker another name, in a line above the transcript."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.i18n import tr
from app.widgets.buttons import push_button
from app.widgets.labels import label
from app.widgets.layout import SPACE_L, SPACE_M, SPACE_S, row, show_if


class SpeakerNaming(QWidget):
    """Hidden until it asks. named: old, new name. done: it was answered, whether or not with another name."""

    named = Signal(str, str)
    done = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._old = ""
        self._words = label("")
        self.field = QLineEdit()
        self.field.setAccessibleName(tr("Visits", "Name of the speaker"))
        self.field.returnPressed.connect(self._answer)
        line = row(self._words, self.field, push_button(tr("Visits", "Name"), self._answer))
        line.setContentsMargins(SPACE_L, 0, SPACE_M, SPACE_S)
        self.setLayout(line)
        show_if(self, False)

    def ask(self, speaker: str) -> None:
        """Ask what a speaker is called."""
        self._old = speaker
        self._words.setText(tr("Visits", "“{name}” is", name=speaker))
        self.field.setText(speaker)
        self.field.selectAll()
        self.show()
        self.field.setFocus()

    def _answer(self) -> None:
        name = " ".join(self.field.text().split())
        self.hide()
        self.done.emit()
        if name and name != self._old:
            self.named.emit(self._old, name)
