"""How keyword and dense search become one order.

Reciprocal ranks alone lose here: on clinical questions BM25 is far better on one kind of text and MiniLM on another,
and ranks do not say which case this is. The candidates of both are therefore judged by a weighted sum of features (see
engine.memory.features). The weights were fitted by a listwise logistic loss on half of the questions of two public sets
and checked on the other half: docs/benchmarks.md, tests/benchmarks/retrieval.py.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from msgspec import Struct

from engine.memory.features import Features


class Ranking(Struct, frozen=True):
    """Weights of the features; relevant gives the score's meaning: 0.5 where a passage is as likely right as not."""

    keyword: float
    similarity: float
    subject: float
    phrase: float
    near: float
    pairs: float
    heading: float
    document: float
    topic: float
    slope: float
    middle: float

    def score(self, features: Features) -> float:
        """Between 0 and 1, the better the larger."""
        total = (
            self.keyword * features.keyword
            + self.similarity * features.similarity
            + self.subject * features.subject
            + self.phrase * features.phrase
            + self.near * features.near
            + self.pairs * features.pairs
            + self.heading * features.heading
            + self.document * features.document
            + self.topic * features.topic
        )
        return 1.0 / (1.0 + math.exp(-self.slope * (total - self.middle)))


HYBRID = Ranking(
    keyword=0.131,
    similarity=12.271,
    subject=0.858,
    phrase=1.953,
    near=0.518,
    pairs=4.714,
    heading=3.565,
    document=0.634,
    topic=4.503,
    slope=0.6,
    middle=9.6,
)
KEYWORD_ONLY = Ranking(
    keyword=2.062,
    similarity=0.0,
    subject=1.278,
    phrase=1.473,
    near=1.014,
    pairs=4.196,
    heading=3.684,
    document=0.938,
    topic=3.345,
    slope=0.6,
    middle=7.0,
)


def order(scores: Sequence[float]) -> list[int]:
    """Positions, best score first; equal ones as they came."""
    return sorted(range(len(scores)), key=lambda position: -scores[position])
