"""What tells a good passage from a bad one: a few numbers for each candidate of one question.

All lexical features weigh terms by their inverse document frequency, and lie between 0 and 1 as a share of what the
question holds, so that one set of weights serves long and short questions and small and large libraries.
"""

from __future__ import annotations

import math
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from engine.memory.lexical import Question
from engine.memory.terms import term, words

# A window of about a sentence.
_WINDOW = 30
_PREFIX = 2


@dataclass(frozen=True)
class Reading:
    """Where the question's terms stand in a passage, which of them its heading holds, and which are in either."""

    places: dict[str, list[int]]
    heading: set[str]
    heading_pairs: set[tuple[str, str]]
    held: set[str]
    topics: set[str]


@dataclass(frozen=True)
class Candidate:
    """A passage to judge. keyword: BM25; similarity: cosine; None where not found."""

    document_id: int
    reading: Reading
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


class Judge:
    """Judges the passages of one question. weights: inverse document frequency of the question's terms."""

    def __init__(self, question: Question, weights: Mapping[str, float]) -> None:
        self._known = _Known(question)
        self._topics = {term(word): key for key, group in question.topics.items() for word in group}
        # In the question's order: a sum over a set differs in its last digit from one process to the next.
        self._terms = {key: weights[key] for key in (*question.terms, *question.subject)}
        self._subject = {key: weights[key] for key in question.subject}
        self._pairs = {
            pair: weights[pair[0]] + weights[pair[1]]
            for pair in pairwise(question.terms)
            if pair[0] in self._subject or pair[1] in self._subject
        }

    def read(self, heading: str, text: str) -> Reading:
        """What of the question stands where in a passage. heading: its document's title and its section."""
        found, above = self._known.terms_of(text), self._known.terms_of(heading)
        places: dict[str, list[int]] = {}
        for position, key in enumerate(found):
            if key in self._terms:
                places.setdefault(key, []).append(position)
        in_heading = self._terms.keys() & above
        held = in_heading | places.keys()
        present = {*found, *above}
        topics = {topic for key, topic in self._topics.items() if key in present}
        return Reading(places, in_heading, set(pairwise(above)), held, topics | held)

    def describe(self, candidates: Sequence[Candidate]) -> list[Features]:
        """Features of each candidate."""
        best_keyword = max((c.keyword for c in candidates if c.keyword is not None), default=0.0) or 1.0
        best_similarity = max((c.similarity for c in candidates if c.similarity is not None), default=0.0)
        in_document: dict[int, set[str]] = {}
        for candidate in candidates:
            in_document.setdefault(candidate.document_id, set()).update(candidate.reading.held)
        return [
            Features(
                keyword=(candidate.keyword or 0.0) / best_keyword,
                similarity=candidate.similarity or 0.0,
                similarity_gap=(candidate.similarity or 0.0) - best_similarity,
                subject=_share(self._subject, candidate.reading.held),
                phrase=_share(self._terms, candidate.reading.held),
                near=self._near(candidate.reading),
                pairs=self._paired(candidate.reading),
                heading=_share(self._subject, candidate.reading.heading),
                document=_share(self._subject, in_document[candidate.document_id]),
                topic=_share(self._subject, candidate.reading.topics),
            )
            for candidate in candidates
        ]

    def _near(self, reading: Reading) -> float:
        """The most of the subject that one window holds; two pointers over the places."""
        places = sorted((place, key) for key in self._subject for place in reading.places.get(key, ()))
        inside: dict[str, int] = {}
        mass = best = 0.0
        first = 0
        for place, key in places:
            inside[key] = inside.get(key, 0) + 1
            if inside[key] == 1:
                mass += self._subject[key]
            while places[first][0] <= place - _WINDOW:
                left = places[first][1]
                inside[left] -= 1
                if inside[left] == 0:
                    mass -= self._subject[left]
                first += 1
            best = max(best, mass)
        return best / _mass(self._subject)

    def _paired(self, reading: Reading) -> float:
        """The share of the question's neighbouring words that are neighbours in the passage too."""
        found = 0.0
        for (left, right), weight in self._pairs.items():
            if (left, right) in reading.heading_pairs or (
                left in reading.places
                and right in reading.places
                and not {place + 1 for place in reading.places[left]}.isdisjoint(reading.places[right])
            ):
                found += weight
        return found / _mass(self._pairs)


class _Known(dict[str, str]):
    """By word, the term of the question that it stands for; an empty string for all other words."""

    def __init__(self, question: Question) -> None:
        self._alias = {term(word): key for key, group in question.synonyms.items() for word in group}
        topics = {term(word) for group in question.topics.values() for word in group}
        self._wanted = {*question.terms, *question.subject, *self._alias, *topics}
        self._prefixes = {key[:_PREFIX] for key in self._wanted}

    def __missing__(self, word: str) -> str:
        """Stems only what can become one of the terms: stemming leaves the first letters alone, and is slow."""
        key = term(word) if word[:_PREFIX] in self._prefixes else ""
        self[word] = key = self._alias.get(key, key) if key in self._wanted else ""
        return key

    def terms_of(self, text: str) -> list[str]:
        return [self[word] for word in words(text)]


def _share(weights: Mapping[str, float], held: Container[str]) -> float:
    return sum(weight for key, weight in weights.items() if key in held) / _mass(weights)


def _mass(weights: Mapping[Any, float]) -> float:
    return sum(weights.values()) or 1.0
