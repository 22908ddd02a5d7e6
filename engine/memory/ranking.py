"""The candidates of one question: read, judged, and put into one order."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from operator import mul

from engine.memory.duplicates import without_duplicates
from engine.memory.features import Candidate, Judge, Reading, inverse_frequency
from engine.memory.fusion import HYBRID, KEYWORD_ONLY, order
from engine.memory.lexical import Question
from engine.memory.messages import Neighbours
from engine.memory.store import Findings, PassageStore, Stored
from engine.types import Hit

# Reading a passage takes 0.1 ms. With 60 the figures of tests/benchmarks/retrieval.py are those of all; with 50 not.
SHORTLIST = 60
_KEYWORD_GUESS = 6.0
# Inverse document frequency of question words, whose real one is not worth counting; about that of "the".
_PLAIN_WEIGHT = 0.5


class Candidates:
    """What keyword search found, and then what dense search adds. Not for several threads at once."""

    def __init__(self, store: PassageStore, question: Question, found: Findings) -> None:
        self._store = store
        self._found = found
        self._judge = Judge(question, _term_weights(question, found))
        self._stored: dict[int, Stored] = {}
        self._readings: dict[int, Reading] = {}

    def read_found(self, *, vectors: bool) -> None:
        """Read what keyword search found, with vectors for comparing it with the question if they will be needed."""
        self._read(list(self._found.scores), vectors=vectors)

    def ranked(self, neighbours: Neighbours | None, k: int) -> list[Hit]:
        """The k best after read_found(). neighbours: what dense search found, None where it does not answer."""
        similarities = self._similarities(neighbours) if neighbours else {}
        near = neighbours.ids if neighbours else ()
        likely = self._likely(list(dict.fromkeys([*self._stored, *near])), similarities, max(SHORTLIST, k))
        self._read([key for key in likely if key not in self._stored], vectors=False)
        known = [self._stored[key].passage for key in likely if key in self._stored]
        described = self._judge.describe(
            [
                Candidate(
                    passage.document_id,
                    self._readings[passage.id],
                    self._found.scores.get(passage.id),
                    similarities.get(passage.id),
                )
                for passage in known
            ]
        )
        # What has no vector yet is judged by its words alone; both scales mean the same.
        scores = [
            (HYBRID if passage.id in similarities else KEYWORD_ONLY).score(features)
            for passage, features in zip(known, described, strict=True)
        ]
        best = islice(without_duplicates((place, known[place].text) for place in order(scores)), k)
        keyword_ranks, dense_ranks = _ranks(self._found.scores), _ranks(near)
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

    def _read(self, ids: Sequence[int], *, vectors: bool) -> None:
        """Those of removed documents are left out."""
        found = self._store.passages(ids, vectors=vectors)
        self._stored |= found
        for key, item in found.items():
            self._readings[key] = self._judge.read(f"{item.title} {item.passage.section}", item.passage.shown)

    def _similarities(self, neighbours: Neighbours) -> dict[int, float]:
        """Cosine of every candidate: the index told those of its own, the rest come from the stored vectors."""
        similarities = dict(zip(neighbours.ids, neighbours.similarities, strict=True))
        question = _floats(neighbours.vector)
        for key, item in self._stored.items():
            if key not in similarities and len(item.vector) == len(neighbours.vector):
                similarities[key] = sum(map(mul, question, _floats(item.vector)))
        return similarities

    def _likely(self, ids: Sequence[int], similarities: Mapping[int, float], most: int) -> list[int]:
        """The candidates worth judging: by similarity and keyword score alone, which costs nothing."""
        scores = self._found.scores
        best = max(scores.values(), default=0.0) or 1.0
        usual = sum(similarities.values()) / max(1, len(similarities))  # for what has no vector yet
        weights = {
            key: HYBRID.similarity * similarities.get(key, usual) + _KEYWORD_GUESS * scores.get(key, 0.0) / best
            for key in ids
        }
        return sorted(ids, key=lambda key: -weights[key])[:most]


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
