"""Drugs, amounts and timings that a source gives otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.evidence.comparison.difference import Difference, is_tenfold, of_mention, of_quantity, of_timing, unknown
from engine.evidence.measures import DOSE_UNITS, TIME_UNITS, Quantity
from engine.evidence.segments import Segment
from engine.evidence.source_index import Place, SourceIndex
from engine.evidence.statements import Mention, Statements, Timing
from engine.types import FindingKind

_BESIDE = 7  # tokens between an amount and what it is said of


def drugs(claim: Statements, index: SourceIndex, near: Sequence[Segment]) -> Iterator[Difference]:
    """Another drug where the source has one of its own, in the segment that says the rest of the sentence. A drug is no
    other than its group ("ibuprofen", "an anti-inflammatory")."""
    mine = [mention for mention in claim.mentions if mention.kind == "drug"]
    said = {mention.name for mention in mine}
    groups = {name for mention in mine for name in mention.implied}
    unsaid = [mention for mention in mine if not index.places(mention.name)]
    others: dict[str, Place] = {}
    for segment in near:
        for other in segment.statements.mentions:
            if other.kind == "drug" and other.name not in said | groups and said.isdisjoint(other.implied):
                others.setdefault(other.name, Place(segment, other))
    unsaid = [mention for mention in unsaid if not any(_named(index, group) for group in mention.implied)]
    if len({mention.name for mention in unsaid}) > len(others):
        return  # a list told in other words rather than one drug for another
    for mention in unsaid:
        yield of_mention(FindingKind.DRUG, claim, mention, next(iter(others.values())))


def _named(index: SourceIndex, name: str) -> bool:
    return any(place.mention.name == name for place in index.places(name))


def amounts(claim: Statements, index: SourceIndex, near: Sequence[Segment]) -> Iterator[Difference]:
    """Amounts that the source gives otherwise, of the same drug or beside the same words; or gives nowhere."""
    for quantity in claim.quantities:
        drug = claim.nearest(quantity.first, quantity.last, "drug") if quantity.unit in DOSE_UNITS else None
        around_drug = index.around_mention(drug) if drug is not None else []
        beside = _quantities(around_drug) or _quantities(near)
        equal = [pair for pair in beside if quantity.equals(pair[1]) and _may_be_of(drug, pair, index)]
        if any(bool(each.unit) == bool(quantity.unit) for _, each in equal):
            continue
        if quantity.unit in TIME_UNITS:
            equal = [(segment, each) for segment, each in equal if not _counts_times(segment, each)]
        said_of = [pair for pair in beside if _of_the_same(claim, quantity, drug, pair, index)]
        other_unit = [pair for pair in said_of if _other_unit(pair[1], quantity)]
        alike = [pair for pair in said_of if could_be_the_same(quantity, pair[1])]
        another_time = quantity.unit in TIME_UNITS and any(each.unit in TIME_UNITS for _, each in said_of)
        if other_unit:
            yield of_quantity(FindingKind.UNIT, claim, quantity, *other_unit[0])
        elif equal:
            continue  # a bare number: "fifty" for 50 mg
        elif alike:
            closest = min(alike, key=lambda pair: (not is_tenfold(quantity, pair[1]), abs(pair[1].low - quantity.low)))
            yield of_quantity(amount_kind(quantity), claim, quantity, *closest)
        elif drug is not None or another_time or not any(quantity.equals(each) for each in index.quantities):
            yield unknown(amount_kind(quantity), claim, quantity.first, quantity.last)


def _quantities(segments: Sequence[Segment]) -> list[tuple[Segment, Quantity]]:
    return [(segment, each) for segment in segments for each in segment.statements.quantities]


def _of_the_same(
    claim: Statements,
    mine: Quantity | Timing,
    drug: Mention | None,
    theirs: tuple[Segment, Quantity] | tuple[Segment, Timing],
    index: SourceIndex,
) -> bool:
    """Whether two amounts or timings are of the same drug, or stand beside the same words."""
    segment, other = theirs
    if drug is not None:
        return index.drug_of(segment, other.first, other.last) == drug.name
    names = claim.names_beside(mine.first, mine.last, _BESIDE)
    return bool(names & segment.statements.names_beside(other.first, other.last, _BESIDE))


def _counts_times(segment: Segment, number: Quantity) -> bool:
    """The two of "two times a month" are no months."""
    tokens = segment.statements.tokens
    return number.last < len(tokens) and tokens[number.last].text == "times"


def _may_be_of(
    drug: Mention | None, said: tuple[Segment, Quantity] | tuple[Segment, Timing], index: SourceIndex
) -> bool:
    """Whether an amount is not that of another drug."""
    return drug is None or index.drug_of(said[0], said[1].first, said[1].last) in ("", drug.name)


def could_be_the_same(quantity: Quantity, other: Quantity) -> bool:
    """Whether another figure contradicts: not other ages, and not hours beside weeks."""
    if quantity.unit in TIME_UNITS and other.unit != quantity.unit:
        return False
    if quantity.unit == other.unit and quantity.date is None and not quantity.is_ratio and _overlap(quantity, other):
        return False
    return bool(quantity.unit) and quantity.unit != "age" and other.comparable(quantity)


def _overlap(one: Quantity, other: Quantity) -> bool:
    """ "Three to four years" and "about four"."""
    return one.low <= other.high and other.low <= one.high


def _other_unit(one: Quantity, other: Quantity) -> bool:
    """The same figure with another unit."""
    same_figure = (one.low, one.high) == (other.low, other.high) and one.low != 1
    return same_figure and bool(one.unit and other.unit) and one.unit != other.unit


def amount_kind(quantity: Quantity) -> FindingKind:
    if quantity.date is not None:
        return FindingKind.DATE
    if quantity.unit in TIME_UNITS:
        return FindingKind.DURATION
    return FindingKind.DOSE if quantity.unit in DOSE_UNITS else FindingKind.VALUE


def timings(claim: Statements, index: SourceIndex, near: Sequence[Segment]) -> Iterator[Difference]:
    """Frequencies and routes, held against those said of the same drug or beside the rest of the sentence."""
    for kind, mine in ((FindingKind.FREQUENCY, claim.frequencies), (FindingKind.ROUTE, claim.routes)):
        for timing in mine:
            drug = claim.nearest(timing.first, timing.last, "drug")
            if drug is None and kind is FindingKind.ROUTE:
                continue  # "oral cancer"
            theirs = _timings_of([*(index.around_mention(drug) if drug is not None else []), *near], kind)
            if any(_same_timing(pair[1], timing) and _may_be_of(drug, pair, index) for pair in theirs):
                continue
            against = [pair for pair in theirs if _of_the_same(claim, timing, drug, pair, index)]
            if against:
                yield of_timing(kind, claim, timing, *against[0])
            elif not any(_same_timing(each, timing) for _, each in _timings_of(index.segments, kind)):
                yield unknown(kind, claim, timing.first, timing.last)


def _same_timing(one: Timing, other: Timing) -> bool:
    """ "Every morning" is daily, but not every night."""
    often, _, when = one.value.partition(" ")
    also_often, _, also_when = other.value.partition(" ")
    return often == also_often and (when == also_when or not when or not also_when)


def _timings_of(segments: Sequence[Segment], kind: FindingKind) -> list[tuple[Segment, Timing]]:
    return [
        (segment, each)
        for segment in segments
        for each in (segment.statements.frequencies if kind is FindingKind.FREQUENCY else segment.statements.routes)
    ]
