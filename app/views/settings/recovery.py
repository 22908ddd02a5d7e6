"""Settings, "Recovery key": whether there is one, that the sheet is still right, and a new key of the workspace."""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QLineEdit, QWidget

from app.context import AppContext
from app.dialogs.base import Dialog
from app.dialogs.confirm import confirmed
from app.dialogs.recovery_key import RecoveryKeyDialog
from app.i18n import moment_text, tr
from app.operations import Operation
from app.widgets.buttons import push_button
from app.widgets.feedback import Notice, ProgressLine
from app.widgets.labels import label, set_role
from app.widgets.layout import SPACE_L, Card, row, show_if
from app.words.progress import rekey_words
from engine.types import Change, RecoveryState, RekeyProgress, Topic


class RecoveryCard(Card):
    """Advises a new key of the workspace when somebody who could have kept the old one was disabled."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        self._rekeying: Operation[None] | None = None
        self.state = label("", "muted", wrap=True)
        self.make = push_button(tr("RecoveryKey", "Make a recovery key …"), self.make_key)
        self.test = push_button(tr("RecoveryKey", "Check the sheet …"), self.test_key)
        self.rekey = push_button(tr("RecoveryKey", "Give the workspace a new key …"), self.give_new_key)
        self.cancel = push_button(tr("RecoveryKey", "Cancel"), self._cancel)
        self.advice = Notice(
            context.theme,
            ("key", "warn"),
            tr("RecoveryKey", "Somebody who could open the records was disabled."),
            tr(
                "RecoveryKey",
                "A copy of the key that they may have kept opens nothing once the workspace has a new one.",
            ),
            tone="warn",
        )
        self.progress = ProgressLine()
        self.body.setSpacing(SPACE_L)
        self.body.addWidget(label(tr("RecoveryKey", "Recovery key"), "heading"))
        for widget in (self.state, self.advice, self.progress):
            self.body.addWidget(widget)
        self.body.addLayout(row(self.make, self.test, 1))
        self.body.addLayout(row(self.rekey, self.cancel, 1))
        for hidden in (self.advice, self.progress, self.cancel, self.test):
            show_if(hidden, False)
        context.changes.changed.connect(self._on_change)
        self.load()

    def load(self) -> None:
        """Ask the workspace how it is."""
        people = self._context.workspace.people
        self._context.operations.start(
            lambda _job: (people.recovery(), people.rekey_advised()),
            owner=self,
            on_success=lambda found: self._show(*found),
            on_failure=self._context.notices.error,
        )

    def make_key(self) -> None:
        """Show a new key, to be typed back."""
        if RecoveryKeyDialog(self._context, self.window()).exec() == RecoveryKeyDialog.DialogCode.Accepted:
            self._context.notices.toast(tr("RecoveryKey", "The recovery key is ready. Put the sheet into the safe."))
        self.load()

    def test_key(self) -> None:
        """Ask for the key on the sheet and say whether it opens the workspace."""
        TestKeyDialog(self._context, self.window()).exec()
        self.load()

    def give_new_key(self) -> None:
        """Encrypt the workspace anew."""
        question = tr("RecoveryKey", "Give the workspace a new key?")
        consequence = tr(
            "RecoveryKey",
            "Everything is encrypted anew, which needs as much free space as the workspace is large. Passphrases and "
            "the recovery key stay as they are. Earlier backups keep opening with the passphrases of their day.",
        )
        if not confirmed(question, consequence, tr("RecoveryKey", "Begin"), self.window()):
            return
        people = self._context.workspace.people
        self._run(True)
        self._rekeying = self._context.operations.start(
            lambda job: people.rekey(job.report, job.token),
            owner=self,
            on_success=lambda _none: self._context.notices.toast(tr("RecoveryKey", "The workspace has a new key.")),
            on_failure=self._context.notices.error,
            on_progress=self._show_progress,
            on_finished=lambda: self._run(False),
        )

    def _show(self, state: RecoveryState, advised: bool) -> None:
        made = bool(state.made_at)
        if made:
            words = tr("RecoveryKey", "Made on {moment}.", moment=moment_text(state.made_at))
            tested = tr("RecoveryKey", "The sheet was last checked on {moment}.", moment=moment_text(state.tested_at))
            words = f"{words} {tested}" if state.tested_at != state.made_at else words
        else:
            words = tr("RecoveryKey", "There is none: if the passphrase is forgotten, nobody can open the records.")
        self.state.setText(words)
        set_role(self.state, "muted" if made else "warn")
        again = tr("RecoveryKey", "Make a new recovery key …")
        self.make.setText(again if made else tr("RecoveryKey", "Make a recovery key …"))
        show_if(self.test, made)
        show_if(self.advice, advised)

    def _show_progress(self, progress: RekeyProgress) -> None:
        self.progress.show_progress(progress.done, progress.total, rekey_words(progress))

    def _run(self, running: bool) -> None:
        for button in (self.make, self.test, self.rekey):
            button.setEnabled(not running)
        self.progress.show_progress(0, 0, tr("RecoveryKey", "Beginning …"))
        show_if(self.progress, running)
        show_if(self.cancel, running)
        if not running:
            self.load()

    def _cancel(self) -> None:
        if self._rekeying is not None:
            self._rekeying.cancel()

    def _on_change(self, change: Change) -> None:
        if change.topic is Topic.PEOPLE:
            self.load()


class TestKeyDialog(Dialog):
    """Says whether a key that is typed from the sheet opens this workspace."""

    __test__ = False  # no test of pytest's

    def __init__(self, context: AppContext, parent: QWidget | None) -> None:
        super().__init__(tr("RecoveryKey", "Check the sheet"), parent)
        self._context = context
        self.field = QLineEdit()
        self.field.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.field.setAccessibleName(tr("RecoveryKey", "Recovery key from the sheet"))
        self.outcome = label("", "small", wrap=True)
        words = tr("RecoveryKey", "Type the key from the sheet. Nothing is changed by this.")
        self.body.addWidget(label(words, wrap=True))
        self.body.addWidget(self.field)
        self.body.addWidget(self.outcome)
        self.close_button = self.add_button(push_button(tr("RecoveryKey", "Close"), self.reject))
        self.act = push_button(tr("RecoveryKey", "Check"), self._check, role="primary")
        self.add_button(self.act, default=True)
        self.field.setFocus()

    def _check(self) -> None:
        typed, people = self.field.text(), self._context.workspace.people
        if not typed.strip():
            return
        self.act.setEnabled(False)
        self._say(tr("RecoveryKey", "Checking …"), "small")
        self._context.operations.start(
            lambda _job: people.test_recovery_key(typed),
            owner=self,
            on_success=self._tell,
            on_failure=lambda error: self._say(str(error), "bad"),
            on_finished=lambda: self.act.setEnabled(True),
        )

    def _tell(self, right: bool) -> None:
        if right:
            self.field.clear()
            self._say(tr("RecoveryKey", "The sheet is right: this key opens the workspace."), "ok")
            self.close_button.setFocus()
        else:
            words = tr(
                "RecoveryKey", "This is a recovery key, but not the one of this workspace. Use the newest sheet."
            )
            self._say(words, "bad")

    def _say(self, words: str, role: str) -> None:
        self.outcome.setText(words)
        self.outcome.setAccessibleName(words)
        set_role(self.outcome, role)
