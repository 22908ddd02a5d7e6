"""What tells a good passage from a bad one: a few numbers for each candidate of one question.

All lexical features weigh terms by their inverse document frequency, and lie between 0 and 1 as a share of what the
question holds, so that one set of weights serves long and short questions and small and large libraries.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.memory.lexical import Question
from engine.memory.terms import term, words

# A window of about a sentence.
_WINDOW = 30
_PREFIX = 2


@dataclass(frozen=True)
class Candidate:
    """A passage to judge. heading: title and section. keyword: BM25; similarity: cosine; None where not found."""

    document_id: int
    heading: str
    text: str
    keyword: float | None
    similarity: float | None


@dataclass(frozen=True)
class Features:
    """keyword: BM25 as a share of the best candidate's. similarity: cosine. similarity_gap: cosine less the best one.

    subject: share of the question's subject that the passage (with its headings) holds; phrase: share of all its
    terms, question words included; near: of the subject within a sentence's length; pairs: of its neighbouring words
    that stand side by side in the passage too; heading: of the subject in title and section; document: of the subject
    anywhere in the document's candidates; topic: of the subject, in these or in other words for the same topic.
    """

    keyword: float
    similarity: float
    similarity_gap: float
    subject: float
    phrase: float
    near: float
    pairs: float
    heading: float
    document: float
    topic: float


def inverse_frequency(found_in: int, passages: int) -> float:
    """BM25's weight of a term that found_in of so many passages hold (with the + 1 that keeps it positive)."""
    return math.log(1.0 + (passages - found_in + 0.5) / (found_in + 0.5))


def describe(question: Question, weights: Mapping[str, float], candidates: Sequence[Candidate]) -> list[Features]:
    """Features of each candidate. weights: inverse document frequency of the question's terms."""
    judge = _Judge(question, weights)
    best_keyword = max((c.keyword for c in candidates if c.keyword is not None), default=0.0) or 1.0
    best_similarity = max((c.similarity for c in candidates if c.similarity is not None), default=0.0)
    read = [judge.read(candidate) for candidate in candidates]
    held: dict[int, set[str]] = {}
    for candidate, reading in zip(candidates, read, strict=True):
        held.setdefault(candidate.document_id, set()).update(reading.heading, reading.places)
    return [
        Features(
            keyword=(candidate.keyword or 0.0) / best_keyword,
            similarity=candidate.similarity or 0.0,
            similarity_gap=(candidate.similarity or 0.0) - best_similarity,
            subject=judge.share(reading.heading | reading.places.keys()),
            phrase=judge.share_of_all(reading.heading | reading.places.keys()),
            near=judge.near(reading),
            pairs=judge.pairs(reading),
            heading=judge.share(reading.heading),
            document=judge.share(held[candidate.document_id]),
            topic=judge.share(reading.topics),
        )
        for candidate, reading in zip(candidates, read, strict=True)
    ]


@dataclass(frozen=True)
class _Reading:
    """Where the question's terms stand in a passage, and which of them its heading holds."""

    places: dict[str, list[int]]
    heading: set[str]
    heading_pairs: set[tuple[str, str]]
    topics: set[str]


class _Judge:
    def __init__(self, question: Question, weights: Mapping[str, float]) -> None:
        self._weights = weights
        self._topics = {term(word): key for key, group in question.topics.items() for word in group}
        self._alias = {term(word): key for key, group in question.synonyms.items() for word in group}
        self._subject = set(question.subject)
        self._terms = set(question.terms) | self._subject
        self._wanted = self._terms | self._alias.keys() | self._topics.keys()
        self._prefixes = {key[:_PREFIX] for key in self._wanted}
        self._known: dict[str, str] = {}
        self._subject_mass = sum(weights[key] for key in self._subject) or 1.0
        self._mass = sum(weights[key] for key in self._terms) or 1.0
        pairs = dict.fromkeys(pairwise(question.terms))
        self._pairs = {
            pair: weights[pair[0]] + weights[pair[1]]
            for pair in pairs
            if pair[0] in self._subject or pair[1] in self._subject
        }
        self._pair_mass = sum(self._pairs.values()) or 1.0

    def read(self, candidate: Candidate) -> _Reading:
        places: dict[str, list[int]] = {}
        found, heading = self._terms_of(candidate.text), self._terms_of(candidate.heading)
        for position, key in enumerate(found):
            if key in self._terms:
                places.setdefault(key, []).append(position)
        held = self._terms.intersection(heading)
        topics = {topic for key, topic in self._topics.items() if key in found or key in heading}
        return _Reading(places, held, set(pairwise(heading)), topics | held | places.keys())

    def _terms_of(self, text: str) -> list[str]:
        """The question's terms where they stand in a text, and empty strings for all other words."""
        known = self._known
        return [known[word] if word in known else self._learn(word) for word in words(text)]

    def _learn(self, word: str) -> str:
        """Stems only what can become one of the terms: stemming leaves the first letters alone, and is slow."""
        key = term(word) if word[:_PREFIX] in self._prefixes else ""
        self._known[word] = key = self._alias.get(key, key) if key in self._wanted else ""
        return key

    def share(self, held: set[str]) -> float:
        return sum(self._weights[key] for key in self._subject & held) / self._subject_mass

    def share_of_all(self, held: set[str]) -> float:
        return sum(self._weights[key] for key in self._terms & held) / self._mass

    def near(self, reading: _Reading) -> float:
        """The most of the subject that one window holds; two pointers over the places."""
        places = sorted((place, key) for key in self._subject for place in reading.places.get(key, ()))
        inside: dict[str, int] = {}
        mass = best = 0.0
        first = 0
        for place, key in places:
            inside[key] = inside.get(key, 0) + 1
            if inside[key] == 1:
                mass += self._weights[key]
            while places[first][0] <= place - _WINDOW:
                left = places[first][1]
                inside[left] -= 1
                if inside[left] == 0:
                    mass -= self._weights[left]
                first += 1
            best = max(best, mass)
        return best / self._subject_mass

    def pairs(self, reading: _Reading) -> float:
        found = 0.0
        for (left, right), weight in self._pairs.items():
            if (left, right) in reading.heading_pairs or (
                left in reading.places
                and right in reading.places
                and not {place + 1 for place in reading.places[left]}.isdisjoint(reading.places[right])
            ):
                found += weight
        return found / self._pair_mass
