"""A button whose words are shortened where they do not fit; the tool tip then holds all of them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget


class ElidedButton(QPushButton):
    """A flat, left-aligned button of one line, for lists of sources."""

    def __init__(
        self, text: str, on_click: Callable[[], object], *, tip: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self.setObjectName("source")
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._full = text
        self.setAccessibleName(text)
        self.setToolTip(tip or text)
        policy = QSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)
        self.clicked.connect(lambda _checked=False: on_click())

    @property
    def full_text(self) -> str:
        return self._full

    def sizeHint(self) -> QSize:
        """Room for all of the words."""
        width = QFontMetrics(self.font()).horizontalAdvance(self._full)
        return QSize(width + 26, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(60, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.width() - 20
        shown = QFontMetrics(self.font()).elidedText(self._full, Qt.TextElideMode.ElideMiddle, room)
        # "&" would become a mnemonic.
        self.setText(shown.replace("&", "&&"))
