"""Denied against affirmed, patient against relative, stop against continue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.evidence.comparison.difference import Difference, of_mention
from engine.evidence.source_index import Place, Segment, SourceIndex
from engine.evidence.statements import Mention, Statements
from engine.types import FindingKind

_COMPARED = frozenset({"finding", "condition", "test", "treatment", "drug"})
_MOSTLY = 0.7
_OPPOSITES = {
    "discontinue": ("continue", "start", "increase"),
    "continue": ("discontinue",),
    "start": ("discontinue",),
    "increase": ("decrease",),
    "decrease": ("increase",),
}


def turned(
    claim: Statements, index: SourceIndex, core: Sequence[Segment], near: Sequence[Segment]
) -> Iterator[Difference]:
    """Denied against affirmed and patient against relative: beside the rest of the sentence if the source mentions the
    thing there, else wherever it does."""
    in_core, in_near = ({segment.number for segment in segments} for segments in (core, near))
    any_turned = False
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
            any_turned = True
            yield of_mention(FindingKind.NEGATION, claim, mention, places[0])
        elif mention.person and all(place.mention.person != mention.person for place in everywhere):
            yield of_mention(FindingKind.PERSON, claim, mention, places[0])
    if not any_turned and core:
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
        yield of_mention(FindingKind.NEGATION, claim, *against[0])


def _opposite(one: Mention, other: Mention) -> bool:
    return other.negated is not None and other.negated != one.negated


def opposites(claim: Statements, index: SourceIndex) -> Iterator[Difference]:
    """Stop where the source says continue, of the same drug."""
    drugs = [mention for mention in claim.mentions if mention.kind == "drug"]
    for mention in claim.mentions:
        if mention.name not in _OPPOSITES or not drugs:
            continue
        said_of = index.around([place.segment for drug in drugs for place in index.places(drug.name)], 0)
        acts = [Place(segment, each) for segment in said_of for each in segment.statements.mentions]
        against = [place for place in acts if place.mention.name in _OPPOSITES[mention.name]]
        if against and all(place.mention.name != mention.name for place in acts):
            yield of_mention(FindingKind.NEGATION, claim, mention, against[0])
