"""Asks for the password of a protected document."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from app.dialogs.base import Dialog
from app.i18n import tr
from app.widgets.buttons import push_button
from app.widgets.labels import label
from app.words.names import short_name


class PasswordDialog(Dialog):
    """password holds what was typed after exec() returned Accepted."""

    def __init__(self, name: str, parent: QWidget | None) -> None:
        super().__init__(tr("Library", "“{name}” is protected by a password", name=short_name(name)), parent)
        words = tr("Library", "The password is used to read the document now and is not stored.")
        self.body.addWidget(label(words, "muted", wrap=True))
        self.field = QLineEdit()
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setAccessibleName(tr("Library", "Password of the document"))
        self.body.addWidget(self.field)
        self.add_button(push_button(tr("Library", "Cancel"), self.reject))
        self.read = push_button(tr("Library", "Read document"), self.accept, role="primary")
        self.add_button(self.read, default=True)
        self.read.setEnabled(False)
        self.field.textChanged.connect(lambda text: self.read.setEnabled(bool(text)))
        self.field.setFocus()

    @property
    def password(self) -> str:
        return self.field.text()
