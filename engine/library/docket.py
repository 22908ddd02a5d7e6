"""What the import is working on, and what may be left to do: shared by its threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import StrEnum

from engine.cancellation import CancelToken
from engine.library.shelf import QueuedDocument

Find = Callable[[set[int]], QueuedDocument | None]


class Work(StrEnum):
    READ = "read"
    EMBED = "embed"


class Docket:
    """Documents in work by id, each with the token that stops it. The list of what waits is in the vault."""

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._tokens: dict[int, CancelToken] = {}
        self._open = set(Work)  # of which the vault may hold some
        self._paused = False
        self._closing = False

    @property
    def paused(self) -> bool:
        return self._paused

    def look_again(self, *work: Work) -> None:
        """Something was added (or made possible) to do."""
        with self._lock:
            self._open.update(work)
            self._lock.notify_all()

    def take(self, work: Work, find: Find) -> tuple[QueuedDocument, CancelToken] | None:
        """The next document for this work, and now in work; waits for one. None when closing.

        find(ids in work) gives the next one from the vault, under the lock, so that no document goes to two threads.
        """
        with self._lock:
            while True:
                self._lock.wait_for(lambda: self._closing or (work in self._open and not self._paused))
                if self._closing:
                    return None
                document = find(set(self._tokens))
                if document is not None:
                    token = self._tokens[document.id] = CancelToken()
                    return document, token
                self._open.discard(work)
                self._lock.notify_all()

    def end(self, document_id: int, *then: Work) -> None:
        """Let go of a document; then names what there may be to do next."""
        with self._lock:
            self._tokens.pop(document_id, None)
            self._open.update(then)
            self._lock.notify_all()

    def pause(self) -> None:
        """Stop what is running, and begin nothing until resume()."""
        with self._lock:
            self._paused = True
            self._stop(list(self._tokens))

    def resume(self) -> None:
        with self._lock:
            self._paused = False
            self._open.update(Work)
            self._lock.notify_all()

    def drop(self, document_ids: list[int]) -> None:
        """Stop the work on these documents."""
        with self._lock:
            self._stop(document_ids)

    def close(self) -> None:
        """Stop what is running; take() gives nothing any more."""
        with self._lock:
            self._closing = True
            self._stop(list(self._tokens))
            self._lock.notify_all()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until nothing is left to do (or it is paused or closed); false when the time ran out."""
        with self._lock:
            return self._lock.wait_for(
                lambda: self._closing or self._paused or not (self._open or self._tokens), timeout_s
            )

    def _stop(self, document_ids: list[int]) -> None:
        for document_id in document_ids:
            token = self._tokens.get(document_id)
            if token is not None:
                token.cancel()
