"""Counting down until something may be tried again."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from app.i18n import counted


class Waiting(QObject):
    """Calls on_tick with the seconds left, each second, until it calls on_end."""

    def __init__(self, on_tick: Callable[[int], object], on_end: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._on_tick, self._on_end = on_tick, on_end
        self._until = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._tick)

    @property
    def active(self) -> bool:
        return self._timer.isActive()

    def begin(self, seconds: int) -> None:
        """Wait from now on."""
        self._until = time.monotonic() + seconds
        self._timer.start()
        self._tick()

    def stop(self) -> None:
        """Wait no longer; on_end is not called."""
        self._timer.stop()

    def _tick(self) -> None:
        left = math.ceil(self._until - time.monotonic())
        if left > 0:
            self._on_tick(left)
        else:
            self.stop()
            self._on_end()


def time_left(seconds: int) -> str:
    """A time to wait in words: seconds up to two minutes, then minutes."""
    if seconds < 120:
        return counted("Waiting", "1 second", "{count} seconds", seconds)
    return counted("Waiting", "1 minute", "{count} minutes", -(-seconds // 60))
