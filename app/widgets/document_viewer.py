"""A window of its own for one document: all pages, large, and a plain copy for who wants one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.i18n import tr
from app.widgets.buttons import give_icon, push_button
from app.widgets.document_pane import DocumentPane, LoadedDocument, Span
from app.widgets.labels import ElidedLabel
from app.widgets.layout import SPACE_L, SPACE_M, row, show_if

if TYPE_CHECKING:
    from app.theme import Theme


class DocumentViewer(QWidget):
    """Opens beside the main window and closes with Esc. save: asks for a place for a copy; None where none may be."""

    def __init__(
        self,
        theme: Theme,
        loaded: LoadedDocument,
        span: Span | None,
        save: Callable[[LoadedDocument, QWidget], object] | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("page")
        # The task bar, the window switcher and other programs read titles: none says what is open.
        self.setWindowTitle("Chartside")
        self.setAccessibleName(loaded.info.name)
        self.pane = DocumentPane(theme, loaded, span)
        self.save_button = push_button(tr("Viewer", "Save a copy…"), lambda: save and save(loaded, self))
        give_icon(self.save_button, theme, "download")
        name = ElidedLabel(loaded.info.name, "heading")
        header = row(name, self.save_button)
        header.setStretchFactor(name, 1)
        header.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        show_if(self.save_button, save is not None)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(header)
        outer.addWidget(self.pane, 1)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)
        self.resize(self._comfortable())
        self.pane.setFocus()

    def _comfortable(self) -> QSize:
        available = self.screen().availableSize()
        return QSize(min(980, available.width()), min(1100, available.height() - 40))
