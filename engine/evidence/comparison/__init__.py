"""In what a sentence differs from its sources: drug, amounts, timing, side, negation, person."""

from __future__ import annotations

from collections.abc import Sequence

from engine.evidence.comparison.amounts import amounts, drugs, timings
from engine.evidence.comparison.clauses import invented
from engine.evidence.comparison.contrary import contrary
from engine.evidence.comparison.difference import Difference
from engine.evidence.comparison.misplaced import misplaced
from engine.evidence.comparison.polarity import certainties, normal_parts, opposites, relatives, turned
from engine.evidence.comparison.sides import sides
from engine.evidence.comparison.subjects import subjects
from engine.evidence.comparison.unanswered import unanswered
from engine.evidence.segments import Segment
from engine.evidence.source_index import SourceIndex
from engine.evidence.statements import Statements


def differences(
    claim: Statements, index: SourceIndex, core: Sequence[Segment], near: Sequence[Segment]
) -> list[Difference]:
    """Differences of a sentence from its sources: core are the segments that say most of it, near also their
    neighbours."""
    return [
        *drugs(claim, index, [*core, *near]),
        *amounts(claim, index, near),
        *misplaced(claim, index),
        *timings(claim, index, near),
        *sides(claim, index, core, near),
        *turned(claim, index, core, near),
        *relatives(claim, index),
        *certainties(claim, index, near),
        *opposites(claim, index, near),
        *normal_parts(claim, index),
        *subjects(claim, index),
        *invented(claim, index),
        *unanswered(claim, index),
        *contrary(claim, core, index.contraries),
    ]


__all__ = ["Difference", "differences"]
