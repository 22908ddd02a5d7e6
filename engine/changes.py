"""Who is told when something changed: views and the command line subscribe, services publish."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable

from engine.types import Change, Topic

Listener = Callable[[Change], None]

log = logging.getLogger(__name__)


class ChangeHub:
    """Delivers changes to every listener on the publisher's thread; a failing listener does not stop the others."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Add a listener; returns a function that removes it."""
        with self._lock:
            self._listeners.append(listener)
        return lambda: self._remove(listener)

    def publish(self, topic: Topic, ids: Iterable[int] = ()) -> None:
        change = Change(topic, list(ids))
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            try:
                listener(change)
            except Exception:
                log.exception("change_listener_failed")

    def _remove(self, listener: Listener) -> None:
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)
