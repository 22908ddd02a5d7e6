"""Hybrid search: passages by their words and by their meaning, in one order."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from engine.errors import UserError
from engine.memory.client import MemoryClient
from engine.memory.filling import IndexFiller
from engine.memory.lexical import Question, analyse
from engine.memory.messages import Neighbours
from engine.memory.ranking import Candidates
from engine.memory.store import PassageStore, VaultPassages
from engine.types import Hit, MemoryStatus, SearchResult
from engine.vault.database import Database

_log = logging.getLogger(__name__)

KEYWORD_CANDIDATES = 50
DENSE_CANDIDATES = 50
# A busy child must not hold an answer up: keyword search then answers alone.
_DENSE_WAIT_S = 2.0


class HybridSearch:
    """Search over a workspace. Thread-safe. Keyword search answers alone until the vectors are in the memory child."""

    def __init__(self, database: Database, memory: MemoryClient, on_change: Callable[[], None] = lambda: None) -> None:
        """on_change is called, on any thread, when status() changed."""
        self._store: PassageStore = VaultPassages(database)
        self._memory = memory
        self._filler = IndexFiller(self._store, memory, on_change)
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="dense-search")

    def start(self) -> None:
        """Fill the vector index in the background; again after a search model was installed."""
        self._filler.start()

    def close(self) -> None:
        """Stop filling and searching. Safe to call twice."""
        self._filler.close()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def status(self) -> MemoryStatus:
        """How much of the vector index is filled."""
        return self._filler.status

    def add(self, ids: Sequence[int], vectors: bytes) -> None:
        """Put passages that the vault just stored into the vector index."""
        self._filler.add(ids, vectors)

    def remove(self, ids: Sequence[int]) -> None:
        """Take passages out of the vector index."""
        self._filler.remove(ids)

    def search(self, query: str, k: int = 10) -> SearchResult:
        """The k best passages; none for a query without words. SearchResult.dense: whether meaning was searched too."""
        watch = _Stages()
        question = analyse(query)
        if not question.terms or k <= 0:
            return SearchResult(query=query, hits=[], ms=watch.total(), dense=False)
        hits, dense = self._search(query, question, k, watch)
        return SearchResult(query=query, hits=hits, ms=watch.total(), dense=dense, stages=watch.ms)

    def _search(self, query: str, question: Question, k: int, watch: _Stages) -> tuple[list[Hit], bool]:
        """The child looks for the meaning while this process looks for the words and reads what it finds."""
        nearest = self._start_dense(query, max(DENSE_CANDIDATES, k))
        found = self._store.find(question.searched, max(KEYWORD_CANDIDATES, k))
        watch.lap("keyword")
        candidates = Candidates(self._store, question, found)
        candidates.read_found(vectors=nearest is not None)
        watch.lap("reading")
        neighbours = self._finish_dense(nearest)
        watch.lap("waiting")
        if neighbours is not None:
            watch.ms |= {"embedding": neighbours.embedding_s * 1000, "neighbours": neighbours.search_s * 1000}
        hits = candidates.ranked(neighbours, k)
        watch.lap("ranking")
        return hits, neighbours is not None

    def _start_dense(self, query: str, k: int) -> Future[Neighbours] | None:
        return self._pool.submit(self._memory.query, query, k) if self._filler.ready else None

    def _finish_dense(self, nearest: Future[Neighbours] | None) -> Neighbours | None:
        """What dense search found; None if it cannot answer now."""
        if nearest is None:
            return None
        try:
            neighbours = nearest.result(timeout=_DENSE_WAIT_S)
        except (UserError, TimeoutError) as error:
            _log.warning("dense search did not answer: %s", type(error).__name__)
            return None
        return neighbours if self._filler.ready else None


class _Stages:
    """Milliseconds of the parts of one search."""

    def __init__(self) -> None:
        self.ms: dict[str, float] = {}
        self._begun = self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        """What went on since the last lap was this stage."""
        now = time.perf_counter()
        self.ms[stage] = (now - self._last) * 1000
        self._last = now

    def total(self) -> float:
        return (time.perf_counter() - self._begun) * 1000
