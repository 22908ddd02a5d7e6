"""Keeps the vector index as the vault is: filled after unlock and after the child was replaced, in the background."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from engine.cancellation import Cancelled, CancelToken
from engine.errors import Defect, ModelMissing, UserError, WorkerCrashed
from engine.memory.client import MemoryClient
from engine.memory.store import PassageStore
from engine.types import MemoryStatus

_log = logging.getLogger(__name__)
_MOST_CRASHES = 3


class IndexFiller:
    """Fills the child's index from the vault and says how far it is. Thread-safe."""

    def __init__(self, store: PassageStore, memory: MemoryClient, on_change: Callable[[], None]) -> None:
        self._store = store
        self._memory = memory
        self._on_change = on_change
        self._lock = threading.Lock()
        self._cancel = CancelToken()
        self._thread: threading.Thread | None = None
        self._generation = 0  # counts the children; what an earlier one held is gone
        self._status = MemoryStatus(ready=False, indexed=0, total=0)
        self._removed: set[int] = set()
        memory.on_restart(self._child_replaced)

    @property
    def status(self) -> MemoryStatus:
        return self._status

    @property
    def ready(self) -> bool:
        return self._status.ready

    def start(self) -> None:
        """Fill the index anew in the background, unless that is under way. Call again once a model was installed."""
        with self._lock:
            if self._cancel.cancelled or (self._thread is not None and self._thread.is_alive()):
                return
            self._thread = threading.Thread(target=self._run, name="fill-index", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Stop filling and wait for it. Safe to call twice."""
        self._cancel.cancel()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def add(self, ids: Sequence[int], vectors: bytes) -> None:
        """Put the vectors of passages that the vault just stored into the index."""
        with self._lock:
            self._removed.difference_update(ids)
        self._change(lambda: self._memory.add(ids, vectors))

    def remove(self, ids: Sequence[int]) -> None:
        """Take passages out of the index."""
        with self._lock:
            if not self._status.ready:
                self._removed.update(ids)
        self._change(lambda: self._memory.remove(ids))

    def _change(self, change: Callable[[], int]) -> None:
        try:
            size = change()
        except WorkerCrashed:
            # The vault holds the change already; the new child's index is filled from there.
            _log.warning("the memory child ended during a change of the index; filling it again")
            self.start()
            return
        if self._status.ready:
            self._set(MemoryStatus(ready=True, indexed=size, total=size))

    def _child_replaced(self) -> None:
        """Runs on the thread of whatever call started the new child: note it, and fill from another thread."""
        self._generation += 1
        self._set(MemoryStatus(ready=False, indexed=0, total=self._status.total))
        self.start()

    def _set(self, status: MemoryStatus) -> None:
        self._status = status
        self._on_change()

    def _run(self) -> None:
        crashes = 0
        while not self._cancel.cancelled:
            generation = self._generation
            try:
                self._fill()
            except Cancelled:
                return
            except WorkerCrashed as error:
                crashes += 1
                _log.warning("the memory child ended while the index was filled (%d): %s", crashes, error.details)
                if crashes >= _MOST_CRASHES:
                    return
                continue
            except ModelMissing:
                _log.info("no search model: keyword search only")
                return
            except Defect:
                # Keyword search goes on; start() tries again.
                _log.exception("index_not_filled")
                return
            except UserError as error:
                _log.error("the vector index could not be filled: %s", error.details or error.message)
                return
            if generation == self._generation:
                return

    def _fill(self) -> None:
        self._memory.start_loading()  # seconds; goes on in the child while vectors arrive
        embedder = self._memory.embedder()
        total = self._store.count_vectors(embedder)
        self._memory.clear()
        generation = self._generation
        indexed = 0
        self._set(MemoryStatus(ready=False, indexed=0, total=total))
        for batch in self._store.vector_batches(embedder):
            indexed = self._memory.add(batch.ids, batch.data, cancel=self._cancel)
            self._set(MemoryStatus(ready=False, indexed=indexed, total=max(total, indexed)))
            if generation != self._generation:
                return
        with self._lock:
            removed, self._removed = sorted(self._removed), set()
        if removed:
            indexed = self._memory.remove(removed)
        self._memory.finish_loading(cancel=self._cancel)
        if generation == self._generation:
            self._set(MemoryStatus(ready=True, indexed=indexed, total=indexed))
