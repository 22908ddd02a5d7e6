"""The parts of a visit: which stretch of talk is history, examination, results or plan, and who speaks.

A visit goes from the complaint over the examination to the plan, now and then back. Each stretch (a sentence or a
thought, see engine.evidence.segments) is scored by the words in it, and the likeliest way through all of them is taken,
as changes of part are rare (the Viterbi algorithm).
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

import msgspec
from msgspec import Struct, field

from engine.evidence.segments import Segment

_CUE, _MOST_CUES = 1.6, 2
_TALK_OF_PATIENT, _QUESTION, _VITAL, _BODY, _NUMBER = 0.8, 0.6, 1.2, 0.4, 0.4
_LONG_SAYING = 6  # words
_FRESH = re.compile(
    r"\W*(?:so|okay|alright|all right|now|well|let me|let['’]?s|hey|lastly|and then|for your)\b", re.IGNORECASE
)
_AFRESH = 0.4
_CHANGE = {-1: -3.2, 1: -1.4}  # back towards the history, or on
_PLACE = 1.2  # what the place in the visit tells
# Words before the middle of a visit as a rule. The place counts from the beginning alone, so that what was told apart
# while a visit goes on stays as it is when it grows.
_HALF_WAY = 600


class Part(StrEnum):
    HISTORY = "history"
    EXAM = "exam"
    RESULTS = "results"
    PLAN = "plan"


PARTS = tuple(Part)


class _Cues(Struct):
    cues: list[str]


class SectionRule(Struct):
    """Sections whose name matches titles draw on these parts; words, kinds: only on what holds them there."""

    titles: str
    parts: list[Part]
    words: str = ""
    kinds: list[str] = field(default_factory=list)


class _Speakers(Struct):
    clinician: str
    patient: str


class _PartsFile(Struct):
    parts: dict[Part, _Cues]
    sections: list[SectionRule]
    speakers: _Speakers


@dataclass(frozen=True)
class VisitWords:
    """The words that tell parts, sections and speakers apart."""

    cues: dict[Part, re.Pattern[str]]
    sections: tuple[tuple[re.Pattern[str], SectionRule], ...]
    clinician: re.Pattern[str]
    patient: re.Pattern[str]

    def rule(self, title: str, key: str = "") -> SectionRule:
        """What a section draws on, by its title, or else by its key."""
        for name in (title, key):
            for pattern, rule in self.sections:
                if pattern.search(name):
                    return rule
        return SectionRule("", list(PARTS))


@cache
def load_visit_words() -> VisitWords:
    """The domain pack's, read once a process."""
    text = files("resources").joinpath("domain", "visit_parts.toml").read_text(encoding="utf-8")
    read = msgspec.convert(tomllib.loads(text), _PartsFile)
    return VisitWords(
        {part: _any_of(read.parts[part].cues) for part in PARTS},
        tuple((re.compile(rule.titles, re.IGNORECASE), rule) for rule in read.sections),
        re.compile(read.speakers.clinician, re.IGNORECASE),
        re.compile(read.speakers.patient, re.IGNORECASE),
    )


def _any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


def parts_of(segments: Sequence[Segment], clinicians: frozenset[str], words: VisitWords) -> list[Part]:
    """The part of the visit that each segment belongs to. clinicians: the names of those who are not the patient."""
    if not segments:
        return []
    best = [(0.0 if part is Part.HISTORY else -1.0) for part in PARTS]
    came_from: list[list[int]] = []
    said = 0
    for segment in segments:
        scores = _scores(segment, said / (said + _HALF_WAY), segment.speaker in clinicians, words)
        said += segment.text.count(" ") + 1
        fresh = bool(_FRESH.match(segment.text))
        before, best, back = best, [], []
        for to, score in enumerate(scores):
            steps = (before[at] + _step(at, to, fresh=fresh) for at in range(len(PARTS)))
            gain, origin = max((gain, at) for at, gain in enumerate(steps))
            best.append(gain + score)
            back.append(origin)
        came_from.append(back)
    at = max(range(len(PARTS)), key=lambda part: best[part])
    found = []
    for back in reversed(came_from):
        found.append(PARTS[at])
        at = back[at]
    return found[::-1]


def _step(origin: int, to: int, *, fresh: bool) -> float:
    if origin == to:
        return 0.0
    return _CHANGE[1 if to > origin else -1] + (_AFRESH if fresh else 0.0)


def _scores(segment: Segment, place: float, clinician: bool, words: VisitWords) -> list[float]:
    found = {part: min(_MOST_CUES, len(words.cues[part].findall(segment.text))) * _CUE for part in PARTS}
    said = segment.statements
    long_saying = segment.text.count(" ") >= _LONG_SAYING
    if not clinician and long_saying:
        found[Part.HISTORY] += _TALK_OF_PATIENT
    if said.is_question and clinician:
        found[Part.HISTORY] += _QUESTION
    if clinician and any(mention.kind == "vital" for mention in said.mentions) and said.quantities:
        found[Part.EXAM] += _VITAL
    if clinician and said.quantities and any(mention.kind == "test" for mention in said.mentions):
        found[Part.RESULTS] += _NUMBER
    if clinician and not said.is_question and any(mention.kind == "anatomy" for mention in said.mentions):
        found[Part.EXAM] += _BODY
    found[Part.HISTORY] += _PLACE * (0.5 - place)
    found[Part.PLAN] += _PLACE * (place - 0.5)
    return [found[part] for part in PARTS]


def clinicians_among(segments: Sequence[Segment], words: VisitWords) -> frozenset[str]:
    """The speakers that are clinicians, by their name, or else who asks most."""
    speakers = list(dict.fromkeys(segment.speaker for segment in segments))
    named = frozenset(name for name in speakers if words.clinician.search(name))
    if named or len(speakers) < 2:
        return named or frozenset(speakers)
    others = [name for name in speakers if not words.patient.search(name)]
    asked = Counter(segment.speaker for segment in segments if segment.statements.is_question)
    return frozenset([max(others or speakers, key=lambda name: asked[name])])
