"""Who does, feels or is something: a sentence that says it of another than its source does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine.evidence.comparison.difference import Difference, unknown
from engine.evidence.source_index import Place, SourceIndex
from engine.evidence.statements import Mention, Statements
from engine.evidence.tokens import Token
from engine.types import FindingKind

# Between a subject and what is said of it: "he [has also been] glad", "I ['m just very] glad".
_BETWEEN = frozenset(
    "' ’ s m re ve ll d is are was were am be been being has have had do does did will would can could should may might"
    " must not also really just a an the very kind sort of so like um uh got getting still now gon na going wan want to"
    " probably definitely actually , always sometimes usually never pretty little bit feel feels feeling felt".split()
)
_BEING = frozenset("is are was were am be been being ' ’ s m re".split())
_PATIENT = frozenset({"he", "she", "they", "patient", "pt"})
_THINGS = frozenset({"it", "that", "this", "there"})
_SELF = frozenset({"i", "we"})
_US = frozenset({"us", "me"})
_SEVERAL = "patients"  # a visit is of one
_MANY = frozenset({_SEVERAL, "people"})
_OF_SEVERAL = frozenset({"all", "other", "many", "most", "some", "these", "for", "of", "in", "with", "to"})
_REACH = 8  # tokens from a word back to its subject
_BESIDE = 4  # tokens from a word to whom it is done to
_ANYBODY = frozenset({"person", "time", "drug", "finding", "condition", "test", "treatment"})
# "The patient told the patient": one of the two was somebody else.
_TO_ITSELF = re.compile(
    r"\b(?:the )?(patient) (?:\w+ly )?(?:told|tells|asked|asks|advised|advises|gave|gives|helped|helps|informed|informs"
    r"|showed|shows|called|calls|sent|sends|instructed|instructs|taught|teaches) the \1\b(?!['’])",
    re.IGNORECASE,
)
_OFFERED = re.compile(r"\b(?:i|we)(?: will|['’]ll) (?:\w+ ){1,4}?you\b", re.IGNORECASE)


def subjects(claim: Statements, index: SourceIndex) -> Iterator[Difference]:
    """Words of talk that the sentence says of another person or thing than all places that say them."""
    if not index.is_talk:
        return
    if _TO_ITSELF.search(claim.text):
        yield unknown(FindingKind.PERSON, claim, 0, len(claim.tokens))
    for place, token in enumerate(claim.tokens):
        if _names_several(claim, place, index) or (
            token.term in index.feelings and _is_felt_by_the_other(claim, place, index)
        ):
            yield unknown(FindingKind.PERSON, claim, place, place + 1)
    offered = _OFFERED.search(claim.text)
    for mention in claim.mentions:
        places = index.places(mention.name)
        if not places or mention.kind in _ANYBODY:
            continue
        if (
            all(_is_a_thing_that_is(claim, mention, place) for place in places)
            or (offered and _within(claim, mention, offered) and all(map(_is_asked_of_the_other, places)))
            or (mention.person and all(map(_is_said_of_oneself, places)))
            or (_is_of_the_patient(claim, mention) and all(map(_is_said_of_many, places)))
            or (_is_of_the_patient(claim, mention) and not mention.person and index.is_of_relatives(claim, mention))
        ):
            yield unknown(FindingKind.PERSON, claim, mention.first, mention.last)


def _names_several(claim: Statements, place: int, index: SourceIndex) -> bool:
    """ "All patients", where nobody speaks of patients. Not "the patients x-rays", which only lacks its apostrophe."""
    before = claim.tokens[place - 1].text if place else ""
    if claim.tokens[place].text != _SEVERAL or before not in _OF_SEVERAL:
        return False
    return not any(token.text == _SEVERAL for segment in index.segments for token in segment.statements.tokens)


def _is_felt_by_the_other(claim: Statements, place: int, index: SourceIndex) -> bool:
    """The clinician's "I'm glad" told as the patient's. Held word against word: many feelings are no terms."""
    if _subject(claim.tokens, place) not in _PATIENT:
        return False
    felt = [
        segment.speaker == index.asking and _subject(segment.statements.tokens, at) in _SELF | {""}
        for segment in index.segments
        for at, token in enumerate(segment.statements.tokens)
        if token.term == claim.tokens[place].term
    ]
    return bool(felt) and all(felt)


def _is_a_thing_that_is(claim: Statements, mention: Mention, place: Place) -> bool:
    """ "It's been a crazy year" told as "he has been a crazy year"."""
    if mention.kind or not _is(claim.tokens, mention.first) or _subject(claim.tokens, mention.first) not in _PATIENT:
        return False
    said = place.segment.statements
    at = _subject_at(said.tokens, place.mention.first)
    if at < 0 or not _is(said.tokens, place.mention.first):
        return False
    named = any(each.last == at + 1 and each.kind != "person" for each in said.mentions)
    return named or said.tokens[at].text in _THINGS


def _is_of_the_patient(claim: Statements, mention: Mention) -> bool:
    return _subject(claim.tokens, mention.first) in _PATIENT


def _is_said_of_many(place: Place) -> bool:
    """ "Most patients are glad" told of this one."""
    before = {token.text for token in place.segment.statements.tokens[: place.mention.first]}
    return not _MANY.isdisjoint(before)


def _is_asked_of_the_other(place: Place) -> bool:
    """ "Call us or send an email": told as "I will call you", the wrong one waits."""
    tokens = place.segment.statements.tokens
    behind = {token.text for token in tokens[place.mention.last : place.mention.last + _BESIDE]}
    before = {token.text for token in tokens[max(0, place.mention.first - _BESIDE) : place.mention.first]}
    return not _US.isdisjoint(behind | before) and _SELF.isdisjoint(before)


def _is_said_of_oneself(place: Place) -> bool:
    """ "Since I retired" told of the wife."""
    return not place.mention.person and place.mention.negated is not None and _subject_of(place) == "i"


def _within(claim: Statements, mention: Mention, match: re.Match[str]) -> bool:
    return match.start() <= claim.start(mention.first) - claim.offset < match.end()


def _is(tokens: Sequence[Token], first: int) -> bool:
    """Whether a form of "to be" leads to the token."""
    at = _subject_at(tokens, first)
    return at >= 0 and any(token.text in _BEING for token in tokens[at + 1 : first])


def _subject_of(place: Place) -> str:
    return _subject(place.segment.statements.tokens, place.mention.first)


def _subject(tokens: Sequence[Token], first: int) -> str:
    at = _subject_at(tokens, first)
    return tokens[at].text if at >= 0 else ""


def _subject_at(tokens: Sequence[Token], first: int) -> int:
    """The word that stands before a token and the little words that lead to it; -1 for none."""
    before = range(first - 1, max(-1, first - 1 - _REACH), -1)
    return next((index for index in before if tokens[index].text not in _BETWEEN), -1)
