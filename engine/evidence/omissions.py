"""Facts of the sources that a text leaves out: drugs, doses, allergies, vital signs, findings, plan and follow-up.

A fact counts as told when the text mentions its term anywhere (a number: says the same amount anywhere), affirmed or
denied: what is said wrongly is the checker's to find. What the sources deny, only ask or say of a relative is no fact.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from msgspec import Struct

from engine.evidence.lexicons import Lexicons
from engine.evidence.measures import DOSE_UNITS, TIME_UNITS, Quantity
from engine.evidence.reading import read_statements
from engine.evidence.segments import Segment
from engine.evidence.sentences import split_sentences
from engine.evidence.source_index import SourceIndex
from engine.evidence.sources import SourceText
from engine.evidence.statements import Mention, Statements
from engine.types import OmissionKind

_DOSE_REACH = 8  # tokens between a drug and its dose
_VITAL_REACH = 8
_QUOTE_REACH = 9  # tokens quoted on either side of a fact, within its sentence
_FINDINGS = frozenset({"finding", "condition"})
_PLANNED = frozenset({"test", "treatment", "act"})
_PLAN_ACTS = frozenset({"referral", "surgery", "consult"})  # other acts say nothing without their object
_FOLLOW_UP = "follow up"
_ALLERGY = "allergy"
_PLANS = re.compile(
    r"\b(?:i['’]?(?:m| am) (?:gon ?na|going to)|i['’]?(?:ll| will| want| would like| recommend)|i wan ?na"
    r"|we['’]?(?:ll| will)|we['’]?re (?:gon ?na|going to)|let['’]?s|let us"
    r"|(?:should|need to|recommend(?:ed)?|advise[ds]?|order(?:ed)?|prescribe[ds]?|refer(?:red)?|arrange[ds]?"
    r"|schedule[ds]?|start|initiate|plan)\b)",
    re.IGNORECASE,
)


class SourceOmission(Struct, frozen=True):
    """A fact that the text does not tell: sources[source].text[start:end] == quote. name is its term."""

    kind: OmissionKind
    quote: str
    source: int
    start: int
    end: int
    name: str = ""


def find_omissions(
    text: str,
    sources: Sequence[SourceText],
    lexicons: Lexicons,
    kinds: Collection[OmissionKind] = tuple(OmissionKind),
    index: SourceIndex | None = None,
) -> list[SourceOmission]:
    """What the text leaves out, in the order of the sources; a fact that is said several times is named once.

    index: the sources, if they have been read already.
    """
    told = _Told([read_statements(span.text, lexicons, span.start) for span in split_sentences(text)])
    index = index or SourceIndex(sources, lexicons)
    found: dict[tuple[OmissionKind, str], SourceOmission] = {}
    for segment in index.segments:
        for kind, name, first, last in _left_out(segment.statements, told):
            if kind in kinds:
                found.setdefault((kind, name), _omission(kind, name, segment, first, last))
    return list(found.values())


class _Told:
    """Everything that the text says."""

    def __init__(self, statements: Sequence[Statements]) -> None:
        mentions = [mention for each in statements for mention in each.mentions]
        self._named = {mention.name for mention in mentions}
        self._names = self._named.union(name for mention in mentions for name in mention.implied)
        self._quantities = [quantity for each in statements for quantity in each.quantities]

    def mentions(self, mention: Mention) -> bool:
        """Whether the text names it or a kind of it, or speaks of it as of the whole group ("an antibiotic")."""
        return mention.name in self._names or not self._named.isdisjoint(mention.implied)

    def names(self, name: str) -> bool:
        return name in self._names

    def amounts_to(self, quantity: Quantity) -> bool:
        return any(quantity.equals(other) for other in self._quantities)


_Fact = tuple[OmissionKind, str, int, int]


def _left_out(said: Statements, told: _Told) -> Iterator[_Fact]:
    """The facts of a source's sentence that the text lacks: kind, name, and the tokens they stand at."""
    stated = [mention for mention in said.mentions if mention.negated is False and not mention.person]
    if any(mention.name == _ALLERGY for mention in stated):
        if not said.is_question:
            yield from _allergies(stated, told)
    else:
        yield from _drugs(said, stated, told)
    for mention in stated:
        if (
            mention.kind in _FINDINGS
            and mention.name != _ALLERGY
            and not mention.uncertain
            and not told.mentions(mention)
        ):
            yield OmissionKind.FINDING, mention.name, mention.first, mention.last
        if mention.kind == "vital":
            yield from _vitals(said, mention, told)
    if not said.is_question and _PLANS.search(said.text):
        yield from _plans(stated, told)
        yield from _follow_ups(said, stated, told)


