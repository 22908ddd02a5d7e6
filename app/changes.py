"""The engine's changes, brought to the GUI thread and gathered so that an import does not flood the views."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from engine.types import Change, Topic

_GATHER_MS = 60


class Publisher(Protocol):
    """What changes are subscribed at: a Workspace."""

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]: ...


class Changes(QObject):
    """Emits changed(Change) on the GUI thread: per topic at most one every 60 ms, with the ids of all that came in."""

    changed = Signal(object)
    _posted = Signal()

    def __init__(self, publisher: Publisher, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._pending: dict[Topic, set[int] | None] = {}
        self._closed = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_GATHER_MS)
        self._timer.timeout.connect(self._emit)
        self._posted.connect(self._wake, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = publisher.subscribe(self._receive)

    def close(self) -> None:
        """Stop listening; what was not emitted yet is dropped."""
        self._unsubscribe()
        with self._lock:
            self._closed = True
        self._timer.stop()

    def _receive(self, change: Change) -> None:
        """Called on any thread. None stands for "anything in the topic may have changed"."""
        with self._lock:
            first = not self._pending
            known = self._pending.get(change.topic, set())
            self._pending[change.topic] = None if known is None or not change.ids else known | set(change.ids)
            # Inside the lock, so that close() cannot return, and this object go, while the signal is being sent.
            if first and not self._closed:
                self._posted.emit()

    @Slot()
    def _wake(self) -> None:
        if not self._closed and not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _emit(self) -> None:
        with self._lock:
            pending, self._pending = self._pending, {}
        for topic, ids in pending.items():
            self.changed.emit(Change(topic, sorted(ids or ())))
