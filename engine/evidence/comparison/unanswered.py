"""What talk only asks, told as if it had been answered."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.evidence.comparison.difference import Difference, unknown
from engine.evidence.dialogue import is_affirmed, is_open
from engine.evidence.segments import Segment
from engine.evidence.source_index import SourceIndex
from engine.evidence.statements import Statements
from engine.types import FindingKind

_FEWEST = 2  # one word of a question may well stand in the answer in other words
_NO_PART = frozenset({"vital", "time", "person"})
# A denial that names nothing but itself: "No questions." "No issues with the stairs" names the stairs.
_EMPTY_DENIAL = re.compile(
    r"\b(?:no|denies(?: any)?|without(?: any)?)(?: (?:new|other|further|more|additional|any|current))*"
    r" (question|concern|issue|problem|complaint)s?\b(?=\W*(?:[.;,]|\Z|at this (?:time|point)|today|or\b|and\b))",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:no|not|never|without|nothing)\b|n['’]t\b", re.IGNORECASE)
_SUPPOSED = re.compile(r"\b(?:if|in case|unless|when(?:ever)?)\b", re.IGNORECASE)


def unanswered(claim: Statements, index: SourceIndex) -> Iterator[Difference]:
    """Two or more things, or an amount, that are only asked: "when you sit or when you walk?", answered "on the
    stairs"."""
    if not index.is_talk:
        return
    asked = [
        mention
        for mention in claim.mentions
        if mention.negated is False and mention.kind not in _NO_PART and _is_only_asked(mention.name, index)
    ]
    if len({mention.name for mention in asked}) >= _FEWEST:
        yield unknown(FindingKind.NEGATION, claim, asked[0].first, asked[0].last)
    for amount in claim.quantities:
        saying = [segment for segment in index.segments if any(map(amount.equals, segment.statements.quantities))]
        if saying and all(_asks_in_vain(segment, index) for segment in saying):
            yield unknown(FindingKind.VALUE, claim, amount.first, amount.last)
    yield from empty_denials(claim, index)


def empty_denials(claim: Statements, index: SourceIndex) -> Iterator[Difference]:
    """A denial of questions, problems or the like, where talk neither denies such nor asks for them in vain."""
    for denial in _EMPTY_DENIAL.finditer(claim.text) if index.is_talk else ():
        if not any(_speaks_of(segment, denial[1], index) for segment in index.segments if segment.speaker):
            yield unknown(FindingKind.NEGATION, claim, 0, len(claim.tokens))


def _asks_in_vain(segment: Segment, index: SourceIndex) -> bool:
    """Whether a segment is a question for certain, and the reply no yes."""
    asks = bool(segment.speaker) and segment.text.endswith("?")
    return asks and not is_affirmed(index.segments, segment.number)


def _is_only_asked(name: str, index: SourceIndex) -> bool:
    places = index.places(name)
    return bool(places) and all(
        place.segment.statements.is_question and place.mention.negated is None and not is_open(place.segment)
        for place in places
    )


def _speaks_of(segment: Segment, word: str, index: SourceIndex) -> bool:
    """Whether a segment denies such a thing, or asks for it and the reply is no yes; "if there is any problem" does
    neither."""
    named = re.search(rf"\b{word}", segment.text, re.IGNORECASE)
    if named is None or _SUPPOSED.search(segment.text[: named.start()]):
        return False
    if segment.statements.is_question:
        return not is_affirmed(index.segments, segment.number)
    return _DENIED.search(segment.text[: named.start()]) is not None
