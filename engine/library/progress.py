"""How far each document's import is: kept in memory, because it changes many times a second."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from msgspec import structs

from engine.cancellation import CancelToken
from engine.types import DocumentInfo


class ProgressBoard:
    """The counts ("page 12 of 48") of documents being worked on; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[int, tuple[int, int]] = {}

    def set(self, document_id: int, done: int, total: int) -> None:
        with self._lock:
            self._counts[document_id] = (done, total)

    def clear(self, document_id: int) -> None:
        with self._lock:
            self._counts.pop(document_id, None)

    def on(self, document: DocumentInfo) -> DocumentInfo:
        """Return the document with its present counts."""
        with self._lock:
            done, total = self._counts.get(document.id, (0, 0))
        return structs.replace(document, done=done, total=total) if total else document


class StallWatch:
    """Cancels a token when nothing was heard for limit_s: a reader may take hours, but not be silent for long."""

    def __init__(self, token: CancelToken, limit_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.stalled = False
        self._token = token
        self._limit_s = limit_s
        self._clock = clock
        self._heard_at = clock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="stall-watch", daemon=True)

    def heard(self) -> None:
        """Note a sign of life."""
        self._heard_at = self._clock()

    def __enter__(self) -> StallWatch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stopped.wait(min(1.0, self._limit_s / 4)):
            if self._clock() - self._heard_at > self._limit_s:
                self.stalled = True
                self._token.cancel()
                return
