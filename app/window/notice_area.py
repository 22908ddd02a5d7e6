"""Messages at the lower edge of the page: toasts and failures, over the page so that nothing jumps."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QFrame, QWidget

from app.theme import Theme
from app.widgets.feedback import ErrorPanel
from app.widgets.layout import SPACE_L
from app.widgets.toast import Toast
from engine.errors import UserError

_WIDTH = 560


class NoticeArea(QObject):
    """Places one notice over the lower edge of a widget; a new one replaces the old."""

    def __init__(self, theme: Theme, host: QWidget) -> None:
        super().__init__(host)
        self._theme = theme
        self._host = host
        self._notice: QFrame | None = None
        host.installEventFilter(self)

    @property
    def current(self) -> QFrame | None:
        return self._notice

    def toast(self, message: str, undo: Callable[[], None] | None = None) -> None:
        """Say what was done, for some seconds; with undo it stays longer and offers an Undo button."""
        self._show(Toast(self._theme, message, undo, self._host))

    def error(self, error: UserError) -> None:
        """Say what failed; stays until dismissed."""
        self._show(ErrorPanel(self._theme, error, on_dismiss=self.dismiss, parent=self._host))

    def dismiss(self) -> None:
        """Take the notice away."""
        if self._notice is not None:
            notice, self._notice = self._notice, None
            notice.hide()
            notice.deleteLater()

    def keep_in_front(self) -> None:
        """Another page came to the front of the host: the notice stays above it."""
        if self._notice is not None:
            self._notice.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the notice in its place when the host changes size."""
        if watched is self._host and event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _show(self, notice: QFrame) -> None:
        self.dismiss()
        self._notice = notice
        notice.destroyed.connect(lambda: self._gone(notice))
        self._place()
        notice.show()
        notice.raise_()

    def _gone(self, notice: QFrame) -> None:
        if self._notice is notice:
            self._notice = None

    def _place(self) -> None:
        if self._notice is None:
            return
        width = min(self._theme.scaled(_WIDTH), self._host.width() - 2 * SPACE_L)
        layout = self._notice.layout()
        wanted = layout.heightForWidth(width) if layout is not None and layout.hasHeightForWidth() else -1
        height = max(wanted, self._notice.minimumSizeHint().height())
        left = (self._host.width() - width) // 2
        self._notice.setGeometry(left, self._host.height() - height - SPACE_L, width, height)
