"""Left against right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.evidence.comparison.difference import Difference, of_timing, unknown
from engine.evidence.segments import Segment
from engine.evidence.source_index import Side, SourceIndex
from engine.evidence.statements import Statements, Timing
from engine.types import FindingKind

_OTHER_SIDE = {"left": "right", "right": "left"}
_BOTH = "both"
_RIGHT_BESIDE = 6


def sides(
    claim: Statements, index: SourceIndex, core: Sequence[Segment], near: Sequence[Segment]
) -> Iterator[Difference]:
    """A side that the source does not say of the same part or thing: it says the other one, or this one nowhere."""
    for side in claim.sides:
        theirs = _said_of_the_same(claim, side, index, near) or [
            Side(each, one) for each in core for one in each.statements.sides
        ]
        if any(each.timing.value == side.value for each in theirs):
            continue
        against = [each for each in theirs if each.timing.value == _OTHER_SIDE.get(side.value)]
        if against:
            yield of_timing(FindingKind.SIDE, claim, side, against[0].segment, against[0].timing)
        elif side.value != _BOTH and (theirs or not any(each.timing.value == side.value for each in index.sides)):
            yield unknown(FindingKind.SIDE, claim, side.first, side.last)


def _said_of_the_same(claim: Statements, side: Timing, index: SourceIndex, near: Sequence[Segment]) -> Sequence[Side]:
    """The sides that the source says of what the claim's side is said of: a part of the body, else another thing;
    beside the rest of the sentence, else anywhere."""
    numbers = {segment.number for segment in near}
    things = claim.things_of(side)
    for thing in sorted(things, key=lambda mention: mention.kind != "anatomy"):
        said = index.sides_of(thing.name)
        if said:
            return _closest(claim, side, [each for each in said if each.segment.number in numbers] or said)
    return []


def _closest(claim: Statements, side: Timing, said: Sequence[Side]) -> Sequence[Side]:
    """The sides that share most with the sentence right beside them: "the pain of the right hip" is about the pain."""
    mine = claim.names_beside(side.first, side.last, _RIGHT_BESIDE)
    shared = [
        len(mine & each.segment.statements.names_beside(each.timing.first, each.timing.last, _RIGHT_BESIDE))
        for each in said
    ]
    return [each for each, count in zip(said, shared, strict=True) if count == max(shared)]
