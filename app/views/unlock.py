"""The page that opens an existing workspace."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.i18n import tr
from app.theme import Theme
from app.views.start import StartPage
from app.widgets.buttons import push_button
from app.widgets.earlier_copy import EarlierCopyOffer
from app.widgets.labels import label, set_role
from app.widgets.layout import SPACE_S, row, show_if
from app.widgets.passphrase import PassphraseField
from app.widgets.waiting import Waiting, time_left
from engine.errors import NameNeeded, TooManyAttempts, UserError, WrongPassphrase
from engine.types import EarlierCopy


class UnlockPage(StartPage):
    """Asks for the passphrase, and for the name where several people may sign in.

    submitted: passphrase and name ("" where none was asked for). copy_wanted: an EarlierCopy is to be put back.
    emergency_wanted: the person has only the recovery key. restore_wanted: a backup is to be brought back.
    """

    submitted = Signal(str, str)
    copy_wanted = Signal(object)
    emergency_wanted = Signal()
    restore_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(
            theme,
            tr("Unlock", "Unlock the workspace"),
            tr("Unlock", "Everything on this computer stays encrypted until you give the passphrase."),
            parent,
        )
        self._busy = False
        self.name = QLineEdit()
        self.name.setAccessibleName(tr("Unlock", "Name"))
        self.name.returnPressed.connect(self._name_given)
        self.name.textEdited.connect(self._name_edited)
        self._name_caption = label(tr("Unlock", "Name"), "heading")
        self.field = PassphraseField(theme, tr("Unlock", "Passphrase"))
        self.field.returnPressed.connect(self._submit)
        self.field.textEdited.connect(lambda: self._say("", "small"))
        self.field.caps_lock.connect(self._caps_lock)
        self.hint = label("", "small", wrap=True)
        self.button = push_button(tr("Unlock", "Unlock"), self._submit, role="primary")
        self.emergency = push_button(tr("Unlock", "Use the recovery key …"), self.emergency_wanted.emit, role="link")
        self.restore = push_button(tr("Unlock", "Restore a backup …"), self.restore_wanted.emit, role="link")
        self.copy_offer = EarlierCopyOffer(theme, self.copy_wanted.emit)
        self.waiting = Waiting(self._show_wait, self._wait_over, self)
        self.body.addWidget(self.copy_offer)
        self.body.addSpacing(SPACE_S)
        self.body.addWidget(self._name_caption)
        self.body.addWidget(self.name)
        self.body.addWidget(label(tr("Unlock", "Passphrase"), "heading"))
        self.body.addWidget(self.field)
        self.body.addWidget(self.hint)
        self.body.addLayout(row(self.emergency, self.restore, 1, self.button, spacing=SPACE_S))
        for widget in (self._name_caption, self.name, self.emergency):
            show_if(widget, False)

    @property
    def asks_name(self) -> bool:
        return not self.name.isHidden()

    def ask_name(self, known: str = "") -> None:
        """Several people may sign in: ask who. known: the name that is most likely."""
        asked = self.asks_name
        for widget in (self._name_caption, self.name):
            show_if(widget, True)
        if known and not self.name.text():
            self.name.setText(known)
            asked = False
        # Nobody who types already is led away from where they type.
        if not asked and not self.field.text():
            self._take_focus()

    def ask_no_name(self) -> None:
        """One person signs in here."""
        if self.asks_name:
            for widget in (self._name_caption, self.name):
                show_if(widget, False)
            self._take_focus()

    def offer_emergency(self, wanted: bool) -> None:
        """Offer the recovery key, where one was made."""
        show_if(self.emergency, wanted)

    def set_busy(self, words: str) -> None:
        """Say what goes on and take no input; "" takes input again."""
        self._busy = bool(words)
        self._enable()
        self._say(words, "small")
        if not words:
            self._take_focus()

    def show_failure(self, error: UserError) -> None:
        """Say why it did not open; what is wrong with the typed words beside them, everything else above."""
        self.set_busy("")
        if isinstance(error, NameNeeded):
            self.ask_name()
            self.name.setFocus()
            self._say(str(error), "warn")
        elif isinstance(error, TooManyAttempts):
            self.error.hide()
            self.field.clear()
            self.waiting.begin(error.seconds)
            self._enable()
            # Not on to the next button, which a second Enter would press.
            (self.name if self.asks_name else self).setFocus()
        elif isinstance(error, WrongPassphrase):
            self.error.hide()
            words = str(error) if self.asks_name else tr("Unlock", "Check caps lock and the keyboard's language.")
            self._say(words if self.asks_name else f"{error.message} {words}", "bad")
            self.field.mark_wrong(True)
            self.field.selectAll()
            self.field.setFocus()
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
        self._take_focus()

    def _take_focus(self) -> None:
        """Who is known only has to type the passphrase."""
        (self.name if self.asks_name and not self.name.text() else self.field).setFocus()

    def _enable(self) -> None:
        self.name.setEnabled(not self._busy)
        for link in (self.emergency, self.restore):
            link.setEnabled(not self._busy)
        for widget in (self.field, self.button):
            widget.setEnabled(not self._busy and not self.waiting.active)

    def _show_wait(self, seconds: int) -> None:
        words = tr("Unlock", "Too many wrong passphrases. The next can be tried in {time}.", time=time_left(seconds))
        self._say(words, "warn")

    def _wait_over(self) -> None:
        self._enable()
        self._say("", "small")
        self._take_focus()

    def _name_given(self) -> None:
        self.field.setFocus()
        self.field.selectAll()

    def _name_edited(self) -> None:
        """The wait is that of one person."""
        if self.waiting.active:
            self.waiting.stop()
            self._wait_over()
            self.name.setFocus()
        self._say("", "small")

    def _say(self, words: str, role: str) -> None:
        self.field.mark_wrong(False)
        self.hint.setText(words)
        set_role(self.hint, role)

    def _caps_lock(self, on: bool) -> None:
        if on:
            self._say(tr("Unlock", "Caps lock seems to be on."), "warn")

    def _submit(self) -> None:
        passphrase, name = self.field.text(), self.name.text().strip() if self.asks_name else ""
        if not passphrase or not self.button.isEnabled():
            return
        if self.asks_name and not name:
            self._say(tr("Unlock", "Give your name too."), "warn")
            self.name.setFocus()
            return
        self.error.hide()
        self.field.hide_text()
        self.set_busy(tr("Unlock", "Opening the workspace …"))
        self.submitted.emit(passphrase, name)
