"""A command for a terminal, to read and to copy."""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QLineEdit, QWidget

from app.i18n import tr
from app.widgets.buttons import push_button
from app.widgets.layout import SPACE_M, row


class CommandLine(QWidget):
    """Shows one command in a field that can be selected, with a button that copies it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = QLineEdit()
        self.field.setReadOnly(True)
        self.field.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.field.setAccessibleName(tr("CommandLine", "Command"))
        self.button = push_button(tr("CommandLine", "Copy"), self._copy)
        layout = row(self.field, self.button, spacing=SPACE_M, widest=self.field)
        self.setLayout(layout)

    def show_command(self, command: str) -> None:
        self.field.setText(command)
        self.field.setCursorPosition(0)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.field.text())
