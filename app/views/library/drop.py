"""Files dropped on the page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.i18n import tr

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData

    from app.theme import Theme


def dropped_paths(mime: QMimeData) -> list[Path]:
    """The local files and folders of a drop."""
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]


class DropHint(QWidget):
    """Lies over the page while files are held above it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def cover(self) -> None:
        """Cover the page."""
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(QRect(0, 0, parent.width(), parent.height()))
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = self._theme.color("surface")
        veil.setAlpha(225)
        painter.fillRect(self.rect(), veil)
        painter.setPen(QPen(self._theme.color("accent"), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(self.rect().adjusted(16, 16, -16, -16), 8, 8)
        painter.setPen(self._theme.color("text"))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), tr("Library", "Drop to add to the library"))
        painter.end()
