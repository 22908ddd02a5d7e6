"""Changing the passphrase."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.context import AppContext
from app.dialogs.base import Dialog
from app.i18n import tr
from app.widgets.buttons import push_button
from app.widgets.feedback import ErrorPanel
from app.widgets.labels import label, set_role
from app.widgets.passphrase import PassphraseField, strength
from engine.errors import UserError


class PassphraseDialog(Dialog):
    """Asks for the old passphrase and twice for the new one; closes once it was changed."""

    def __init__(self, context: AppContext, parent: QWidget | None) -> None:
        super().__init__(tr("Passphrase", "Change the passphrase"), parent)
        self._context = context
        self.error = ErrorPanel(context.theme)
        self.body.addWidget(self.error)
        names = (tr("Passphrase", "Passphrase now"), tr("Passphrase", "New passphrase"), tr("Passphrase", "Once more"))
        self.fields = [PassphraseField(context.theme, name) for name in names]
        self.hint = label("", "small", wrap=True)
        for name, field in zip(names, self.fields, strict=True):
            self.body.addWidget(label(name, "heading"))
            self.body.addWidget(field)
            field.textEdited.connect(self._check)
        self.body.addWidget(self.hint)
        self.add_button(push_button(tr("Passphrase", "Cancel"), self.reject))
        self.act = self.add_button(push_button(tr("Passphrase", "Change"), self._change, role="primary"), default=True)
        self._check()

    def _check(self) -> None:
        old, new, again = (field.text() for field in self.fields)
        words, role = strength(new)
        if again and not new.startswith(again):
            words, role = tr("Passphrase", "The two are not the same."), "bad"
        self.hint.setText(words)
        set_role(self.hint, role)
        self.act.setEnabled(bool(old and new) and new == again)

    def _change(self) -> None:
        old, new, _again = (field.text() for field in self.fields)
        workspace = self._context.workspace
        self._set_enabled(False)
        self.error.hide()
        self._context.operations.start(
            lambda _job: workspace.people.change_passphrase(old, new),
            owner=self,
            on_success=lambda _none: self.accept(),
            on_failure=self._failed,
        )

    def _failed(self, error: UserError) -> None:
        self._set_enabled(True)
        self.error.show_error(error)
        self.fields[0].setFocus()

    def _set_enabled(self, enabled: bool) -> None:
        for widget in (*self.fields, self.act):
            widget.setEnabled(enabled)
