"""How a file leaves the workspace: encrypted with a passphrase, or plain with a reason."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QLineEdit, QRadioButton, QWidget

from app.context import AppContext
from app.dialogs.base import Dialog
from app.i18n import tr
from app.widgets.buttons import push_button
from app.widgets.labels import label
from app.widgets.layout import show_if
from app.widgets.new_passphrase import NewPassphrase
from engine.exports import Protection

# The engine refuses a shorter reason.
_SHORTEST_REASON = 5


class ExportDialog(Dialog):
    """protection: what was chosen, once it was accepted."""

    def __init__(self, context: AppContext, title: str, parent: QWidget | None) -> None:
        super().__init__(title, parent)
        self.encrypted = QRadioButton(tr("Export", "Encrypted: a ZIP file that asks for a passphrase"))
        self.plain = QRadioButton(tr("Export", "Plain: anyone who can open its folder can read it"))
        self.encrypted.setChecked(True)
        self.pair = NewPassphrase(context.theme, tr("Export", "Passphrase of the file"))
        self.reason = QLineEdit()
        self.reason.setMaxLength(500)
        self.reason.setAccessibleName(tr("Export", "Reason"))
        self.reason.setPlaceholderText(tr("Export", "What it is for: “referral to Dr Ito”"))
        self._reason_caption = label(tr("Export", "Reason, for the record"), "heading")
        for widget in (self.encrypted, self.pair, self.plain, self._reason_caption, self.reason):
            self.body.addWidget(widget)
        self.note = label("", "small", wrap=True)
        self.body.addWidget(self.note)
        self.body.addStretch(1)
        self.add_button(push_button(tr("Export", "Cancel"), self.reject))
        self.act = push_button(tr("Export", "Choose a place …"), self.accept, role="primary")
        self.add_button(self.act, default=True)
        self.plain.toggled.connect(lambda _on: self._show())
        self.pair.changed.connect(self._check)
        self.reason.textEdited.connect(lambda _text: self._check())
        self._show()

    @property
    def protection(self) -> Protection:
        if self.plain.isChecked():
            return Protection(reason=self.reason.text().strip())
        return Protection(passphrase=self.pair.text)

    def _show(self) -> None:
        plain = self.plain.isChecked()
        show_if(self.pair, not plain)
        for widget in (self._reason_caption, self.reason):
            show_if(widget, plain)
        recorded = tr("Export", "That it was saved is recorded under your name.")
        apart = tr("Export", "Tell the passphrase another way than the file.")
        self.note.setText(recorded if plain else f"{recorded} {apart}")
        (self.reason if plain else self.pair.first).setFocus()
        self._check()

    def _check(self) -> None:
        protection = self.protection
        self.act.setEnabled(bool(protection.passphrase) or len(protection.reason) >= _SHORTEST_REASON)


def asked_export(
    context: AppContext, title: str, suggested: str, neutral: str, parent: QWidget | None
) -> tuple[Path, Protection] | None:
    """Ask how and where to; None where the person thought better of it. suggested: the file's name; neutral: that of an
    encrypted one, without ".zip", which says nothing of what is in it."""
    dialog = ExportDialog(context, title, parent)
    if dialog.exec() != ExportDialog.DialogCode.Accepted:
        return None
    protection = dialog.protection
    name = f"{neutral}.zip" if protection.passphrase else suggested
    chosen, _ = QFileDialog.getSaveFileName(parent, title, str(Path.home() / name))
    return (Path(chosen), protection) if chosen else None
