"""Worked examples for the model: a section's own example, beside the talk that it was written from.

Sections of the program's templates show how they would read of a visit that nobody had (prompts/note.toml). An example
that a clinic wrote is of some other visit; only its wording can be shown, with another worked example beside it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from engine.evidence.lexicons import Lexicons
from engine.scribe.checking import NoteCheck, is_supported
from engine.scribe.parts import VisitWords
from engine.scribe.prompts import NotePack
from engine.scribe.spoken import Spoken
from engine.scribe.talk import Talk
from engine.scribe.templates import DEFAULT_TEMPLATE, builtin_template
from engine.types import SectionTemplate, Transcript, Utterance

_FITS = 0.7  # share of an example's sentences that its visit must bear out
_LINE = re.compile(r"^([^:\n]{1,40}):\s*(.+)$", re.MULTILINE)
_FEWEST_LINES = 4  # of an example that is shown in two halves
_LONGEST_HEADING = 3  # words: it belongs to the line below
_ON_ITS_SIDE = 0.85  # share of its sentences


class Shown(NamedTuple):
    """One worked example: the section, what was said, and what was written of it."""

    section: SectionTemplate
    said: str
    written: str


class WorkedExamples:
    """The example visits, read once."""

    def __init__(self, pack: NotePack, words: VisitWords, lexicons: Lexicons) -> None:
        self._words = words
        self.patients = frozenset(visit.patient for visit in pack.visits)
        self._visits = []
        for visit in pack.visits:
            said = [Utterance(n, match[1], match[2]) for n, match in enumerate(_LINE.finditer(visit.said))]
            spoken = Spoken(Transcript(said), lexicons)
            self._visits.append((Talk(spoken, words), NoteCheck(spoken)))
        self._known: dict[SectionTemplate, list[Shown]] = {}

    def of(self, section: SectionTemplate) -> list[Shown]:
        """The worked examples for a section; none where there is none like it."""
        own = self._shown(section)
        if own:
            return own
        wanted = self._words.rule(section.title, section.key)
        default = builtin_template(DEFAULT_TEMPLATE)
        for other in default.sections if default is not None else []:
            if self._words.rule(other.title, other.key).parts[:1] == wanted.parts[:1]:
                return self._shown(other)
        return []

    def is_own(self, section: SectionTemplate) -> bool:
        """Whether the section's example is of one of the example visits."""
        return bool(self._shown(section))

    def _shown(self, section: SectionTemplate) -> list[Shown]:
        if section not in self._known:
            self._known[section] = self._find(section)
        return self._known[section]

    def _find(self, section: SectionTemplate) -> list[Shown]:
        example = section.example.strip()
        rule = self._words.rule(section.title, section.key)
        for talk, check in self._visits if example else []:
            sentences = check.sentences(example)
            fitting = sum(map(is_supported, sentences))
            numbers = [number for window in talk.windows(rule) for number in window.segments]
            if numbers and fitting >= _FITS * len(sentences):
                return _halves(section, talk, check, numbers) or [Shown(section, talk.text(numbers), example)]
        return []


def _halves(section: SectionTemplate, talk: Talk, check: NoteCheck, numbers: list[int]) -> list[Shown]:
    """A long example as two, so that the model sees one that begins a note and one that goes on with it: cut where
    most sentences are on the same side as what they rest on, near the middle. Empty where it is short."""
    lines = section.example.strip().splitlines()
    if len(lines) < _FEWEST_LINES:
        return []
    placed = [(line, place) for line, text in enumerate(lines) for place in _places(text, talk, check)]
    borders = [number for number in numbers[1:] if talk.segments[number].speaker in talk.clinicians]
    best, cut, border = 0.0, 0, 0
    for line in range(1, len(lines)):
        if len(lines[line - 1].split()) <= _LONGEST_HEADING:
            continue
        balance = min(_length(lines[:line]), _length(lines[line:])) / _length(lines)
        for number in borders:
            right = sum((place < number) == (at < line) for at, place in placed) / max(1, len(placed))
            if right >= _ON_ITS_SIDE and right + balance > best:
                best, cut, border = right + balance, line, number
    if not best:
        return []
    first, second = [each for each in numbers if each < border], [each for each in numbers if each >= border]
    return [
        Shown(section, talk.text(first), "\n".join(lines[:cut])),
        Shown(section, talk.text(second), "\n".join(lines[cut:])),
    ]


def _places(text: str, talk: Talk, check: NoteCheck) -> list[int]:
    """The segments that a line's sentences rest on most."""
    found = (
        talk.number_at(evidence.utterance, evidence.start)
        for sentence in check.sentences(text)
        for evidence in sentence.evidence[:1]
    )
    return [place for place in found if place is not None]


def _length(lines: list[str]) -> int:
    return sum(map(len, lines))
