"""Buttons whose icons follow the theme."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtWidgets import QAbstractButton, QPushButton, QToolButton, QWidget

from app.theme import Theme

_ICON = 18


def push_button(
    text: str,
    on_click: Callable[[], object] | None = None,
    *,
    role: str = "",
    parent: QWidget | None = None,
) -> QPushButton:
    """A button with words. role: primary (one per page), danger, link, or none."""
    made = QPushButton(text, parent)
    made.setAutoDefault(False)
    if role:
        made.setProperty("role", role)
    if role == "link":
        made.setCursor(Qt.CursorShape.PointingHandCursor)
    if on_click is not None:
        made.clicked.connect(lambda _checked=False: on_click())
    return made


class IconButton(QToolButton):
    """A button that is only an icon; name is read by screen readers and shown as the tool tip."""

    def __init__(
        self,
        theme: Theme,
        icon: str,
        name: str,
        on_click: Callable[[], object] | None = None,
        *,
        role: str = "muted",
        size: int = _ICON,
        shortcut: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = icon
        self._role = role
        self._size = size
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.setToolTip(f"{name} ({shortcut})" if shortcut else name)
        if on_click is not None:
            self.clicked.connect(lambda _checked=False: on_click())
        theme.changed.connect(self.retint)
        self.retint()

    def set_icon(self, icon: str, name: str) -> None:
        """Another icon with another meaning."""
        self._icon = icon
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.retint()

    def retint(self) -> None:
        """Take the icon in the theme's colours and size."""
        side = self._theme.scaled(self._size)
        self.setIcon(self._theme.icon(self._icon, self._role))
        self.setIconSize(QSize(side, side))


def give_icon(button: QAbstractButton, theme: Theme, icon: str, role: str = "text", size: int = _ICON) -> None:
    """Put an icon beside a button's words and keep it in the theme's colours for as long as the button lives."""

    _IconKeeper(button, theme, icon, role, size)


class _IconKeeper(QObject):
    """A child of the button, so that its connection to the theme ends with the button."""

    def __init__(self, button: QAbstractButton, theme: Theme, icon: str, role: str, size: int) -> None:
        super().__init__(button)
        self._button, self._theme, self._icon, self._role, self._size = button, theme, icon, role, size
        theme.changed.connect(self._retint)
        self._retint()

    def _retint(self) -> None:
        side = self._theme.scaled(self._size)
        self._button.setIcon(self._theme.icon(self._icon, self._role))
        self._button.setIconSize(QSize(side, side))
