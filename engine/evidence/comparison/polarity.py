"""Denied against affirmed, stop against continue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.evidence.comparison.difference import Difference, of_mention, unknown
from engine.evidence.segments import Segment
from engine.evidence.source_index import Place, SourceIndex
from engine.evidence.statements import Mention, Statements
from engine.types import FindingKind

_STATED = frozenset({"finding", "condition"})
_ORDERED = frozenset({"drug", "test", "treatment"})
_SAID_OF_MANY = frozenset({"person", "time", "vital"})
_RIGHT_BESIDE = 4
_LIMITS = frozenset(
    "left right lateral medial proximal distal anterior posterior upper lower today now currently recent new acute"
    " specific overlying immediately previous prior severe".split()
)
_CLOSE = 3  # tokens between a plain word and what denies it
_NORMAL = "normal"
_CHANGES = frozenset({"discontinue"})
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
    """Denied against affirmed: beside the rest of the sentence if the source mentions the thing there, else wherever
    it does."""
    in_core, in_near = ({segment.number for segment in segments} for segments in (core, near))
    for mention in claim.mentions:
        if mention.negated is None:
            continue
        places = [
            place
            for place in index.places(mention.name)
            if index.same_person(mention.person, place.mention.person) and _is_about(mention, place)
        ]
        if not index.places(mention.name):
            places = [
                each for each in index.composed(mention) if index.same_person(mention.person, each.mention.person)
            ]
        beside = [place for place in places if place.segment.number in in_near]
        if mention.kind in _STATED:
            yield from _stated(claim, mention, places, beside)
        elif mention.kind not in _SAID_OF_MANY:
            beside = _said_of_the_same(claim, mention, beside) or beside
            if not any(_agrees(mention, place) for place in beside):
                yield from _literal(claim, mention, [place for place in beside if place.segment.number in in_core])


def _stated(
    claim: Statements, mention: Mention, places: Sequence[Place], beside: Sequence[Place]
) -> Iterator[Difference]:
    """A finding: any place near that agrees settles it, then any place near that does not, then all the others."""
    if any(_agrees(mention, place) for place in beside):
        return
    against = [place for place in beside if _opposes(mention, place)]
    elsewhere = any(_agrees(mention, place) for place in places)
    if against and not elsewhere and mention.negated and _is_limited(claim, mention, against[0]):
        yield unknown(FindingKind.NEGATION, claim, mention.first, mention.last)
    elif against and not elsewhere:
        yield of_mention(FindingKind.NEGATION, claim, mention, against[0])
    elif not elsewhere:
        far = [place for place in places if _opposes(mention, place)]
        if far or (places and not mention.negated):
            yield unknown(FindingKind.NEGATION, claim, mention.first, mention.last)


def _literal(claim: Statements, mention: Mention, literal: Sequence[Place]) -> Iterator[Difference]:
    """Other words: only in the segments that say most of the sentence. A plain word that the sentence denies must stand
    beside another thing of it there."""
    against = [place for place in literal if _opposes(mention, place)]
    if mention.kind in ("", "anatomy", "act"):
        against = [each for each in against if max(mention.denied_from, each.mention.denied_from) <= _CLOSE]
    if mention.kind in ("", "anatomy") and mention.negated:
        names = {each.name for each in claim.mentions if each.name != mention.name}
        against = [each for each in against if any(m.name in names for m in each.segment.statements.mentions)]
    written = [place for place in against if not place.segment.speaker]
    if written and mention.kind in _ORDERED:
        yield of_mention(FindingKind.NEGATION, claim, mention, written[0])
    elif against:
        yield unknown(FindingKind.NEGATION, claim, mention.first, mention.last)


def _is_limited(claim: Statements, mention: Mention, place: Place) -> bool:
    """Whether the sentence denies only one kind, place or time of a thing, of which the source does not speak there:
    "no pain on the medial side", "denies fever today"."""
    reach = slice(max(0, mention.first - _RIGHT_BESIDE), mention.last + _RIGHT_BESIDE)
    limits = {token.text for token in claim.tokens[reach]} & _LIMITS
    return not limits <= {token.text for token in place.segment.statements.tokens}


def _said_of_the_same(claim: Statements, mention: Mention, places: Sequence[Place]) -> list[Place]:
    """The places that share most with the sentence right beside the word: "gait is normal" is about the gait."""
    mine = claim.names_beside(mention.first, mention.last, _RIGHT_BESIDE) - {mention.name}
    shared = [len(mine & _beside(place)) for place in places]
    most = max(shared, default=0)
    return [place for place, count in zip(places, shared, strict=True) if count == most] if most else []


def _beside(place: Place) -> frozenset[str]:
    said = place.mention
    return place.segment.statements.names_beside(said.first, said.last, _RIGHT_BESIDE)


def _is_about(mention: Mention, place: Place) -> bool:
    """A fracture is an injury, but who has no fracture may have another injury."""
    return place.mention.name == mention.name or place.mention.negated is False


def _agrees(mention: Mention, place: Place) -> bool:
    return place.mention.negated is mention.negated


def _opposes(mention: Mention, place: Place) -> bool:
    return place.mention.negated is not None and place.mention.negated is not mention.negated


def certainties(claim: Statements, index: SourceIndex, near: Sequence[Segment]) -> Iterator[Difference]:
    """A condition that is stated where the source only says that it may be."""
    numbers = {segment.number for segment in near}
    if any(mention.uncertain for mention in claim.mentions):
        return
    for mention in claim.mentions:
        if mention.kind != "condition" or mention.person or mention.negated is not False:
            continue
        places = [place for place in index.places(mention.name) if place.mention.negated is False]
        beside = [place for place in places if place.segment.number in numbers]
        if beside and all(place.mention.uncertain for place in places):
            yield of_mention(FindingKind.CERTAINTY, claim, mention, beside[0])


def normal_parts(claim: Statements, index: SourceIndex) -> Iterator[Difference]:
    """A part of the body that is called normal where that is said of another or of none; not of its picture."""
    for mention in () if any(each.kind == "test" for each in claim.mentions) else claim.mentions:
        if mention.name != _NORMAL or mention.negated is not False:
            continue
        part = claim.nearest(mention.first, mention.last, "anatomy")
        if part is None or not 0 <= mention.first - part.last < _RIGHT_BESIDE:
            continue
        beside = {segment.number for segment in index.around_mention(part)}
        if beside and not any(place.segment.number in beside for place in index.places(_NORMAL)):
            yield unknown(FindingKind.VALUE, claim, mention.first, mention.last)


def relatives(claim: Statements, index: SourceIndex) -> Iterator[Difference]:
    """What is said of a relative, where the source says it of the patient or of another relative; and what is said of
    the patient, where the source says it of relatives alone."""
    for mention in claim.mentions:
        if mention.kind not in _STATED | _ORDERED:
            continue
        places = index.places(mention.name)
        if not mention.person:
            if mention.kind in _STATED and mention.negated is False and index.is_of_relatives(claim, mention):
                yield unknown(FindingKind.PERSON, claim, mention.first, mention.last)
            continue
        told = [place for place in places if place.mention.negated is not None]
        if told and not any(index.same_person(mention.person, place.mention.person) for place in places):
            yield of_mention(FindingKind.PERSON, claim, mention, told[0])


def opposites(claim: Statements, index: SourceIndex, near: Sequence[Segment]) -> Iterator[Difference]:
    """Stop where the source says continue, of the same drug; a change of a drug that no source speaks of."""
    drugs = [mention for mention in claim.mentions if mention.kind == "drug"]
    for mention in claim.mentions:
        if mention.name not in _OPPOSITES or mention.negated:
            continue
        said_of = index.around([place.segment for drug in drugs for place in index.places(drug.name)], 1) or near
        acts = [Place(segment, each) for segment in said_of for each in segment.statements.mentions]
        if any(place.mention.name == mention.name for place in acts):
            continue
        against = [place for place in acts if place.mention.name in _OPPOSITES[mention.name]]
        if drugs and against:
            yield of_mention(FindingKind.NEGATION, claim, mention, against[0])
        elif mention.name in _CHANGES:
            yield unknown(FindingKind.NEGATION, claim, mention.first, mention.last)
