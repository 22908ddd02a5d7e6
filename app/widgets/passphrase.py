"""Fields for passphrases: hidden, can be shown, tell that caps lock is on and how strong a new one is."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.i18n import tr
from app.theme import Theme


class PassphraseField(QLineEdit):
    """A hidden line with an eye to show it. caps_lock: whether the last letter typed looks like caps lock is on."""

    caps_lock = Signal(bool)

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setAccessibleName(name)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhSensitiveData
        )
        self._eye = QAction(self)
        self._eye.triggered.connect(self._toggle)
        self.addAction(self._eye, QLineEdit.ActionPosition.TrailingPosition)
        theme.changed.connect(self._draw_eye)
        self._draw_eye()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Guess caps lock from the letter: Qt does not tell."""
        super().keyPressEvent(event)
        text = event.text()
        if len(text) == 1 and text.isalpha() and text.upper() != text.lower():
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.caps_lock.emit(text.isupper() != shift)

    def hide_text(self) -> None:
        """Back to dots."""
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self._draw_eye()

    def mark_wrong(self, wrong: bool) -> None:
        """Outline the field in red, or not."""
        self.setProperty("wrong", wrong)
        self.style().unpolish(self)
        self.style().polish(self)

    def _toggle(self) -> None:
        shown = self.echoMode() == QLineEdit.EchoMode.Normal
        self.setEchoMode(QLineEdit.EchoMode.Password if shown else QLineEdit.EchoMode.Normal)
        self._draw_eye()

    def _draw_eye(self) -> None:
        shown = self.echoMode() == QLineEdit.EchoMode.Normal
        self._eye.setIcon(self._theme.icon("eye-off" if shown else "eye"))
        self._eye.setText(tr("Passphrase", "Hide") if shown else tr("Passphrase", "Show"))
        self._eye.setToolTip(self._eye.text())


def strength(passphrase: str) -> tuple[str, str]:
    """A hint about a new passphrase and its label role. Rough: what is refused is decided when it is set."""
    if not passphrase:
        return tr("Passphrase", "At least 10 characters; four or more unrelated words are good."), "small"
    bits = _guess_bits(passphrase)
    if bits < 38:
        return tr("Passphrase", "Easy to guess. Make it longer: another word or two."), "warn"
    if bits < 60:
        return tr("Passphrase", "Good. One more word would make it very strong."), "ok"
    return tr("Passphrase", "Very strong."), "ok"


def _guess_bits(passphrase: str) -> float:
    """An upper bound of a guesser's work in bits: kinds of characters used, repeats not counted."""
    kinds = [
        (26, any(letter.islower() for letter in passphrase)),
        (26, any(letter.isupper() for letter in passphrase)),
        (10, any(letter.isdigit() for letter in passphrase)),
        (20, any(not letter.isalnum() for letter in passphrase)),
    ]
    alphabet = sum(size for size, used in kinds if used) or 26
    useful = min(len(passphrase), 2 * len(set(passphrase.casefold())))
    # People pick words, not random letters: about half of the letters' variety.
    return useful * math.log2(alphabet) * 0.6
