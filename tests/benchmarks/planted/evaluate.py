"""Runs the checker over untouched notes and over mutants, and keeps what a reader needs to judge each outcome."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.evidence.checker import CheckedSentence, Checker
from engine.evidence.lexicons import Lexicons
from engine.evidence.sentences import Span
from engine.types import Verdict
from tests.benchmarks.planted.mutation import FITTING, Mutant
from tests.benchmarks.planted.visits import Part, Visit

_FLAGS = (Verdict.DIFFERS, Verdict.NOT_FOUND)
_NEAR = 12  # characters between the changed words and a finding that means them


@dataclass(frozen=True)
class Reference:
    """An untouched sentence of a clinician's note and what the checker made of it."""

    visit: str
    part: Part
    checked: CheckedSentence


@dataclass(frozen=True)
class Trial:
    """A mutant and what the checker made of it; before is the verdict on the sentence as it was, None if invented."""

    mutant: Mutant
    checked: CheckedSentence
    before: Verdict | None

    @property
    def caught(self) -> bool:
        return self.checked.verdict in _FLAGS

    @property
    def named(self) -> bool:
        """Whether a finding of a fitting kind stands at the changed words."""
        mutant, base = self.mutant, self.mutant.note_start
        deleted = mutant.start == mutant.end
        return self.checked.verdict is Verdict.DIFFERS and any(
            finding.kind in FITTING[mutant.kind]
            and (deleted or (finding.start - base < mutant.end + _NEAR and mutant.start - _NEAR < finding.end - base))
            for finding in self.checked.findings
        )


@dataclass
class Outcome:
    """Everything that was checked, and how long each sentence took in milliseconds."""

    references: list[Reference] = field(default_factory=list)
    trials: list[Trial] = field(default_factory=list)
    ms: list[float] = field(default_factory=list)

    def add(self, other: Outcome) -> None:
        self.references += other.references
        self.trials += other.trials
        self.ms += other.ms

    def of(self, part: Part) -> Outcome:
        return Outcome(
            [item for item in self.references if item.part is part],
            [item for item in self.trials if item.mutant.part is part],
        )


def evaluate(visits: Sequence[Visit], mutants: Sequence[Mutant], lexicons: Lexicons) -> Outcome:
    """Check every reference sentence of the visits and every mutant against its visit's transcript."""
    of_visit: dict[str, list[Mutant]] = defaultdict(list)
    for mutant in mutants:
        of_visit[mutant.visit].append(mutant)
    outcome = Outcome()
    for visit in visits:
        checker = Checker([visit.transcript], lexicons)
        before: dict[int, Verdict] = {}
        for span in visit.claims:
            checked = _timed(checker, span, outcome.ms)
            before[span.start] = checked.verdict
            outcome.references.append(Reference(visit.name, visit.part, checked))
        for mutant in of_visit[visit.name]:
            span = Span(mutant.note_start, mutant.note_start + len(mutant.text), mutant.text)
            was = before[mutant.note_start] if mutant.original else None
            outcome.trials.append(Trial(mutant, _timed(checker, span, outcome.ms), was))
    return outcome


def _timed(checker: Checker, span: Span, ms: list[float]) -> CheckedSentence:
    begun = time.perf_counter()
    checked = checker.check_sentence(span)
    ms.append((time.perf_counter() - begun) * 1000)
    return checked
