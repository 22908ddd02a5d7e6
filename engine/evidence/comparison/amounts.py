"""Drugs, amounts and timings that a source gives otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.evidence.comparison.difference import Difference, of_mention, of_quantity, of_timing, unknown
from engine.evidence.measures import DOSE_UNITS, TIME_UNITS, Quantity
from engine.evidence.source_index import Place, Segment, SourceIndex
from engine.evidence.statements import Mention, Statements, Timing
from engine.types import FindingKind

_YEARS = range(1900, 2100)


def drugs(claim: Statements, index: SourceIndex, near: Sequence[Segment]) -> Iterator[Difference]:
    """Another drug where the source has one of its own, in the segment that says the rest of the sentence."""
    said = {mention.name for mention in claim.mentions if mention.kind == "drug"}
    for mention in claim.mentions:
        if mention.kind != "drug" or index.places(mention.name):
            continue
        others = [
            Place(segment, other)
            for segment in near
            for other in segment.statements.mentions
            if other.kind == "drug" and other.name not in said
        ]
        if others:
            yield of_mention(FindingKind.DRUG, claim, mention, others[0])


def amounts(
    claim: Statements, index: SourceIndex, core: Sequence[Segment], near: Sequence[Segment]
) -> Iterator[Difference]:
    """Amounts that the source gives otherwise, beside the same drug or in the segments that say the rest."""
    for quantity in claim.quantities:
        drug = _nearest(claim, quantity.first, "drug") if quantity.unit in DOSE_UNITS else None
        beside = _quantities(_segments_of(drug, index)) or _quantities(near)
        if any(quantity.equals(each) for _, each in beside):
            continue
        if quantity.unit in TIME_UNITS:  # times stand everywhere: only one in the very sentence is the same one
            beside = _quantities(core)
        other_unit = [pair for pair in beside if _other_unit(pair[1], quantity)]
        alike = [pair for pair in beside if quantity.unit and pair[1].comparable(quantity)]
        if other_unit:
            yield of_quantity(FindingKind.UNIT, claim, quantity, *other_unit[0])
        elif alike:
            closest = min(alike, key=lambda pair: abs(pair[1].low - quantity.low))
            yield of_quantity(_kind(quantity), claim, quantity, *closest)
        elif not any(quantity.equals(each) for each in index.quantities):
            yield unknown(_kind(quantity), claim, quantity.first, quantity.last)


def _quantities(segments: Sequence[Segment]) -> list[tuple[Segment, Quantity]]:
    return [(segment, each) for segment in segments for each in segment.statements.quantities]


def _segments_of(mention: Mention | None, index: SourceIndex) -> Sequence[Segment]:
    """The segments that mention the same thing, and their neighbours."""
    return index.around([place.segment for place in index.places(mention.name)], 1) if mention is not None else []


def _other_unit(one: Quantity, other: Quantity) -> bool:
    """The same figure with another unit."""
    same_figure = (one.low, one.high) == (other.low, other.high) and one.low != 1
    return same_figure and bool(one.unit and other.unit) and one.unit != other.unit


def _kind(quantity: Quantity) -> FindingKind:
    if quantity.unit in TIME_UNITS:
        return FindingKind.DURATION
    if quantity.unit in DOSE_UNITS:
        return FindingKind.DOSE
    return FindingKind.DATE if not quantity.unit and quantity.low in _YEARS else FindingKind.VALUE


def timings(claim: Statements, index: SourceIndex, near: Sequence[Segment]) -> Iterator[Difference]:
    """Frequencies and routes, held against those said of the same drug and beside the rest of the sentence."""
    for kind, mine in ((FindingKind.FREQUENCY, claim.frequencies), (FindingKind.ROUTE, claim.routes)):
        for timing in mine:
            drug = _nearest(claim, timing.first, "drug")
            theirs = _timings_of([*_segments_of(drug, index), *near], kind)
            if any(each.value == timing.value for _, each in theirs):
                continue
            if theirs:
                yield of_timing(kind, claim, timing, *theirs[0])
            elif all(each.value != timing.value for _, each in _timings_of(index.segments, kind)):
                yield unknown(kind, claim, timing.first, timing.last)


def _timings_of(segments: Sequence[Segment], kind: FindingKind) -> list[tuple[Segment, Timing]]:
    return [
        (segment, each)
        for segment in segments
        for each in (segment.statements.frequencies if kind is FindingKind.FREQUENCY else segment.statements.routes)
    ]


def _nearest(claim: Statements, position: int, kind: str) -> Mention | None:
    """The mention of a kind nearest to a token; the one before it among equals."""
    found = [mention for mention in claim.mentions if mention.kind == kind]
    return min(found, key=lambda mention: abs(mention.first - position), default=None)
