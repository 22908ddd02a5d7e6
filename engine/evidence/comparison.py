"""In what a sentence differs from its sources: drug, amounts, timing, side, negation, person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.evidence.measures import DOSE_UNITS, TIME_UNITS, Quantity
from engine.evidence.source_index import Place, Segment, SourceIndex
from engine.evidence.statements import Mention, Statements, Timing
from engine.types import FindingKind

_COMPARED = frozenset({"finding", "condition", "test", "treatment", "drug"})
_YEARS = range(1900, 2100)


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


def differences(claim: Statements, index: SourceIndex, near: Sequence[Segment]) -> list[Difference]:
    """Differences of a sentence from its sources; near are the segments that say most of it, and their neighbours."""
    return [
        *_drugs(claim, index, near),
        *_amounts(claim, index, near),
        *_timings(claim, index, near),
        *_turned(claim, index, near),
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


def _amounts(claim: Statements, index: SourceIndex, near: Sequence[Segment]) -> Iterator[Difference]:
    for quantity in claim.quantities:
        anchor = _nearest(claim, quantity.first, "drug") if quantity.unit in DOSE_UNITS else None
        anchored = index.around([place.segment for place in index.places(anchor.name)], 1) if anchor is not None else []
        of_drug = [(segment, each) for segment in anchored for each in segment.statements.quantities]
        beside = [(segment, each) for segment in near for each in segment.statements.quantities]
        everywhere = [(segment, each) for segment in index.segments for each in segment.statements.quantities]
        comparable = [pair for pair in of_drug if pair[1].comparable(quantity)]
        if any(quantity.equals(each) for _, each in of_drug) or (
            not comparable and any(quantity.equals(each) for _, each in everywhere)
        ):
            continue
        if not comparable and quantity.unit not in TIME_UNITS:
            comparable = [pair for pair in beside if pair[1].comparable(quantity)]
        same_number = [pair for pair in of_drug + beside if _other_unit(pair[1], quantity)]
        if same_number:
            yield _of_quantity(FindingKind.UNIT, claim, quantity, *same_number[0])
        elif comparable:
            closest = min(comparable, key=lambda pair: abs(pair[1].low - quantity.low))
            yield _of_quantity(_kind(quantity), claim, quantity, *closest)
        else:
            yield Difference(
                _kind(quantity), _said(claim, quantity), "", claim.start(quantity.first), claim.end(quantity.last), None
            )


def _other_unit(one: Quantity, other: Quantity) -> bool:
    """The same figure with another unit."""
    return (one.low, one.high) == (other.low, other.high) and bool(one.unit and other.unit) and one.unit != other.unit


def _kind(quantity: Quantity) -> FindingKind:
    if quantity.unit in TIME_UNITS:
        return FindingKind.DURATION
    if quantity.unit in DOSE_UNITS:
        return FindingKind.DOSE
    return FindingKind.DATE if not quantity.unit and quantity.low in _YEARS else FindingKind.VALUE


def _timings(claim: Statements, index: SourceIndex, near: Sequence[Segment]) -> Iterator[Difference]:
    """Frequencies and routes of a drug, held against those said of the same drug."""
    for kind, mine in ((FindingKind.FREQUENCY, claim.frequencies), (FindingKind.ROUTE, claim.routes)):
        for timing in mine:
            drug = _nearest(claim, timing.first, "drug")
            around = index.around([place.segment for place in index.places(drug.name)], 1) if drug is not None else near
            theirs = [(segment, each) for segment in around for each in _timings_of(segment.statements, kind)]
            if theirs and all(each.value != timing.value for _, each in theirs):
                segment, other = theirs[0]
                yield Difference(
                    kind,
                    _words(claim, timing.first, timing.last),
                    _words(segment.statements, other.first, other.last),
                    claim.start(timing.first),
                    claim.end(timing.last),
                    segment,
                    segment.statements.start(other.first),
                    segment.statements.end(other.last),
                )


def _timings_of(statements: Statements, kind: FindingKind) -> Sequence[Timing]:
    return statements.frequencies if kind is FindingKind.FREQUENCY else statements.routes


def _turned(claim: Statements, index: SourceIndex, near: Sequence[Segment]) -> Iterator[Difference]:
    """Denied against affirmed, left against right, patient against relative: beside the rest of the sentence if the
    source mentions the thing there, else wherever it does."""
    numbers = {segment.number for segment in near}
    for mention in claim.mentions:
        everywhere = index.places(mention.name)
        places = [place for place in everywhere if place.segment.number in numbers] or everywhere
        if not places:
            continue
        if mention.kind in _COMPARED and all(_opposite(mention, place.mention) for place in places):
            yield _of_mention(FindingKind.NEGATION, claim, mention, places[0])
        if mention.side in ("left", "right"):
            sided = [place for place in places if place.mention.side]
            if sided and all(place.mention.side not in (mention.side, "both") for place in sided):
                yield _of_mention(FindingKind.SIDE, claim, mention, sided[0])
        if mention.kind == "condition" and all(place.mention.person != mention.person for place in places):
            yield _of_mention(FindingKind.PERSON, claim, mention, places[0])


def _opposite(one: Mention, other: Mention) -> bool:
    return other.negated is not None and other.negated != one.negated


def _nearest(claim: Statements, position: int, kind: str) -> Mention | None:
    """The mention of a kind nearest to a token; the one before it among equals."""
    found = [mention for mention in claim.mentions if mention.kind == kind]
    return min(found, key=lambda mention: abs(mention.first - position), default=None)


def _words(statements: Statements, first: int, last: int) -> str:
    """Tokens [first, last) as written, but for case."""
    begin = statements.start(first)
    letters = [" "] * (statements.end(last) - begin)
    for token in statements.tokens[first:last]:
        letters[token.start - begin : token.end - begin] = token.text.ljust(token.end - token.start)
    return "".join(letters).strip()


def _said(claim: Statements, quantity: Quantity) -> str:
    return _words(claim, quantity.first, quantity.last)


def _of_quantity(
    kind: FindingKind, claim: Statements, quantity: Quantity, segment: Segment, other: Quantity
) -> Difference:
    tenfold = other.low and quantity.unit == other.unit and quantity.low / other.low in (10.0, 0.1)
    return Difference(
        kind,
        _said(claim, quantity),
        _words(segment.statements, other.first, other.last),
        claim.start(quantity.first),
        claim.end(quantity.last),
        segment,
        segment.statements.start(other.first),
        segment.statements.end(other.last),
        note=("ten times as much" if quantity.low > other.low else "a tenth as much") if tenfold else "",
    )


def _of_mention(kind: FindingKind, claim: Statements, mention: Mention, place: Place) -> Difference:
    other, segment = place.mention, place.segment
    return Difference(
        kind,
        _words(claim, mention.first, mention.last),
        _words(segment.statements, other.first, other.last),
        claim.start(mention.first),
        claim.end(mention.last),
        segment,
        segment.statements.start(other.first),
        segment.statements.end(other.last),
    )