def _drugs(said: Statements, stated: Sequence[Mention], told: _Told) -> Iterator[_Fact]:
    drugs = [mention for mention in stated if mention.kind == "drug"]
    for drug in drugs:
        if not told.mentions(drug):
            yield OmissionKind.DRUG, drug.name, drug.first, drug.last
    for dose in said.quantities:
        owner = _nearest(drugs, dose)
        if dose.unit in DOSE_UNITS and owner is not None and told.mentions(owner) and not told.amounts_to(dose):
            yield OmissionKind.DOSE, f"{owner.name} {dose.low} {dose.unit}", dose.first, dose.last


def _nearest(drugs: Sequence[Mention], dose: Quantity) -> Mention | None:
    near = [(_distance(drug, dose), drug) for drug in drugs]
    best = min(near, key=lambda item: item[0], default=None)
    return best[1] if best is not None and best[0] <= _DOSE_REACH else None


def _distance(drug: Mention, dose: Quantity) -> int:
    # "lisinopril 20 mg": the drug stands before its dose more often than after it.
    return dose.first - drug.last if drug.last <= dose.first else drug.first - dose.last + 2


def _allergies(stated: Sequence[Mention], told: _Told) -> Iterator[_Fact]:
    allergy = next(mention for mention in stated if mention.name == _ALLERGY)
    allergens = [mention for mention in stated if mention.first >= allergy.last and mention.kind in ("drug", "")][:1]
    for mention in allergens or [allergy]:
        if not told.names(_ALLERGY) or not told.mentions(mention):
            yield OmissionKind.ALLERGY, mention.name, allergy.first, max(mention.last, allergy.last)


def _vitals(said: Statements, vital: Mention, told: _Told) -> Iterator[_Fact]:
    values = [each for each in said.quantities if 0 <= each.first - vital.last <= _VITAL_REACH]
    for value in values[:1]:
        if value.unit not in TIME_UNITS and not told.amounts_to(value):
            yield OmissionKind.VITAL, f"{vital.name} {value.low} {value.high}", vital.first, value.last


def _plans(stated: Sequence[Mention], told: _Told) -> Iterator[_Fact]:
    for mention in stated:
        planned = mention.kind in _PLANNED and (mention.kind != "act" or mention.name in _PLAN_ACTS)
        if planned and not told.mentions(mention):
            yield OmissionKind.PLAN, mention.name, mention.first, mention.last


def _follow_ups(said: Statements, stated: Sequence[Mention], told: _Told) -> Iterator[_Fact]:
    visit = next((mention for mention in stated if mention.name == _FOLLOW_UP), None)
    if visit is None:
        return
    times = [each for each in said.quantities if each.unit in TIME_UNITS and each.first >= visit.last]
    for time in times[:1]:
        if not told.amounts_to(time):
            yield OmissionKind.FOLLOW_UP, f"{time.low} {time.high} {time.unit}", visit.first, time.last
    if not times and not told.names(_FOLLOW_UP):
        yield OmissionKind.FOLLOW_UP, _FOLLOW_UP, visit.first, visit.last


def _omission(kind: OmissionKind, name: str, segment: Segment, first: int, last: int) -> SourceOmission:
    said = segment.statements
    start = said.start(max(0, first - _QUOTE_REACH))
    end = said.end(min(len(said.tokens), last + _QUOTE_REACH))
    return SourceOmission(
        kind, segment.text[start - segment.start : end - segment.start], segment.source, start, end, name
    )
