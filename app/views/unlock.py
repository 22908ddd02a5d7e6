"""The pages that open a workspace: unlock an existing one, or create the first."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QWidget

from app.i18n import tr
from app.theme import Theme
from app.views.start import StartPage
from app.widgets.buttons import push_button
from app.widgets.earlier_copy import EarlierCopyOffer
from app.widgets.labels import label, set_role
from app.widgets.layout import SPACE_S, row, show_if
from app.widgets.passphrase import PassphraseField, strength
from engine.errors import UserError, WrongPassphrase
from engine.types import EarlierCopy


class UnlockPage(StartPage):
    """Asks for the passphrase. submitted: the person gave one. copy_wanted: an EarlierCopy is to be put back."""

    submitted = Signal(str)
    copy_wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(
            theme,
            tr("Unlock", "Unlock the workspace"),
            tr("Unlock", "Everything on this computer stays encrypted until you give the passphrase."),
            parent,
        )
        self.field = PassphraseField(theme, tr("Unlock", "Passphrase"))
        self.field.returnPressed.connect(self._submit)
        self.field.textEdited.connect(lambda: self._say("", "small"))
        self.field.caps_lock.connect(self._caps_lock)
        self.hint = label("", "small", wrap=True)
        self.button = push_button(tr("Unlock", "Unlock"), self._submit, role="primary")
        self.copy_offer = EarlierCopyOffer(theme, self.copy_wanted.emit)
        self.body.addWidget(self.copy_offer)
        self.body.addSpacing(SPACE_S)
        self.body.addWidget(label(tr("Unlock", "Passphrase"), "heading"))
        self.body.addWidget(self.field)
        self.body.addWidget(self.hint)
        self.body.addLayout(row(1, self.button))

    def set_busy(self, words: str) -> None:
        """Say what goes on and take no input; "" takes input again."""
        for widget in (self.field, self.button):
            widget.setEnabled(not words)
        self._say(words, "small")
        if not words:
            self.field.setFocus()

    def show_failure(self, error: UserError) -> None:
        """Say why it did not open; a wrong passphrase beside the field, everything else above it."""
        self.set_busy("")
        if isinstance(error, WrongPassphrase):
            self.error.hide()
            self._say(str(error), "bad")
            self.field.mark_wrong(True)
            self.field.selectAll()
        else:
            self.error.show_error(error)

    def offer_copy(self, copy: EarlierCopy) -> None:
        """Offer a copy of the workspace that this version can open."""
        self.copy_offer.offer(copy)

    def show_put_back(self, kept: Path) -> None:
        """Say that the copy is in place. kept: where the newer workspace is."""
        self.error.hide()
        self.set_busy("")
        self._say(tr("Unlock", "The copy is back. The newer workspace is kept in {file}.", file=kept), "small")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.field.setFocus()

    def _say(self, words: str, role: str) -> None:
        self.field.mark_wrong(False)
        self.hint.setText(words)
        set_role(self.hint, role)

    def _caps_lock(self, on: bool) -> None:
        if on:
            self._say(tr("Unlock", "Caps lock seems to be on."), "warn")

    def _submit(self) -> None:
        passphrase = self.field.text()
        if passphrase and self.button.isEnabled():
            self.error.hide()
            self.field.hide_text()
            self.set_busy(tr("Unlock", "Opening the workspace …"))
            self.submitted.emit(passphrase)


class CreatePage(StartPage):
    """First start: the person chooses a passphrase. submitted: passphrase, and whether the keychain may keep it."""

    submitted = Signal(str, bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(
            theme,
            tr("Create", "Welcome. Choose a passphrase."),
            tr("Create", "It encrypts your documents and conversations on this computer. Nothing is sent anywhere."),
            parent,
        )
        self.first = PassphraseField(theme, tr("Create", "Passphrase"))
        self.second = PassphraseField(theme, tr("Create", "The same again"))
        self.strength = label("", "small", wrap=True)
        self.hint = label("", "bad", wrap=True)
        self.remember = QCheckBox(tr("Create", "Open without asking on this computer"))
        self.remember.setToolTip(
            tr(
                "Create",
                "For whoever is signed in as you: keeps a key in the system's keychain. The passphrase still works.",
            )
        )
        self.remember.hide()
        self.button = push_button(tr("Create", "Create the workspace"), self._submit, role="primary")
        warning = label(
            tr(
                "Create",
                "There is no way back without it: nobody can open the workspace for you. Write it "
                "down and keep it where the clinic keeps its keys.",
            ),
            "warn",
            wrap=True,
        )
        for field in (self.first, self.second):
            field.textEdited.connect(self._check)
            field.returnPressed.connect(self._submit)
        self.body.addWidget(label(tr("Create", "Passphrase"), "heading"))
        self.body.addWidget(self.first)
        self.body.addWidget(self.strength)
        self.body.addSpacing(SPACE_S)
        self.body.addWidget(label(tr("Create", "The same again"), "heading"))
        self.body.addWidget(self.second)
        self.body.addWidget(self.hint)
        self.body.addWidget(self.remember)
        self.body.addSpacing(SPACE_S)
        self.body.addWidget(warning)
        self.body.addLayout(row(1, self.button))
        self._check()

    def offer_keychain(self, available: bool) -> None:
        """Show the choice to remember, where this computer has a keychain."""
        show_if(self.remember, available)

    def set_busy(self, words: str) -> None:
        """Say what goes on and take no input; "" takes input again."""
        for widget in (self.first, self.second, self.remember, self.button):
            widget.setEnabled(not words)
        set_role(self.hint, "small")
        self.hint.setText(words)
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
        first, second = self.first.text(), self.second.text()
        words, role = strength(first)
        self.strength.setText(words)
        set_role(self.strength, role)
        differs = bool(second) and not first.startswith(second)
        self.hint.setText(tr("Create", "The two are not the same.") if differs else "")
        set_role(self.hint, "bad")
        self.second.mark_wrong(differs)
        self.button.setEnabled(bool(first) and first == second)

    def _submit(self) -> None:
        if not self.button.isEnabled():
            if self.first.text() and not self.second.text():
                self.second.setFocus()
            return
        self.error.hide()
        for field in (self.first, self.second):
            field.hide_text()
        self.set_busy(tr("Create", "Making the workspace …"))
        self.submitted.emit(self.first.text(), self.remember.isChecked())
