"""Settings of who is signed in, and what locks the workspace."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from app.context import AppContext
from app.dialogs.passphrase import PassphraseDialog
from app.i18n import tr
from app.views.settings.policy import change_policy
from app.views.settings.section import Choices, Section
from app.widgets.buttons import push_button
from app.widgets.keychain_choice import KeychainChoice
from app.widgets.labels import label
from app.widgets.layout import row, show_if
from app.words.people import role_words
from engine.types import Change, Permission, Topic


class AccountCard(Section):
    """One's own passphrase and keychain. In an emergency session there is neither."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(tr("Settings", "My account"))
        self._context = context
        self.who = label("", "muted", wrap=True)
        self.keychain = KeychainChoice(context)
        self.change = push_button(tr("Settings", "Change the passphrase …"), self.change_passphrase)
        self.body.addWidget(self.who)
        self.body.addWidget(self.keychain)
        self.body.addLayout(row(self.change, push_button(tr("Settings", "Lock now"), context.navigation.lock), 1))
        context.changes.changed.connect(self._on_change)
        self.load()

    def load(self) -> None:
        """Ask the workspace how it is."""
        actor = self._context.workspace.actor
        show_if(self.change, not actor.emergency)
        if actor.emergency:
            self.who.setText(tr("Settings", "Signed in with the recovery key."))
            self.keychain.hide()
            return
        words = tr("Settings", "Signed in as {name}, {role}.", name=actor.name, role=role_words(actor.role).lower())
        self.who.setText(words)
        self.keychain.load()

    def change_passphrase(self) -> None:
        """Ask for the old and the new passphrase."""
        dialog = PassphraseDialog(self._context, self.window())
        if dialog.exec() == PassphraseDialog.DialogCode.Accepted:
            self._context.notices.toast(tr("Settings", "The passphrase was changed."))

    def _on_change(self, change: Change) -> None:
        if change.topic is Topic.PEOPLE:
            self.load()


class LockCard(Section):
    """When the workspace locks itself and copies leave the clipboard; the administrator decides for everybody."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(tr("Settings", "Lock and clipboard"))
        self._context = context
        minutes: Choices = [(tr("Settings", "{minutes} minutes", minutes=count), count) for count in (5, 15, 30, 60)]
        minutes = [(tr("Settings", "1 minute"), 1), *minutes, (tr("Settings", "Never"), 0)]
        seconds: Choices = [
            (tr("Settings", "30 seconds"), 30),
            (tr("Settings", "1 minute"), 60),
            (tr("Settings", "5 minutes"), 300),
            (tr("Settings", "Only when it locks"), 0),
        ]
        now = context.workspace.policy.get()
        words = tr("Settings", "Lock when nobody used it for")
        self.choice("auto_lock_minutes", words, minutes, now.auto_lock_minutes, self._set)
        words = tr("Settings", "Copied text is cleared after")
        self.choice("clipboard_seconds", words, seconds, now.clipboard_seconds, self._set)
        note = tr(
            "Settings", "It locks too when the screen is locked or the computer falls asleep, where that is told."
        )
        self.body.addWidget(label(note, "small", wrap=True))
        allowed = context.may(Permission.CHANGE_POLICY)
        for box in self.choices.values():
            box.setEnabled(allowed)
        if not allowed:
            self.body.addWidget(label(tr("Settings", "An administrator decides this for everybody."), "small"))
        context.changes.changed.connect(self._on_change)

    def _set(self, name: str, value: Any) -> None:
        change_policy(self._context, self, lambda now: replace(now, **{name: value}), self._show)

    def _show(self) -> None:
        now = self._context.workspace.policy.get()
        for name in self.choices:
            self.show_choice(name, getattr(now, name))

    def _on_change(self, change: Change) -> None:
        if change.topic is Topic.POLICY:
            self._show()
