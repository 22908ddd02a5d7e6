"""What tells a good passage from a bad one: a few numbers for each candidate of one question.

All lexical features weigh terms by their inverse document frequency, and lie between 0 and 1 as a share of what the
question holds, so that one set of weights serves long and short questions and small and large libraries.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from engine.memory.lexical import Question
from engine.memory.terms import term, words

K = TypeVar("K")

# A window of about a sentence.
_WINDOW = 30
_PREFIX = 2


@dataclass(frozen=True)
class Reading:
    """Where the question's terms stand in a passage, which of them its heading holds, and which are in either."""

    matches: list[tuple[int, str]]
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
        self._terms = _Weights({key: weights[key] for key in (*question.terms, *question.subject)})
        self._subject = _Weights({key: weights[key] for key in question.subject})
        self._pairs = _Weights(
            {
                (left, right): weights[left] + weights[right]
                for left, right in pairwise(question.terms)
                if left in self._subject or right in self._subject
            }
        )

    def read(self, heading: str, text: str) -> Reading:
        """What of the question stands where in a passage. heading: its document's title and its section."""
        found, above = self._known.terms_of(text), self._known.terms_of(heading)
        terms = self._terms
        matches = [(place, key) for place, key in enumerate(found) if key and key in terms]
        in_heading = terms.keys() & above
        held = in_heading.union([key for _, key in matches])
        present = {*found, *above}
        topics = {topic for key, topic in self._topics.items() if key in present}
        return Reading(matches, in_heading, set(pairwise(above)), held, topics | held)

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
                subject=self._subject.share(candidate.reading.held),
                phrase=self._terms.share(candidate.reading.held),
                near=self._near(candidate.reading),
                pairs=self._paired(candidate.reading),
                heading=self._subject.share(candidate.reading.heading),
                document=self._subject.share(in_document[candidate.document_id]),
                topic=self._subject.share(candidate.reading.topics),
            )
            for candidate in candidates
        ]

    def _near(self, reading: Reading) -> float:
        """The most of the subject that one window holds; two pointers over the places."""
        places = [each for each in reading.matches if each[1] in self._subject]
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
        return best / self._subject.mass

    def _paired(self, reading: Reading) -> float:
        """The share of the question's neighbouring words that are neighbours in the passage too."""
        neighbours = {
            (left, right) for (place, left), (next_place, right) in pairwise(reading.matches) if next_place == place + 1
        }
        return self._pairs.share(reading.heading_pairs | neighbours)


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


class _Weights(dict[K, float]):
    """What each part of a question counts. mass: all of them together, 1 if there are none."""

    def __init__(self, weights: Mapping[K, float]) -> None:
        super().__init__(weights)
        self.mass = sum(weights.values()) or 1.0

    def share(self, held: Set[K]) -> float:
        """Between 0 and 1."""
        return sum([weight for key, weight in self.items() if key in held]) / self.mass
