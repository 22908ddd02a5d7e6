"""The technical text behind a "Details" button."""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.dialogs.base import Dialog
from app.i18n import tr
from app.widgets.buttons import push_button


class DetailsDialog(Dialog):
    """Shows details to read or copy."""

    def __init__(self, title: str, details: str, parent: QWidget | None) -> None:
        super().__init__(title, parent, width=560)
        self.text = QPlainTextEdit(details)
        self.text.setReadOnly(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setAccessibleName(tr("Details", "Details"))
        self.text.setMinimumHeight(200)
        self.body.addWidget(self.text)
        self.add_button(push_button(tr("Details", "Copy"), self._copy))
        self.add_button(push_button(tr("Details", "Close"), self.accept, role="primary"), default=True)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
