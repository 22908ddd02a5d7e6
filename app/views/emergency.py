"""Signing in with the recovery key, when nobody's passphrase is at hand."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontDatabase, QShowEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.i18n import tr
from app.theme import Theme
from app.views.start import StartPage
from app.widgets.buttons import push_button
from app.widgets.labels import label, set_role
from app.widgets.layout import row
from app.widgets.waiting import Waiting, time_left
from engine.errors import TooManyAttempts, UserError

# The engine refuses a shorter reason.
SHORTEST_REASON = 10


class EmergencyPage(StartPage):
    """submitted: the recovery key as it was typed, and the reason. back_wanted: with a passphrase after all."""

    submitted = Signal(str, str)
    back_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(
            theme,
            tr("Emergency", "Open with the recovery key"),
            tr(
                "Emergency",
                "For the day when nobody's passphrase works. It is recorded, and every administrator is shown when and "
                "why it was done.",
            ),
            parent,
        )
        self.key = QLineEdit()
        self.key.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.key.setAccessibleName(tr("Emergency", "Recovery key"))
        self.reason = QLineEdit()
        self.reason.setAccessibleName(tr("Emergency", "Reason"))
        self.reason.setMaxLength(500)
        self.hint = label("", "small", wrap=True)
        self.button = push_button(tr("Emergency", "Open"), self._submit, role="primary")
        self.back = push_button(tr("Emergency", "Back"), self.back_wanted.emit)
        self.waiting = Waiting(self._show_wait, lambda: self.set_busy(""), self)
        self.body.addWidget(label(tr("Emergency", "Recovery key"), "heading"))
        self.body.addWidget(self.key)
        self.body.addWidget(
            label(tr("Emergency", "Eight groups from the printed sheet. Capitals do not matter."), "small", wrap=True)
        )
        self.body.addWidget(label(tr("Emergency", "Reason"), "heading"))
        self.body.addWidget(self.reason)
        self.body.addWidget(self.hint)
        self.body.addLayout(row(self.back, 1, self.button))
        for field in (self.key, self.reason):
            field.textEdited.connect(self._check)
        self.key.returnPressed.connect(self.reason.setFocus)
        self.reason.returnPressed.connect(self._submit)
        self._check()

    def set_busy(self, words: str) -> None:
        """Say what goes on and take no input; "" takes input again."""
        for widget in (self.key, self.reason, self.button, self.back):
            widget.setEnabled(not words)
        if words:
            self._say(words, "small")
        else:
            self._check()

    def show_failure(self, error: UserError) -> None:
        """Say why it did not open; what was typed stays."""
        self.set_busy("")
        if isinstance(error, TooManyAttempts):
            self.waiting.begin(error.seconds)
        else:
            self.error.show_error(error)
            self.key.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.key.setFocus()

    def _show_wait(self, seconds: int) -> None:
        self.set_busy(tr("Emergency", "Too many wrong keys. The next can be tried in {time}.", time=time_left(seconds)))
        self.back.setEnabled(True)

    def _check(self) -> None:
        reason = len(" ".join(self.reason.text().split()))
        missing = SHORTEST_REASON - reason
        if reason and missing > 0:
            self._say(tr("Emergency", "A few words more: what happened?"), "small")
        else:
            self._say("", "small")
        self.button.setEnabled(bool(self.key.text().strip()) and missing <= 0)

    def _say(self, words: str, role: str) -> None:
        self.hint.setText(words)
        set_role(self.hint, role)

    def _submit(self) -> None:
        if not self.button.isEnabled():
            return
        self.error.hide()
        self.set_busy(tr("Emergency", "Opening the workspace …"))
        self.submitted.emit(self.key.text(), self.reason.text().strip())
