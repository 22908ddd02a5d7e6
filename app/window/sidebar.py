"""The sidebar: one button per page; collapses to icons."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.i18n import tr
from app.theme import Theme
from app.widgets.buttons import IconButton
from app.widgets.feedback import ThemedIcon
from app.widgets.labels import label
from app.widgets.layout import SPACE_M, SPACE_S, show_if

_WIDE, _NARROW = 176, 56
_ICON = 20


class Sidebar(QWidget):
    """Shows the pages and which one is in front. chosen: a page was asked for; folded: collapsed or not."""

    chosen = Signal(str)
    folded = Signal(bool)

    def __init__(self, theme: Theme, pages: list[tuple[str, str, str]], parent: QWidget | None = None) -> None:
        """pages: key, title and icon of each page, in the order of the keys Ctrl+1, Ctrl+2 ..."""
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._collapsed = False
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons: dict[str, QToolButton] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        self._layout.setSpacing(SPACE_S)
        self._layout.addWidget(self._header())
        self._layout.addSpacing(SPACE_M)
        for number, (key, title, icon) in enumerate(pages, start=1):
            if key == pages[-1][0]:
                # Settings stand apart, at the lower end.
                self._layout.addStretch(1)
            self._add(number, key, title, icon)
        theme.changed.connect(self._retint)
        self._retint()

    @property
    def collapsed(self) -> bool:
        return self._collapsed

    def set_collapsed(self, collapsed: bool) -> None:
        """Show only icons, or icons with names."""
        self._collapsed = collapsed
        style = Qt.ToolButtonStyle.ToolButtonIconOnly if collapsed else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        for button in self._buttons.values():
            button.setToolButtonStyle(style)
        show_if(self._name, not collapsed)
        show_if(self._mark, not collapsed)
        words = tr("Sidebar", "Show page names") if collapsed else tr("Sidebar", "Show icons only")
        self._fold.setAccessibleName(words)
        self._fold.setToolTip(f"{words} (Ctrl+B)")
        self._retint()
        self.folded.emit(collapsed)

    def show_page(self, key: str) -> None:
        """Mark the page that is in front."""
        self._buttons[key].setChecked(True)

    def button(self, key: str) -> QToolButton:
        return self._buttons[key]

    def _header(self) -> QWidget:
        header = QWidget()
        self._mark = ThemedIcon(self._theme, "chartside", "accent", 22)
        self._name = label("Chartside", "heading")
        self._fold = IconButton(self._theme, "sidebar", tr("Sidebar", "Show icons only"), self._toggle)
        layout = QHBoxLayout(header)
        layout.setContentsMargins(SPACE_M - 2, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        layout.addWidget(self._mark)
        layout.addWidget(self._name, 1)
        layout.addWidget(self._fold)
        return header

    def _add(self, number: int, key: str, title: str, icon: str) -> None:
        button = QToolButton()
        button.setText(title)
        button.setProperty("icon_name", icon)
        button.setCheckable(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setAccessibleName(title)
        button.setToolTip(f"{title} (Ctrl+{number})")
        button.clicked.connect(lambda _checked=False: self.chosen.emit(key))
        self._group.addButton(button)
        self._buttons[key] = button
        self._layout.addWidget(button)

    def _toggle(self) -> None:
        self.set_collapsed(not self._collapsed)

    def _retint(self) -> None:
        side = self._theme.scaled(_ICON)
        for button in self._buttons.values():
            button.setIcon(self._theme.icon(str(button.property("icon_name"))))
            button.setIconSize(QSize(side, side))
        self.setFixedWidth(self._theme.scaled(_NARROW if self._collapsed else _WIDE))
