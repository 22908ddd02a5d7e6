"""Worked examples for the model: a section's own example, beside the talk that it was written from.

Sections of the program's templates show how they would read of a visit that nobody had (prompts/note.toml). An example
that a clinic wrote is of some other visit; only its wording can be shown, with another worked example beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

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


class WorkedExamples:
    """The example visits, read once."""

    def __init__(self, pack: NotePack, words: VisitWords, lexicons: Lexicons) -> None:
        self._words = words
        self._visits = []
        for visit in pack.visits:
            said = [Utterance(number, match[1], match[2]) for number, match in enumerate(_LINE.finditer(visit.said))]
            spoken = Spoken(Transcript(said), lexicons)
            self._visits.append((Talk(spoken, words), NoteCheck(spoken)))
        self._known: dict[SectionTemplate, tuple[str, str] | None] = {}

    def of(self, section: SectionTemplate) -> tuple[SectionTemplate, str, str] | None:
        """The section, the talk and the text of a worked example for a section; None where there is none."""
        own = self._pair(section)
        if own is not None:
            return section, *own
        wanted = self._words.rule(section.title, section.key)
        default = builtin_template(DEFAULT_TEMPLATE)
        for other in default.sections if default is not None else []:
            if self._words.rule(other.title, other.key).parts[:1] == wanted.parts[:1]:
                pair = self._pair(other)
                return (other, *pair) if pair is not None else None
        return None

    def is_own(self, section: SectionTemplate) -> bool:
        """Whether the section's example is of one of the example visits."""
        return self._pair(section) is not None

    def _pair(self, section: SectionTemplate) -> tuple[str, str] | None:
        if section not in self._known:
            self._known[section] = self._find(section)
        return self._known[section]

    def _find(self, section: SectionTemplate) -> tuple[str, str] | None:
        rule = self._words.rule(section.title, section.key)
        for talk, check in self._visits if section.example.strip() else []:
            verdicts = [is_supported(each) for each in check.sentences(section.example)]
            windows = talk.windows(rule)
            if windows and verdicts and _share(verdicts) >= _FITS:
                return "\n".join(window.said for window in windows), section.example.strip()
        return None


def _share(verdicts: Sequence[bool]) -> float:
    return sum(verdicts) / len(verdicts)
