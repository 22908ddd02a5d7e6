"""Whether this computer's keychain may open the workspace without the passphrase."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from app.context import AppContext
from app.dialogs.base import Dialog
from app.i18n import tr
from app.widgets.buttons import push_button
from app.widgets.feedback import ErrorPanel
from app.widgets.labels import label
from app.widgets.layout import show_if
from app.widgets.passphrase import PassphraseField
from engine.errors import UserError


class KeychainChoice(QWidget):
    """A check box that shows and changes it; hidden where the computer has no keychain."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.box = QCheckBox(tr("Keychain", "Open without asking on this computer"))
        self.box.setToolTip(
            tr("Keychain", "Keeps a key in the system's keychain: whoever is signed in as you can open the workspace.")
        )
        self.box.clicked.connect(self._change)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.box)
        self.hide()

    def load(self) -> None:
        """Ask the workspace how it is."""
        workspace = self._context.workspace
        self._context.operations.start(
            lambda _job: (workspace.people.remembered(), workspace.keyring_available()),
            owner=self,
            on_success=lambda found: self._show(*found),
            on_failure=self._context.notices.error,
        )

    def _show(self, remembered: bool, available: bool) -> None:
        self.box.setChecked(remembered)
        show_if(self, remembered or available)

    def _change(self, wanted: bool) -> None:
        self.box.setChecked(not wanted)
        if wanted:
            if RememberDialog(self._context, self.window()).exec() == RememberDialog.DialogCode.Accepted:
                self._context.notices.toast(tr("Keychain", "The workspace now opens without asking."))
            self.load()
            return
        workspace = self._context.workspace
        self._context.operations.start(
            lambda _job: workspace.people.forget(),
            owner=self,
            on_success=lambda _none: self._context.notices.toast(tr("Keychain", "The passphrase is asked every time.")),
            on_failure=self._context.notices.error,
            on_finished=self.load,
        )


class RememberDialog(Dialog):
    """Asks for the passphrase before the keychain may hold a key."""

    def __init__(self, context: AppContext, parent: QWidget | None) -> None:
        super().__init__(tr("Keychain", "Open without asking on this computer"), parent)
        self._context = context
        self.error = ErrorPanel(context.theme)
        self.field = PassphraseField(context.theme, tr("Keychain", "Passphrase"))
        words = tr("Keychain", "Whoever is signed in to this computer as you can then open the workspace.")
        self.body.addWidget(label(words, "muted", wrap=True))
        self.body.addWidget(self.error)
        self.body.addWidget(label(tr("Keychain", "Passphrase"), "heading"))
        self.body.addWidget(self.field)
        self.add_button(push_button(tr("Keychain", "Cancel"), self.reject))
        self.act = push_button(tr("Keychain", "Allow"), self._remember, role="primary")
        self.add_button(self.act, default=True)
        self.field.setFocus()

    def _remember(self) -> None:
        workspace, passphrase = self._context.workspace, self.field.text()
        self.act.setEnabled(False)
        self.error.hide()
        self._context.operations.start(
            lambda _job: workspace.people.remember(passphrase),
            owner=self,
            on_success=self._remembered,
            on_failure=self._failed,
        )

    def _remembered(self, done: bool) -> None:
        if done:
            self.accept()
        else:
            words = tr("Keychain", "This computer's keychain did not take the key.")
            self._failed(UserError(words, tr("Keychain", "Go on with the passphrase; nothing was changed.")))

    def _failed(self, error: UserError) -> None:
        self.act.setEnabled(True)
        self.error.show_error(error)
        self.field.setFocus()
