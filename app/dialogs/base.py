"""The frame of every dialog: title, content, buttons at the lower right, Esc closes."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QSpacerItem, QVBoxLayout, QWidget

from app.widgets.labels import label
from app.widgets.layout import SPACE_L, SPACE_M, SPACE_XL


class Dialog(QDialog):
    """A modal dialog; put content into body and buttons through add_button."""

    def __init__(self, title: str, parent: QWidget | None, width: int = 480) -> None:
        super().__init__(parent)
        # The task bar, the window switcher and other programs read titles: none names a document or a person.
        self.setWindowTitle("Chartside")
        self.setAccessibleName(title)
        self.setModal(True)
        self.title = label(title, "heading", wrap=True)
        self.body = QVBoxLayout()
        self.body.setSpacing(SPACE_M)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(SPACE_M)
        self._buttons.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_L)
        outer.setSpacing(SPACE_L)
        # A spacer, not a minimum width: that would let the content be narrower than its words.
        outer.addSpacerItem(QSpacerItem(width, 0))
        outer.addWidget(self.title)
        outer.addLayout(self.body, 1)
        outer.addLayout(self._buttons)

    def add_button(self, button: QPushButton, *, default: bool = False) -> QPushButton:
        """Add a button at the right; the default one answers Enter."""
        button.setAutoDefault(default)
        button.setDefault(default)
        self._buttons.addWidget(button)
        return button
