"""One changed fact in a sentence, and what the checker may call it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.types import FindingKind as F
from tests.benchmarks.planted.visits import Part


class Kind(StrEnum):
    """What was planted."""

    DOSE_TENFOLD = "dose_tenfold"
    DOSE_OTHER = "dose_other"
    UNIT = "unit"
    FREQUENCY = "frequency"
    DURATION = "duration"
    SIDE = "side"
    NEGATION_DROPPED = "negation_dropped"
    NEGATION_ADDED = "negation_added"
    DRUG = "drug"
    VITAL = "vital"
    VALUE = "value"
    DATE = "date"
    FAMILY = "family"
    FINDING = "invented_finding"
    PLAN = "invented_plan"


_TIME = frozenset({F.DATE, F.DURATION, F.VALUE, F.FREQUENCY})
_AMOUNT = frozenset({F.DOSE, F.VALUE, F.UNIT})
FITTING: Mapping[Kind, frozenset[F]] = {
    Kind.DOSE_TENFOLD: _AMOUNT,
    Kind.DOSE_OTHER: _AMOUNT,
    Kind.UNIT: _AMOUNT,
    Kind.FREQUENCY: frozenset({F.FREQUENCY, F.VALUE}),
    Kind.DURATION: _TIME,
    Kind.SIDE: frozenset({F.SIDE}),
    Kind.NEGATION_DROPPED: frozenset({F.NEGATION, F.CERTAINTY}),
    Kind.NEGATION_ADDED: frozenset({F.NEGATION, F.CERTAINTY}),
    Kind.DRUG: frozenset({F.DRUG}),
    Kind.VITAL: _AMOUNT,
    Kind.VALUE: _AMOUNT | {F.DATE},
    Kind.DATE: _TIME,
    Kind.FAMILY: frozenset({F.PERSON}),
    Kind.FINDING: frozenset(),
    Kind.PLAN: frozenset(),
}


@dataclass(frozen=True)
class Change:
    """text[start:end] becomes new; said and new are what the report shows."""

    kind: Kind
    start: int
    end: int
    new: str

    def apply(self, text: str) -> str:
        return text[: self.start] + self.new + text[self.end :]


@dataclass(frozen=True)
class Mutant:
    """A note's sentence with its planted error; start and end are the changed words in the mutated text."""

    visit: str
    kind: Kind
    original: str
    text: str
    note_start: int
    start: int
    end: int
    literal: bool
    part: Part
