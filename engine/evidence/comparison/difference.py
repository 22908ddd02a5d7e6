"""One difference between a sentence and its source: which words against which."""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.evidence.measures import Quantity
from engine.evidence.segments import Segment
from engine.evidence.source_index import Place
from engine.evidence.statements import Mention, Statements, Timing
from engine.types import FindingKind


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


def unknown(kind: FindingKind, claim: Statements, first: int, last: int) -> Difference:
    return Difference(kind, claim.words(first, last), "", claim.start(first), claim.end(last), None)


def is_tenfold(one: Quantity, other: Quantity) -> bool:
    """Whether a decimal point slipped between the two."""
    same_unit = one.unit == other.unit
    return same_unit and other.low > 0 and any(math.isclose(one.low, other.low * slip) for slip in (10.0, 0.1))


def of_quantity(
    kind: FindingKind, claim: Statements, quantity: Quantity, segment: Segment, other: Quantity
) -> Difference:
    note = (
        ("ten times as much" if quantity.low > other.low else "a tenth as much") if is_tenfold(quantity, other) else ""
    )
    return between(kind, claim, (quantity.first, quantity.last), segment, (other.first, other.last), note=note)


def of_timing(kind: FindingKind, claim: Statements, timing: Timing, segment: Segment, other: Timing) -> Difference:
    return between(kind, claim, (timing.first, timing.last), segment, (other.first, other.last))


def of_mention(kind: FindingKind, claim: Statements, mention: Mention, place: Place) -> Difference:
    other = place.mention
    return between(kind, claim, (mention.first, mention.last), place.segment, (other.first, other.last))


def between(
    kind: FindingKind,
    claim: Statements,
    said: tuple[int, int],
    segment: Segment,
    source: tuple[int, int],
    *,
    note: str = "",
) -> Difference:
    """Tokens of the claim against tokens of a segment."""
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
