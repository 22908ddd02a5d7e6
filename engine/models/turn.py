"""Whose turn it is at the model: one caller at a time, and those whom a person waits for go first."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from engine.cancellation import CancelToken

_WAIT_S = 0.1


class ModelTurn:
    """A lock with two ranks. Thread-safe."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._taken = False
        self._waiting = 0
        self._lent: CancelToken | None = None

    @contextmanager
    def taken(self, cancel: CancelToken) -> Iterator[None]:
        """For a person who waits: what is lent to background work is asked back at once. Raises Cancelled."""
        with self._changed:
            self._waiting += 1
            lent = self._lent
        try:
            if lent is not None:
                lent.cancel()
            self._acquire(cancel, behind_others=False)
        finally:
            with self._changed:
                self._waiting -= 1
        try:
            yield
        finally:
            self._release()

    @contextmanager
    def lent(self, cancel: CancelToken) -> Iterator[CancelToken]:
        """For background work: waits until nobody else wants it. The token is cancelled when somebody does, or when
        cancel is. Raises Cancelled."""
        self._acquire(cancel, behind_others=True)
        token = CancelToken()
        forget = cancel.on_cancel(token.cancel)
        with self._changed:
            self._lent = token
            wanted = self._waiting > 0
        if wanted:
            token.cancel()
        try:
            yield token
        finally:
            forget()
            self._release()

    def _acquire(self, cancel: CancelToken, *, behind_others: bool) -> None:
        with self._changed:
            while self._taken or (behind_others and self._waiting):
                cancel.check()
                self._changed.wait(_WAIT_S)
            cancel.check()
            self._taken = True

    def _release(self) -> None:
        with self._changed:
            self._taken, self._lent = False, None
            self._changed.notify_all()
