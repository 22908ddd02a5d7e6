"""First start: the person chooses the passphrase of a new workspace."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from app.i18n import tr
from app.theme import Theme
from app.views.start import StartPage
from app.widgets.buttons import push_button
from app.widgets.labels import label
from app.widgets.layout import SPACE_S, row, show_if
from app.widgets.new_passphrase import NewPassphrase
from engine.errors import UserError


class CreatePage(StartPage):
    """submitted: passphrase, whether the keychain may keep it, and a name or "". restore_wanted: from a backup."""

    submitted = Signal(str, bool, str)
    restore_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(
            theme,
            tr("Create", "Welcome. Choose a passphrase."),
            tr("Create", "It encrypts your documents and conversations on this computer. Nothing is sent anywhere."),
            parent,
        )
        self.pair = NewPassphrase(theme)
        self.first, self.second = self.pair.first, self.pair.second
        self.hint = self.pair.hint
        self.name = QLineEdit()
        self.name.setAccessibleName(tr("Create", "Your name (optional)"))
        self.name.setPlaceholderText(tr("Create", "Administrator"))
        self.name.returnPressed.connect(self._submit)
        self.remember = QCheckBox(tr("Create", "Open without asking on this computer"))
        self.remember.setToolTip(
            tr(
                "Create",
                "For whoever is signed in as you: keeps a key in the system's keychain. The passphrase still works.",
            )
        )
        self.remember.hide()
        self.button = push_button(tr("Create", "Create the workspace"), self._submit, role="primary")
        self.restore = push_button(tr("Create", "Restore from a backup …"), self.restore_wanted.emit, role="link")
        warning = label(
            tr(
                "Create",
                "Nobody can open the workspace for you. Write the passphrase down and keep it where the clinic keeps "
                "its keys; a recovery key to print comes next.",
            ),
            "warn",
            wrap=True,
        )
        self.pair.changed.connect(self._check)
        self.pair.submitted.connect(self._submit)
        self.body.addWidget(self.pair)
        self.body.addWidget(label(tr("Create", "Your name (optional)"), "heading"))
        self.body.addWidget(self.name)
        self.body.addWidget(
            label(tr("Create", "What you do is recorded under it. Colleagues can be added later."), "small", wrap=True)
        )
        self.body.addWidget(self.remember)
        self.body.addSpacing(SPACE_S)
        self.body.addWidget(warning)
        self.body.addLayout(row(self.restore, 1, self.button))
        self._check()

    def offer_keychain(self, available: bool) -> None:
        """Show the choice to remember, where this computer has a keychain."""
        show_if(self.remember, available)

    def set_busy(self, words: str) -> None:
        """Say what goes on and take no input; "" takes input again."""
        for widget in (self.pair.first, self.pair.second, self.name, self.remember, self.button, self.restore):
            widget.setEnabled(not words)
        self.pair.say(words)
        if not words:
            self._check()

    def show_failure(self, error: UserError) -> None:
        """Say why the workspace was not made; what was typed stays."""
        self.set_busy("")
        self.error.show_error(error)
        self.first.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.first.setFocus()

    def _check(self) -> None:
        self.button.setEnabled(bool(self.pair.text))

    def _submit(self) -> None:
        if not self.button.isEnabled():
            return
        self.error.hide()
        self.pair.hide_text()
        self.set_busy(tr("Create", "Making the workspace …"))
        self.submitted.emit(self.pair.text, self.remember.isChecked(), self.name.text().strip())
