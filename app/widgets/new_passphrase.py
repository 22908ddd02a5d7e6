"""Choosing a new passphrase: typed twice, with a hint how strong it is."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.i18n import tr
from app.theme import Theme
from app.widgets.labels import label, set_role
from app.widgets.layout import SPACE_M, SPACE_S
from app.widgets.passphrase import PassphraseField, strength


class NewPassphrase(QWidget):
    """changed: something was typed. submitted: Enter in a pair that is the same twice."""

    changed = Signal()
    submitted = Signal()

    def __init__(self, theme: Theme, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        name = name or tr("Passphrase", "Passphrase")
        again = tr("Passphrase", "The same again")
        self.first = PassphraseField(theme, name)
        self.second = PassphraseField(theme, again)
        self.strength = label("", "small", wrap=True)
        self.hint = label("", "bad", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        caption = label(name, "heading")
        caption.setBuddy(self.first)
        layout.addWidget(caption)
        layout.addWidget(self.first)
        layout.addWidget(self.strength)
        layout.addSpacing(SPACE_S)
        layout.addWidget(label(again, "heading"))
        layout.addWidget(self.second)
        layout.addWidget(self.hint)
        for field in (self.first, self.second):
            field.textEdited.connect(self._typed)
            field.returnPressed.connect(self._return)
        self._check()

    @property
    def text(self) -> str:
        """What was typed twice; "" while the two are not the same."""
        return self.first.text() if self.first.text() == self.second.text() else ""

    def say(self, words: str, role: str = "small") -> None:
        """Words below the fields; typing takes them away."""
        self.hint.setText(words)
        set_role(self.hint, role)

    def hide_text(self) -> None:
        """Back to dots."""
        for field in (self.first, self.second):
            field.hide_text()

    def clear(self) -> None:
        """Forget what was typed."""
        for field in (self.first, self.second):
            field.clear()
        self._check()

    def _typed(self) -> None:
        self._check()
        self.changed.emit()

    def _check(self) -> None:
        first, second = self.first.text(), self.second.text()
        words, role = strength(first)
        self.strength.setText(words)
        set_role(self.strength, role)
        differs = bool(second) and not first.startswith(second)
        self.say(tr("Passphrase", "The two are not the same.") if differs else "", "bad")
        self.second.mark_wrong(differs)

    def _return(self) -> None:
        if self.text:
            self.submitted.emit()
        elif self.first.text() and not self.second.text():
            self.second.setFocus()
