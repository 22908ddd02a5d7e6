"""He or she: whether the transcript tells, and sentences that say no more of it than the transcript does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from itertools import chain
from typing import NamedTuple

from engine.evidence.lexicons import Lexicons
from engine.evidence.reading import read_statements
from engine.evidence.segments import Segment
from engine.evidence.statements import Mention


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


class Told(NamedTuple):
    """What tells it: [start, end) of the transcript's text."""

    sex: Sex
    start: int
    end: int


class _Cue(NamedTuple):
    """Words for each sex. by_clinician: only a clinician's count, since others may speak of somebody else."""

    male: re.Pattern[str]
    female: re.Pattern[str]
    by_clinician: bool = True


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)


_AGED = r"(?:year|month|week|day)s?[- ]old(?:[ ,]+[\w-]+){0,3}?[ ,]+"
_COMES = (
    r"(?:['’]?s| is)? (?:\w+ (?:year|month|week)s? old|here|presents?|presenting|comes? in|came in"
    r"|coming in|in today|reports|denies)"
)
# The surest first; where a kind of words names both, the next is asked.
_CUES = (
    _Cue(
        _words(_AGED + "(?:male|man|boy|gentleman)"), _words(_AGED + "(?:female|woman|girl|lady)"), by_clinician=False
    ),
    _Cue(_words(r"mr|mister|sir"), _words(r"mrs|ms|miss|ma['’]?am")),
    _Cue(_words("little (?:boy|guy|man)|young man|gentleman"), _words("little (?:girl|lady)|young (?:lady|woman)")),
    _Cue(
        _words(r"my prostate|your prostate|testic\w+|vasectomy|erections?"),
        _words(
            r"pregnant|my periods?|your periods?|last period|menopaus\w+|hysterectomy|pap smear|vaginal|breast ?feeding"
            r"|(?:i|you) (?:gave|give) birth|giving birth|my (?:pregnanc\w+|ovar\w+|uterus)|tubes (?:tied|ligated)"
        ),
        by_clinician=False,
    ),
    _Cue(_words(rf"he{_COMES}"), _words(rf"she{_COMES}")),
)
_PRONOUN = re.compile(r"\b(he|she|his|hers?|him|himself|herself)\b", re.IGNORECASE)
_SEX = re.compile(
    r"\b(male|female|gentleman)\b(?! (?:doctor|nurse|physician|partner|condom|catheter|cousin|friend))", re.IGNORECASE
)
_IS_MALE = frozenset({"he", "his", "him", "himself", "male", "man", "boy", "gentleman"})
# "a 43-year-old right-handed man"
_NOUN = re.compile(
    r"(\b(?:year|month|week|day)s?[- ]old\b(?:[ ,]+(?!(?:and|with|who|that|here|is|was|has|had|an?|the|in|for|of)\b)"
    r"[\w-]+){0,3}?)[ ,]+"
    r"(male|man|boy|gentleman|female|woman|girl|lady)\b",
    re.IGNORECASE,
)
_NOUNS = {
    Sex.MALE: {"female": "male", "woman": "man", "girl": "boy", "lady": "gentleman"},
    Sex.FEMALE: {"male": "female", "man": "woman", "boy": "girl", "gentleman": "lady"},
}
# "her" before one of these is "him", else "his".
_NO_NOUN = re.compile(
    r"\s*(?:$|[.,;:!?)]|(?:to|at|for|in|on|with|and|or|but|that|when|if|as|by|from|about|because|while|since|not|a|an|the|her|his"
    r"|is|was|has|daily|today|again|back)\b)",
    re.IGNORECASE,
)
_OF = {
    Sex.MALE: {"she": "he", "hers": "his", "herself": "himself", "her of": "his", "her": "him"},
    Sex.FEMALE: {"he": "she", "his": "her", "him": "her", "himself": "herself"},
    None: {
        "he": "the patient", "she": "the patient", "his": "their", "hers": "theirs",
        "him": "the patient", "her of": "their", "her": "the patient",
        "himself": "themselves", "herself": "themselves",
    },
}  # fmt: skip


def told_sex(segments: Sequence[Segment], clinicians: frozenset[str]) -> Told | None:
    """What a transcript tells of the patient; None where nothing does, or where it says both."""
    for cue in _CUES:
        said = [each for each in segments if not cue.by_clinician or each.speaker in clinicians]
        said = [each for each in said if not any(mention.kind == "person" for mention in each.statements.mentions)]
        found = {sex: _found(said, pattern) for sex, pattern in ((Sex.MALE, cue.male), (Sex.FEMALE, cue.female))}
        told = [sex for sex, places in found.items() if places]
        if len(told) == 1:
            return Told(told[0], *found[told[0]][0])
    return None


def _found(segments: Sequence[Segment], pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    return [
        (segment.start + match.start(), segment.start + match.end())
        for segment in segments
        for match in pattern.finditer(segment.text)
    ]


def with_told_sex(text: str, sex: Sex | None, lexicons: Lexicons, before: str = "") -> str:
    """A sentence of a note with the pronouns and the noun of that sex; where it is not told, with "the patient", and
    with an age alone. Once a relative is spoken of, in the sentence or in the one before it, only the word right before
    a relative ("his mother") is the patient's for sure."""
    text = _NOUN.sub(lambda match: _aged(match, sex), text)
    statements = read_statements(text, lexicons)
    starts = {statements.tokens[mention.first].start for mention in statements.mentions if mention.kind == "person"}
    surely = 0 if _people(before, lexicons) else min(starts, default=len(text))
    words = _OF[sex]

    def of_patient(match: re.Match[str]) -> str:
        return _cased(match, words) if match.end() <= surely or match.end() + 1 in starts else match[0]

    return _PRONOUN.sub(of_patient, text)


def wrong_sex(text: str, sex: Sex, lexicons: Lexicons) -> re.Match[str] | None:
    """A pronoun or a noun of the other sex that can only be the patient's."""
    if _people(text, lexicons):
        return None
    words = chain(_PRONOUN.finditer(text), _SEX.finditer(text))
    return next((each for each in words if _sex_of(each[0]) is not sex), None)


def says_sex(text: str) -> bool:
    """Whether a sentence says of the patient what sex they are: with an age, or as "male" and "female" alone."""
    return bool(_NOUN.search(text) or _SEX.search(text))


def _aged(match: re.Match[str], sex: Sex | None) -> str:
    if sex is None:
        return match[1]
    noun = _NOUNS[sex].get(match[2].lower())
    return match[0] if noun is None else match[0][: match.start(2) - match.start()] + noun


def _sex_of(word: str) -> Sex:
    return Sex.MALE if word.lower() in _IS_MALE else Sex.FEMALE


def _people(text: str, lexicons: Lexicons) -> list[Mention]:
    return [mention for mention in read_statements(text, lexicons).mentions if mention.kind == "person"]


def _cased(match: re.Match[str], words: dict[str, str]) -> str:
    said = match[0].lower()
    if said == "her" and not _NO_NOUN.match(match.string, match.end()):
        said = "her of"
    other = words.get(said)
    if other == "their" and not match.start():  # nobody was named before whose it could be
        other = "the patient's"
    if other is None:
        return match[0]
    return other[0].upper() + other[1:] if match[0][0].isupper() else other
