"""Locks the workspace after a time without input."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QWindow

_INPUT = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.TabletPress,
}
# Timers stand still while the computer sleeps: so long after waking up it is noticed at the latest.
_LONGEST_S = 5.0


def elapsed() -> float:
    """Seconds that go on while the computer sleeps."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC)  # time.monotonic() stands still there
    return time.monotonic()


class AutoLock(QObject):
    """Calls on_idle within a second once nobody touched keyboard or mouse for seconds(); 0 seconds never does.

    What runs does not put it off: whoever went away has left the records open. Talk that is heard does: see touch().
    """

    def __init__(
        self,
        application: QGuiApplication,
        seconds: Callable[[], float],
        on_idle: Callable[[], object],
        clock: Callable[[], float] = elapsed,
    ) -> None:
        super().__init__(application)
        self._seconds, self._on_idle, self._clock = seconds, on_idle, clock
        self._last = clock()
        self._open = False
        # Windows, not the whole application: a filter there would see every event of every widget.
        application.focusWindowChanged.connect(self._watch)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Begin to count; the workspace was opened."""
        self._last = self._clock()
        self._open = True
        self.look()

    def touch(self) -> None:
        """Somebody is there, though no key tells: a visit is recorded and they talk. Opens nothing that is late."""
        self.look()
        self._last = self._clock()

    def stop(self) -> None:
        """The workspace is closed: nothing to lock."""
        self._open = False
        self._timer.stop()

    def look(self) -> None:
        """Lock if it is time to, or come back when it may be. Call it too where the limit has changed."""
        if not self._open:
            return
        limit = self._seconds()
        left = limit - (self._clock() - self._last)
        if limit and left <= 0:
            self.stop()
            self._on_idle()
        else:
            self._timer.start(math.ceil(1000 * min(left, _LONGEST_S)) if limit else round(1000 * _LONGEST_S))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT:
            # After a sleep the first key may come before the timer: it opens nothing.
            self.look()
            self._last = self._clock()
        return super().eventFilter(watched, event)

    def _watch(self, window: QWindow | None) -> None:
        if window is not None:
            window.removeEventFilter(self)
            window.installEventFilter(self)
