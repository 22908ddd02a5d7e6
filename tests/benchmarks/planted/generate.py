"""Makes the mutants: each a sentence of a clinician's note with one fact changed, reproducible from the seed."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

from engine.evidence.sentences import Span
from tests.benchmarks.planted.mutation import Change, Kind, Mutant
from tests.benchmarks.planted.pools import EXAM_FINDINGS, FINDINGS, HISTORIES, PLAN_TAILS, PLANS
from tests.benchmarks.planted.statements import statements
from tests.benchmarks.planted.values import amounts
from tests.benchmarks.planted.visits import Visit
from tests.benchmarks.planted.words import Spoken

# Kinds that nearly every sentence has room for would drown the others.
_MOST_PER_VISIT = {
    Kind.NEGATION_DROPPED: 4, Kind.NEGATION_ADDED: 4, Kind.SIDE: 4, Kind.FAMILY: 3, Kind.FINDING: 3, Kind.PLAN: 3,
    Kind.DRUG: 5, Kind.DURATION: 4,
}  # fmt: skip
_INVENTED = (Kind.FINDING, Kind.PLAN)  # not in excerpts, which hold little that could support them
_SYMPTOMS = re.compile(
    r"\b(?:reports|endorses|complains of|Endorses)\b(?! (?:that|doing|he|she|her|his))[^.;]{3,}(?=\.$)"
)
_ORDERS = re.compile(r"\b(?:We will|I will|I have (?:ordered|recommended)|Continue|will need)\b[^.;]{3,}(?=\.$)")
_EXAM = re.compile(r"^(?:EXAM|PHYSICAL|• |Examination)", re.M)


def generate(visits: Sequence[Visit], seed: int, kinds: frozenset[Kind] = frozenset(Kind)) -> list[Mutant]:
    """All mutants of these visits. The same seed makes the same mutants, whichever kinds are asked for."""
    mutants: list[Mutant] = []
    for visit in visits:
        chance = random.Random(f"{seed} {visit.name}")
        by_kind: dict[Kind, list[Mutant]] = {kind: [] for kind in Kind}
        for span in visit.claims:
            seen: set[Kind] = set()
            for change in _changes(span.text, visit.spoken, chance):
                if change.kind not in seen or chance.random() < 0.3:
                    seen.add(change.kind)
                    by_kind[change.kind].append(_mutant(visit, span, change))
        for kind in _INVENTED:
            by_kind[kind] = list(_inventions(visit, kind, chance))
        for kind, made in by_kind.items():
            most = 0 if visit.excerpt and kind in _INVENTED else _MOST_PER_VISIT.get(kind, len(made))
            chosen = chance.sample(made, min(len(made), most))
            mutants += chosen if kind in kinds else []
    return mutants


def _changes(text: str, spoken: Spoken, chance: random.Random) -> Iterator[Change]:
    yield from amounts(text, spoken, chance)
    yield from statements(text, spoken, chance)


def _mutant(visit: Visit, span: Span, change: Change) -> Mutant:
    return Mutant(
        visit=visit.name,
        kind=change.kind,
        original=span.text if change.end > change.start or change.start else "",
        text=change.apply(span.text),
        note_start=span.start,
        start=change.start,
        end=change.start + len(change.new),
        literal=visit.spoken.states(span.text),
        part=visit.part,
    )


def _inventions(visit: Visit, kind: Kind, chance: random.Random) -> Iterator[Mutant]:
    """Half of them stand in a true sentence ("and hemoptysis"), half are sentences of their own."""
    pattern, tails = (_SYMPTOMS, FINDINGS) if kind is Kind.FINDING else (_ORDERS, PLAN_TAILS)
    places = [(span, found) for span in visit.claims if (found := pattern.search(span.text))]
    tails = [words for words in tails if not visit.spoken.mentions(words)]
    if places and tails:
        span, found = chance.choice(places)
        tail = f" and {chance.choice(tails)}"
        yield _mutant(visit, span, Change(kind, found.end(), found.end(), tail))
    whole = (*EXAM_FINDINGS, *HISTORIES) if kind is Kind.FINDING else PLANS
    whole = tuple(words for words in whole if not visit.spoken.mentions(_telling(words)))
    for words in chance.sample(whole, min(2, len(whole))):
        yield Mutant(visit.name, kind, "", words, len(visit.note), 0, len(words), literal=False, part=visit.part)


def _telling(words: str) -> str:
    """The words by which an invented sentence would be true: "He has a history of epilepsy" is about epilepsy."""
    return re.sub(
        r"\b(?:He|She|has|a|history|of|is|are|seen|noted|palpable|heard|start|order|refer|give|check|arrange|schedule|"
        r"obtain|repeat|admit|daily|weekly|twice|for|days?|months|home|overnight|test|study|blood|will|performed|mg|"
        r"present|child|past|urine|skin|drug|smoking|observation|stress|treated|enlarged|abdominal|tenderness|had)\b|\d+",
        " ", words, flags=re.I,
    )  # fmt: skip
