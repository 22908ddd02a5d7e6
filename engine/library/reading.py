"""The first half of an import: a queued document is read, cut, stored, and from then on found by its words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from engine.cancellation import Cancelled, CancelToken
from engine.documents.messages import READ_DOCUMENT, ReadDocument, ReadProgress
from engine.errors import UnreadableDocument
from engine.library.progress import StallWatch
from engine.library.shelf import QueuedDocument, Shelf
from engine.memory.client import MemoryClient
from engine.types import DocumentText
from engine.workers.client import WorkerClient

# A page may take seconds in text recognition; a reader that says nothing for this long hangs.
STALL_LIMIT_S = 30.0

Show = Callable[[int, int, int], None]
"""Shows how far a document is: its id, done, total."""


class LeavesIndex(Protocol):
    """The part of search that forgets passages."""

    def remove(self, ids: Sequence[int]) -> None: ...


class Reading:
    """Used by one thread; give_password() by any."""

    def __init__(
        self,
        shelf: Shelf,
        media: WorkerClient,
        memory: MemoryClient,
        index: LeavesIndex,
        *,
        show: Show,
        stall_limit_s: float = STALL_LIMIT_S,
    ) -> None:
        self._shelf = shelf
        self._media = media
        self._memory = memory
        self._index = index
        self._show = show
        self._stall_limit_s = stall_limit_s
        self._passwords: dict[int, str] = {}

    def give_password(self, document_id: int, password: str) -> None:
        """Use password for a document's next reading. It is kept in memory only."""
        self._passwords[document_id] = password

    def find(self, in_work: set[int]) -> QueuedDocument | None:
        """The next document of the queue, marked as being read."""
        return self._shelf.begin_next(in_work)

    def work(self, document: QueuedDocument, token: CancelToken) -> None:
        """Read and store one document. Raises Cancelled, and UserError where it cannot be read."""
        text = self._read(document, token)
        chunks = self._memory.chunk(text, cancel=token)
        token.check()
        stored = self._shelf.store_read(document.id, text, chunks)
        if stored.replaced_chunk_ids:
            self._index.remove(stored.replaced_chunk_ids)

    def _read(self, document: QueuedDocument, token: CancelToken) -> DocumentText:
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
