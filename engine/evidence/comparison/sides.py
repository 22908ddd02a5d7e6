"""Left against right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.evidence.comparison.difference import Difference, of_timing
from engine.evidence.segments import Segment
from engine.evidence.source_index import SourceIndex
from engine.evidence.statements import Statements, Timing
from engine.types import FindingKind

_OTHER_SIDE = {"left": "right", "right": "left"}


def sides(claim: Statements, index: SourceIndex, core: Sequence[Segment]) -> Iterator[Difference]:
    """Left against right, where the source speaks of the same part or thing."""
    for side in claim.sides:
        if side.value not in _OTHER_SIDE:
            continue
        theirs = _sides_of(core) or _sides_of(_said_beside(claim, side, index))
        if theirs and all(each.value != side.value for _, each in theirs):
            yield of_timing(FindingKind.SIDE, claim, side, *theirs[0])


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
