"""The area right of the page: a source with its passage, as long as it is wanted."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.i18n import tr
from app.theme import Theme
from app.widgets.buttons import IconButton
from app.widgets.labels import ElidedLabel
from app.widgets.layout import SPACE_L, SPACE_M, separator


class SidePanelArea(QWidget):
    """Holds one widget with a title and a way to close it. closed: the person closed it."""

    closed = Signal()

    def __init__(self, theme: Theme, on_close: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidepanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(tr("SidePanel", "Side panel"))
        self.setMinimumWidth(280)
        self._widget: QWidget | None = None
        self._title = ElidedLabel("", "heading")
        header = QHBoxLayout()
        header.setContentsMargins(SPACE_L, SPACE_M, SPACE_M, SPACE_M)
        header.addWidget(self._title, 1)
        header.addWidget(IconButton(theme, "cross", tr("SidePanel", "Close"), on_close, size=16, shortcut="Esc"))
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(1, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addLayout(header)
        self._layout.addWidget(separator())
        self.hide()

    @property
    def widget(self) -> QWidget | None:
        return self._widget

    def set_widget(self, widget: QWidget, title: str) -> None:
        """Show widget; the one before is deleted."""
        if widget is not self._widget:
            self._drop()
            self._widget = widget
            self._layout.addWidget(widget, 1)
        self._title.setText(title)
        self.show()
        widget.show()

    def clear(self) -> None:
        """Close and delete the widget."""
        self._drop()
        self.hide()

    def _drop(self) -> None:
        if self._widget is not None:
            self._layout.removeWidget(self._widget)
            self._widget.hide()
            self._widget.deleteLater()
            self._widget = None
