"""Hybrid search: passages by their words and by their meaning, in one order."""

from __future__ import annotations

import logging
import sys
import time
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from operator import mul

from engine.errors import UserError
from engine.memory.client import MemoryClient
from engine.memory.duplicates import without_duplicates
from engine.memory.features import Candidate, describe, inverse_frequency
from engine.memory.filling import IndexFiller
from engine.memory.fusion import HYBRID, KEYWORD_ONLY, order
from engine.memory.lexical import Question, analyse
from engine.memory.messages import Neighbours
from engine.memory.store import Findings, PassageStore, Stored, VaultPassages
from engine.types import Hit, MemoryStatus, SearchResult
from engine.vault.database import Database

_log = logging.getLogger(__name__)

KEYWORD_CANDIDATES = 50
DENSE_CANDIDATES = 50
# Reading a passage takes 0.1 ms. With 60 the figures of tests/benchmarks/retrieval.py are those of all; with 50 not.
SHORTLIST = 60
_KEYWORD_GUESS = 6.0
# Inverse document frequency of question words, whose real one is not worth counting; about that of "the".
_PLAIN_WEIGHT = 0.5
# A busy child must not hold an answer up: keyword search then answers alone.
_DENSE_WAIT_S = 2.0


class HybridSearch:
    """Search over a workspace. Thread-safe. Keyword search answers alone until the vector index is filled."""

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
        begun = time.perf_counter()
        question = analyse(query)
        hits: list[Hit] = []
        dense = False
        if question.terms and k > 0:
            nearest = self._start_dense(query, max(DENSE_CANDIDATES, k))
            found = self._store.find(question.searched, max(KEYWORD_CANDIDATES, k))
            neighbours = self._finish_dense(nearest)
            dense = neighbours is not None
            hits = self._rank(question, found, neighbours, k)
        return SearchResult(query=query, hits=hits, ms=(time.perf_counter() - begun) * 1000, dense=dense)

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

    def _rank(self, question: Question, found: Findings, neighbours: Neighbours | None, k: int) -> list[Hit]:
        ids = list(dict.fromkeys([*found.scores, *(neighbours.ids if neighbours else ())]))
        stored = self._store.passages(ids)
        similarities = _similarities(neighbours, stored) if neighbours else {}
        likely = _likely([key for key in ids if key in stored], found.scores, similarities, max(SHORTLIST, k))
        known = [stored[key].passage for key in likely]
        candidates = [
            Candidate(
                passage.document_id,
                f"{stored[passage.id].title} {passage.section}",
                passage.text,
                found.scores.get(passage.id),
                similarities.get(passage.id),
            )
            for passage in known
        ]
        described = describe(question, _term_weights(question, found), candidates)
        ranking = HYBRID if neighbours else KEYWORD_ONLY
        scores = [ranking.score(features) for features in described]
        best = islice(without_duplicates((place, known[place].text) for place in order(scores)), k)
        keyword_ranks = _ranks(found.scores)
        dense_ranks = _ranks(neighbours.ids if neighbours else ())
        return [
            Hit(
                rank=rank,
                passage=known[place],
                score=round(scores[place], 4),
                keyword_rank=keyword_ranks.get(known[place].id),
                dense_rank=dense_ranks.get(known[place].id),
                similarity=similarities.get(known[place].id),
            )
            for rank, place in enumerate(best, start=1)
        ]


def _likely(ids: Sequence[int], scores: Mapping[int, float], similarities: Mapping[int, float], most: int) -> list[int]:
    """The candidates worth reading: by similarity and keyword score alone, which costs nothing."""
    best = max(scores.values(), default=0.0) or 1.0
    weights = {
        key: HYBRID.similarity * similarities.get(key, 0.0) + _KEYWORD_GUESS * scores.get(key, 0.0) / best
        for key in ids
    }
    return sorted(ids, key=lambda key: -weights[key])[:most]


def _similarities(neighbours: Neighbours, stored: Mapping[int, Stored]) -> dict[int, float]:
    """Cosine of every candidate: the index told those of its own, the rest come from the stored vectors."""
    similarities = dict(zip(neighbours.ids, neighbours.similarities, strict=True))
    question = _floats(neighbours.vector)
    for key, item in stored.items():
        if key not in similarities and len(item.vector) == len(neighbours.vector):
            similarities[key] = sum(map(mul, question, _floats(item.vector)))
    return similarities


def _floats(data: bytes) -> array[float]:
    values = array("f", data)
    if sys.byteorder == "big":
        values.byteswap()
    return values


def _ranks(found: Iterable[int]) -> dict[int, int]:
    return {key: rank for rank, key in enumerate(found, start=1)}


def _term_weights(question: Question, found: Findings) -> dict[str, float]:
    weights = dict.fromkeys(question.terms, _PLAIN_WEIGHT)
    for term, word in zip(question.subject, question.words, strict=True):
        common = max(found.counts.get(each, 0) for each in (word, *question.synonyms.get(term, ())))
        weights[term] = inverse_frequency(min(common, found.passages), found.passages)
    return weights
