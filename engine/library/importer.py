"""Turns queued documents into searchable ones in the background: one thread reads, one indexes.

The two overlap: while the memory child embeds one document the media child reads the next. The vault holds the queue,
so what a crash or a closed window interrupts goes on at the next start.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from contextlib import suppress

from engine.cancellation import Cancelled, CancelToken
from engine.changes import ChangeHub
from engine.documents.messages import READ_DOCUMENT, ReadDocument, ReadProgress
from engine.errors import PasswordRequired, UnreadableDocument, UserError
from engine.library.progress import ProgressBoard, StallWatch
from engine.library.shelf import QueuedDocument, Shelf
from engine.memory.client import MemoryClient
from engine.types import DocumentState, DocumentText, Problem, Topic
from engine.workers.client import WorkerClient

log = logging.getLogger(__name__)

# A page may take seconds in text recognition; a reader that says nothing for this long hangs.
STALL_LIMIT_S = 30.0
_READ_AHEAD = 2


class Importer:
    """Works off the queue of the shelf until closed. Thread-safe; starts no thread before start()."""

    def __init__(
        self,
        shelf: Shelf,
        media: WorkerClient,
        memory: MemoryClient,
        changes: ChangeHub,
        *,
        stall_limit_s: float = STALL_LIMIT_S,
    ) -> None:
        self.progress = ProgressBoard()
        self._shelf = shelf
        self._media = media
        self._memory = memory
        self._changes = changes
        self._stall_limit_s = stall_limit_s
        self._passwords: dict[int, str] = {}
        self._tokens: dict[int, CancelToken] = {}
        self._read: queue.Queue[tuple[QueuedDocument, DocumentText] | None] = queue.Queue(_READ_AHEAD)
        self._lock = threading.Condition()
        self._queued = True
        self._paused = False
        self._closing = False
        self._threads = [
            threading.Thread(target=self._guarded, args=(self._read_all,), name="import-read", daemon=True),
            threading.Thread(target=self._guarded, args=(self._index_all,), name="import-index", daemon=True),
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Look at the queue again: something was added."""
        with self._lock:
            self._queued = True
            self._lock.notify_all()

    def give_password(self, document_id: int, password: str) -> None:
        """Use password for a document's next reading. It is kept in memory only."""
        self._passwords[document_id] = password

    def pause(self) -> None:
        """Stop what is running; it goes back to the queue and nothing is begun until resume()."""
        with self._lock:
            self._paused = True
            tokens = list(self._tokens.values())
        for token in tokens:
            token.cancel()
        self._changes.publish(Topic.LIBRARY)

    def resume(self) -> None:
        with self._lock:
            self._paused = False
        self.wake()
        self._changes.publish(Topic.LIBRARY)

    @property
    def paused(self) -> bool:
        return self._paused

    def drop(self, document_ids: list[int]) -> None:
        """Stop working on these documents, which were removed or queued anew."""
        with self._lock:
            tokens = [self._tokens[id_] for id_ in document_ids if id_ in self._tokens]
        for token in tokens:
            token.cancel()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until nothing is queued or in work (or the import is paused); false when the time ran out."""
        with self._lock:
            return self._lock.wait_for(lambda: self._closing or self._paused or self._idle(), timeout_s)

    def close(self) -> None:
        """Stop and join the threads. What was in work goes back to the queue."""
        with self._lock:
            self._closing = True
            tokens = list(self._tokens.values())
            self._lock.notify_all()
        for token in tokens:
            token.cancel()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def _idle(self) -> bool:
        return not self._queued and not self._tokens

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception:
            log.exception("import_stopped")
            with self._lock:
                self._closing = True
                self._lock.notify_all()
            raise

    def _read_all(self) -> None:
        while (document := self._next()) is not None:
            token = self._tokens[document.id]
            try:
                text = self._read_one(document, token)
            except (UserError, Cancelled) as error:
                self._end(document, error)
            else:
                self._hand_over(document, text)
        with suppress(queue.Full):
            self._read.put_nowait(None)

    def _hand_over(self, document: QueuedDocument, text: DocumentText) -> None:
        while not self._closing:
            with suppress(queue.Full):
                self._read.put((document, text), timeout=0.2)
                return
        self._end(document, Cancelled())

    def _next(self) -> QueuedDocument | None:
        """The next queued document, marked as being read; waits for one. None when closing."""
        with self._lock:
            while True:
                self._lock.wait_for(lambda: self._closing or (self._queued and not self._paused))
                if self._closing:
                    return None
                document = self._shelf.begin_next(except_ids=set(self._tokens))
                if document is not None:
                    self._tokens[document.id] = CancelToken()
                    break
                self._queued = False
                self._lock.notify_all()
        self._changes.publish(Topic.LIBRARY, [document.id])
        return document

    def _read_one(self, document: QueuedDocument, token: CancelToken) -> DocumentText:
        params = ReadDocument(document.name, self._shelf.content(document.id), self._passwords.get(document.id))
        with StallWatch(token, self._stall_limit_s) as watch:

            def heard(event: ReadProgress) -> None:
                watch.heard()
                self._show(document.id, event.done, event.total)

            try:
                return self._media.call(READ_DOCUMENT, params, on_event=heard, cancel=token)
            except Cancelled:
                if watch.stalled:
                    raise UnreadableDocument(
                        f"“{document.name}” could not be read: the reader got stuck on it.",
                        "Open it in another program, print it to a new PDF, and add that.",
                    ) from None
                raise

    def _index_all(self) -> None:
        while (item := self._next_read()) is not None:
            document, text = item
            try:
                self._index_one(document, text, self._tokens[document.id])
            except (UserError, Cancelled) as error:
                self._end(document, error)
            else:
                self._end(document, None)

    def _next_read(self) -> tuple[QueuedDocument, DocumentText] | None:
        while not self._closing:
            with suppress(queue.Empty):
                return self._read.get(timeout=0.2)
        with suppress(queue.Empty):
            while (item := self._read.get_nowait()) is not None:
                self._end(item[0], Cancelled())
        return None

    def _index_one(self, document: QueuedDocument, text: DocumentText, token: CancelToken) -> None:
        self._shelf.set_state(document.id, DocumentState.INDEXING)
        self._show(document.id, 0, 0)
        passages = self._memory.embed_document(
            text, on_progress=lambda done, total: self._show(document.id, done, total), cancel=token
        )
        token.check()
        stored = self._shelf.store_indexed(document.id, text, passages)
        self._memory.remove(stored.replaced_chunk_ids)
        self._memory.add(stored.chunk_ids, passages.vectors)

    def _show(self, document_id: int, done: int, total: int) -> None:
        self.progress.set(document_id, done, total)
        self._changes.publish(Topic.LIBRARY, [document_id])

    def _end(self, document: QueuedDocument, outcome: UserError | Cancelled | None) -> None:
        """Record how the work on a document ended and let go of it."""
        if isinstance(outcome, UserError):
            problem = Problem(outcome.message, outcome.advice, outcome.details)
            self._shelf.fail(document.id, problem, needs_password=isinstance(outcome, PasswordRequired))
        elif outcome is not None:
            self._shelf.requeue([document.id])
        self.progress.clear(document.id)
        with self._lock:
            self._tokens.pop(document.id, None)
            # A cancelled document is queued again; unless paused it is taken up at once.
            self._queued = self._queued or outcome is not None
            self._lock.notify_all()
        self._changes.publish(Topic.LIBRARY, [document.id])
