"""Locks the workspace after a time without input."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QGuiApplication, QWindow

_INPUT = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.TabletPress,
}
_LOOK_MS = 10_000


class AutoLock(QObject):
    """Calls on_idle once nobody touched keyboard or mouse for minutes() minutes; 0 minutes never does.

    While busy() is true (an answer or a download is on its way) it waits, but no longer than twice the time.
    """

    def __init__(
        self,
        application: QGuiApplication,
        minutes: Callable[[], int],
        busy: Callable[[], bool],
        on_idle: Callable[[], object],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(application)
        self._minutes, self._busy, self._on_idle, self._clock = minutes, busy, on_idle, clock
        self._last = clock()
        # Windows, not the whole application: a filter there would see every event of every widget.
        application.focusWindowChanged.connect(self._watch)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Begin to count; the workspace was opened."""
        self._last = self._clock()
        self._timer.start(_LOOK_MS)

    def stop(self) -> None:
        """The workspace is closed: nothing to lock."""
        self._timer.stop()

    def look(self) -> None:
        """Lock if it is time to."""
        limit = self._minutes() * 60
        idle = self._clock() - self._last
        if limit and idle >= limit and (not self._busy() or idle >= 2 * limit):
            self._on_idle()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT:
            self._last = self._clock()
        return super().eventFilter(watched, event)

    def _watch(self, window: QWindow | None) -> None:
        if window is not None:
            window.removeEventFilter(self)
            window.installEventFilter(self)
