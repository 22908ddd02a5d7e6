"""The passphrase was set by somebody else: the person chooses one that only they know before anything else."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from app.i18n import tr
from app.theme import Theme
from app.views.start import StartPage
from app.widgets.buttons import push_button
from app.widgets.layout import row
from app.widgets.new_passphrase import NewPassphrase
from engine.errors import UserError


class OwnPassphrasePage(StartPage):
    """submitted: the new passphrase. left: the person signs out instead."""

    submitted = Signal(str)
    left = Signal()

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(
            theme,
            tr("OwnPassphrase", "Welcome, {name}. Choose your own passphrase.", name=name),
            tr(
                "OwnPassphrase",
                "The one you just typed was set by somebody else. From now on only you know yours: what you do is "
                "recorded under your name.",
            ),
            parent,
        )
        self.pair = NewPassphrase(theme, tr("OwnPassphrase", "New passphrase"))
        self.button = push_button(tr("OwnPassphrase", "Go on"), self._submit, role="primary")
        self.leave = push_button(tr("OwnPassphrase", "Sign out"), self.left.emit)
        self.pair.changed.connect(self._check)
        self.pair.submitted.connect(self._submit)
        self.body.addWidget(self.pair)
        self.body.addLayout(row(self.leave, 1, self.button))
        self._check()

    def set_busy(self, words: str) -> None:
        """Say what goes on and take no input; "" takes input again."""
        for widget in (self.pair, self.leave):
            widget.setEnabled(not words)
        self.pair.say(words)
        self.button.setEnabled(not words and bool(self.pair.text))

    def show_failure(self, error: UserError) -> None:
        """Say why it was not changed; the passphrase that was given still opens."""
        self.set_busy("")
        self.error.show_error(error)
        self.pair.first.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.pair.first.setFocus()

    def _check(self) -> None:
        self.button.setEnabled(bool(self.pair.text))

    def _submit(self) -> None:
        if self.button.isEnabled():
            self.error.hide()
            self.pair.hide_text()
            self.set_busy(tr("OwnPassphrase", "Changing the passphrase …"))
            self.submitted.emit(self.pair.text)
