"""The thread of the memory child that moves new vectors into Chroma's graph, between the calls that the child answers.

Chroma holds the interpreter's lock while it builds, and embedding a question asks for that lock hundreds of times: if
both went on at once, the question would wait for the graph at every step. So only one of the two ever works.
"""

from __future__ import annotations

import threading
import time

from engine.memory.vectors import PassageVectors

_AT_ONCE = 200
_PAUSE_S = 0.01  # in which a call that waits gets its turn
_QUIET_S = 1.0  # questions come in series: the next one need not wait for the graph


class Settler:
    """turn: to be held for the work of a call, and for every call of this class but close()."""

    def __init__(self) -> None:
        self.turn = threading.Condition()
        self._vectors: PassageVectors | None = None
        self._thread: threading.Thread | None = None
        self._failure: Exception | None = None
        self._not_before = 0.0
        self._closed = False

    def begin(self) -> None:
        """Start to work. Without effect after the first time."""
        if self._thread is None and not self._closed:
            self._thread = threading.Thread(target=self._run, name="settle-vectors", daemon=True)
            self._thread.start()

    def settle(self, vectors: PassageVectors) -> None:
        """Have what is new among vectors moved, sooner or later. Raises, once, what an earlier move failed with."""
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure
        self._vectors = vectors
        self.turn.notify()

    def put_off(self) -> None:
        """A question was asked: others may follow."""
        self._not_before = time.monotonic() + _QUIET_S

    def close(self) -> None:
        """End the thread. Safe to call twice."""
        with self.turn:
            self._closed = True
            self.turn.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while True:
            with self.turn:
                if self._closed:
                    return
                vectors = self._vectors
                if vectors is None or vectors.unsettled == 0 or self._failure is not None:
                    self.turn.wait()
                    continue
                left = self._not_before - time.monotonic()
                if left > 0:
                    self.turn.wait(left)
                    continue
                try:
                    vectors.settle(_AT_ONCE)
                except Exception as error:  # noqa: BLE001 - raised to the next call that adds vectors
                    self._failure = error
            time.sleep(_PAUSE_S)
