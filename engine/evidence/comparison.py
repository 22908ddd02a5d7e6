"""In what a sentence differs from its sources: drug, amounts, timing, side, negation, person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.evidence.measures import DOSE_UNITS, TIME_UNITS, Quantity
from engine.evidence.source_index import Place, Segment, SourceIndex
from engine.evidence.statements import Mention, Statements, Timing
from engine.types import FindingKind

_COMPARED = frozenset({"finding", "condition", "test", "treatment", "drug"})
_MOSTLY = 0.7
_YEARS = range(1900, 2100)
_OTHER_SIDE = {"left": "right", "right": "left"}
_OPPOSITES = {
    "discontinue": ("continue", "start", "increase"),
    "continue": ("discontinue",),
    "start": ("discontinue",),
    "increase": ("decrease",),
    "decrease": ("increase",),
}


@dataclass(frozen=True)
class Difference:
    """said at [start, end) of the text; source at its place in the segment. place None: nothing like it is said."""

    kind: FindingKind
    said: str
    source: str
    start: int
    end: int
    place: Segment | None
    source_start: int = 0
    source_end: int = 0
    note: str = ""


def differences(
    claim: Statements, index: SourceIndex, core: Sequence[Segment], near: Sequence[Segment]
) -> list[Difference]:
    """Differences of a sentence from its sources: core are the segments that say most of it, near also their
    neighbours."""
    return [
        *_drugs(claim, index, [*core, *near]),
        *_amounts(claim, index, core, near),
        *_timings(claim, index, near),
        *_sides(claim, index, core),
        *_turned(claim, index, core, near),
        *_opposites(claim, index),
    ]


def _drugs(claim: Statements, index: SourceIndex, near: Sequence[Segment]) -> Iterator[Difference]:
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
            yield _of_mention(FindingKind.DRUG, claim, mention, others[0])


def _amounts(
    claim: Statements, index: SourceIndex, core: Sequence[Segment], near: Sequence[Segment]
) -> Iterator[Difference]:
    """Amounts that the source gives otherwise, beside the same drug or in the segments that say the rest."""
    everywhere = [each for segment in index.segments for each in segment.statements.quantities]
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
            yield _of_quantity(FindingKind.UNIT, claim, quantity, *other_unit[0])
        elif alike:
            closest = min(alike, key=lambda pair: abs(pair[1].low - quantity.low))
            yield _of_quantity(_kind(quantity), claim, quantity, *closest)
        elif not any(quantity.equals(each) for each in everywhere):
            yield _unknown(_kind(quantity), claim, quantity.first, quantity.last)


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


def _timings(claim: Statements, index: SourceIndex, near: Sequence[Segment]) -> Iterator[Difference]:
    """Frequencies and routes, held against those said of the same drug and beside the rest of the sentence."""
    for kind, mine in ((FindingKind.FREQUENCY, claim.frequencies), (FindingKind.ROUTE, claim.routes)):
        for timing in mine:
            drug = _nearest(claim, timing.first, "drug")
            theirs = _timings_of([*_segments_of(drug, index), *near], kind)
            if any(each.value == timing.value for _, each in theirs):
                continue
            if theirs:
                yield _of_timing(kind, claim, timing, *theirs[0])
            elif all(each.value != timing.value for _, each in _timings_of(index.segments, kind)):
                yield _unknown(kind, claim, timing.first, timing.last)


def _timings_of(segments: Sequence[Segment], kind: FindingKind) -> list[tuple[Segment, Timing]]:
    return [
        (segment, each)
        for segment in segments
        for each in (segment.statements.frequencies if kind is FindingKind.FREQUENCY else segment.statements.routes)
    ]


def _sides(claim: Statements, index: SourceIndex, core: Sequence[Segment]) -> Iterator[Difference]:
    """Left against right, where the source speaks of the same part or thing."""
    for side in claim.sides:
        if side.value not in _OTHER_SIDE:
            continue
        theirs = _sides_of(core) or _sides_of(_said_beside(claim, side, index))
        if theirs and all(each.value != side.value for _, each in theirs):
            yield _of_timing(FindingKind.SIDE, claim, side, *theirs[0])


def _sides_of(segments: Sequence[Segment]) -> list[tuple[Segment, Timing]]:
    return [(segment, each) for segment in segments for each in segment.statements.sides]


def _said_beside(claim: Statements, side: Timing, index: SourceIndex) -> Sequence[Segment]:
    """Segments with a side that mention what it is said of: the nearest part of the body, else the nearest word."""
    things = sorted(
        (mention for mention in claim.mentions if mention.kind not in ("person", "time", "act")),
        key=lambda mention: (mention.kind != "anatomy", abs(mention.first - side.last)),
    )
    for thing in things[:3]:
        segments = [place.segment for place in index.places(thing.name) if place.segment.statements.sides]
        if segments:
            return segments
    return []


def _turned(
    claim: Statements, index: SourceIndex, core: Sequence[Segment], near: Sequence[Segment]
) -> Iterator[Difference]:
    """Denied against affirmed and patient against relative: beside the rest of the sentence if the source mentions the
    thing there, else wherever it does."""
    in_core, in_near = ({segment.number for segment in segments} for segments in (core, near))
    turned = False
    for mention in claim.mentions:
        everywhere = index.places(mention.name)
        if mention.kind not in _COMPARED or not everywhere:
            continue
        places = (
            [place for place in everywhere if place.segment.number in in_core]
            or [place for place in everywhere if place.segment.number in in_near]
            or list(everywhere)
        )
        if all(_opposite(mention, place.mention) for place in places):
            turned = True
            yield _of_mention(FindingKind.NEGATION, claim, mention, places[0])
        elif mention.person and all(place.mention.person != mention.person for place in everywhere):
            yield _of_mention(FindingKind.PERSON, claim, mention, places[0])
    if not turned and core:
        yield from _turned_as_a_whole(claim, index, core[0])


def _turned_as_a_whole(claim: Statements, index: SourceIndex, segment: Segment) -> Iterator[Difference]:
    """Where most words that the sentence shares with its source are denied in one and affirmed in the other."""
    shared = [
        (mention, place)
        for mention in claim.mentions
        for place in index.places(mention.name)
        if place.segment.number == segment.number
    ]
    against = [pair for pair in shared if _opposite(pair[0], pair[1].mention)]
    if against and len(against) >= _MOSTLY * len(shared):
        yield _of_mention(FindingKind.NEGATION, claim, *against[0])


def _opposite(one: Mention, other: Mention) -> bool:
    return other.negated is not None and other.negated != one.negated


def _opposites(claim: Statements, index: SourceIndex) -> Iterator[Difference]:
    """Stop where the source says continue, of the same drug."""
    drugs = [mention for mention in claim.mentions if mention.kind == "drug"]
    for mention in claim.mentions:
        if mention.name not in _OPPOSITES or not drugs:
            continue
        said_of = index.around([place.segment for drug in drugs for place in index.places(drug.name)], 0)
        acts = [Place(segment, each) for segment in said_of for each in segment.statements.mentions]
        against = [place for place in acts if place.mention.name in _OPPOSITES[mention.name]]
        if against and all(place.mention.name != mention.name for place in acts):
            yield _of_mention(FindingKind.NEGATION, claim, mention, against[0])


def _nearest(claim: Statements, position: int, kind: str) -> Mention | None:
    """The mention of a kind nearest to a token; the one before it among equals."""
    found = [mention for mention in claim.mentions if mention.kind == kind]
    return min(found, key=lambda mention: abs(mention.first - position), default=None)


def _unknown(kind: FindingKind, claim: Statements, first: int, last: int) -> Difference:
    return Difference(kind, claim.words(first, last), "", claim.start(first), claim.end(last), None)


def _of_quantity(
    kind: FindingKind, claim: Statements, quantity: Quantity, segment: Segment, other: Quantity
) -> Difference:
    tenfold = other.low and quantity.unit == other.unit and quantity.low / other.low in (10.0, 0.1)
    note = ("ten times as much" if quantity.low > other.low else "a tenth as much") if tenfold else ""
    return _between(kind, claim, (quantity.first, quantity.last), segment, (other.first, other.last), note=note)


def _of_timing(kind: FindingKind, claim: Statements, timing: Timing, segment: Segment, other: Timing) -> Difference:
    return _between(kind, claim, (timing.first, timing.last), segment, (other.first, other.last))


def _of_mention(kind: FindingKind, claim: Statements, mention: Mention, place: Place) -> Difference:
    other = place.mention
    return _between(kind, claim, (mention.first, mention.last), place.segment, (other.first, other.last))


def _between(
    kind: FindingKind,
    claim: Statements,
    said: tuple[int, int],
    segment: Segment,
    source: tuple[int, int],
    *,
    note: str = "",
) -> Difference:
    theirs = segment.statements
    return Difference(
        kind,
        claim.words(*said),
        theirs.words(*source),
        claim.start(said[0]),
        claim.end(said[1]),
        segment,
        theirs.start(source[0]),
        theirs.end(source[1]),
        note,
    )
