"""What the transcript says of each sentence of a note."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from msgspec import structs

from engine.evidence.checker import CheckedSentence, Checker, SourceFinding
from engine.evidence.measures import Quantity
from engine.evidence.reading import read_statements
from engine.evidence.sentences import Span, split_sentences
from engine.scribe.ages import without_unsaid_age
from engine.scribe.names import unsaid_names
from engine.scribe.parts import clinicians_among, load_visit_words
from engine.scribe.patient import Told, says_sex, told_sex, with_told_sex, wrong_sex
from engine.scribe.spoken import Spoken
from engine.types import Finding, FindingKind, NoteFinding, NoteSection, NoteSentence, Verdict

_UNSUPPORTED = frozenset({Verdict.DIFFERS, Verdict.NOT_FOUND})


class NoteCheck:
    """Holds sentences against one transcript. A sentence takes a few milliseconds, one seen before none."""

    def __init__(self, spoken: Spoken) -> None:
        self._spoken = spoken
        self._known: dict[str, NoteSentence] = {}

    @cached_property
    def _checker(self) -> Checker:
        return Checker([self._spoken.source], self._spoken.lexicons, self._spoken.index)

    @cached_property
    def _told(self) -> Told | None:
        segments = self._spoken.index.segments
        return told_sex(segments, clinicians_among(segments, load_visit_words()))

    def is_said(self, word: str) -> bool:
        """Whether a word occurs in the transcript."""
        return re.search(rf"\b{re.escape(word)}\b", self._spoken.source.text, re.IGNORECASE) is not None

    def as_told(self, text: str, before: str = "") -> str:
        """A drafted sentence without an age that was not said, with "he" or "she" as the transcript tells, and "the
        patient" where it does not. before: the sentence before it."""
        text = without_unsaid_age(text, self._is_age_said, self._spoken.lexicons)
        return with_told_sex(text, self._told.sex if self._told else None, self._spoken.lexicons, before)

    def _is_age_said(self, age: Quantity) -> bool:
        """Whether the transcript says an age, or its number alone ("I'm 59")."""
        said = self._spoken.index.quantities
        return any(each.equals(age) or (not each.unit and each.low == age.low) for each in said)

    def sentences(self, text: str, confirmed: Iterable[str] = ()) -> list[NoteSentence]:
        """Every sentence of a text; those that a person has confirmed stay so."""
        told = frozenset(confirmed)
        found = [self.sentence(span) for span in split_sentences(text)]
        return [structs.replace(each, confirmed=True) if each.text in told else each for each in found]

    def sentence(self, span: Span) -> NoteSentence:
        """One sentence, at the span's place in its text."""
        known = self._known.get(span.text)
        if known is None:
            checked = self._checker.check_sentence(Span(0, len(span.text), span.text))
            known = self._known[span.text] = self._note_sentence(checked)
        findings = [structs.replace(each, finding=_moved(each.finding, span.start)) for each in known.findings]
        return structs.replace(known, start=span.start, end=span.end, findings=findings)

    def section(self, section: NoteSection, text: str | None = None) -> NoteSection:
        """A section with its sentences checked anew; text: instead of its own."""
        told = [each.text for each in section.sentences if each.confirmed]
        text = section.text if text is None else text
        return structs.replace(section, text=text, sentences=self.sentences(text, told))

    def _note_sentence(self, checked: CheckedSentence) -> NoteSentence:
        said = [self._spoken.said_at(each.start, each.end, each.score) for each in checked.evidence]
        findings = [self._finding(each) for each in checked.findings]
        verdict = checked.verdict
        guessed = self._told is None and says_sex(checked.text)
        if verdict is not Verdict.DIFFERS and (guessed or self._of_somebody_else(checked.text)):
            verdict = Verdict.NOT_FOUND
        if verdict is Verdict.SUPPORTED and self._elsewhere(checked.text):
            verdict = Verdict.NOT_FOUND
        mistaken = self._mistaken(checked.text)
        if mistaken is not None:
            findings.append(self._finding(mistaken))
            said.insert(0, self._spoken.said_at(mistaken.source_start, mistaken.source_end))
            verdict = Verdict.DIFFERS
        return NoteSentence(checked.text, checked.start, checked.end, verdict, findings, said)

    def _of_somebody_else(self, text: str) -> bool:
        """Whether a sentence names a person whom nobody named."""
        return bool(unsaid_names(text, self.is_said, self._spoken.lexicons))

    def _elsewhere(self, text: str) -> bool:
        """Whether a sentence is of a part of the body that nobody spoke of."""
        mentions = read_statements(text, self._spoken.lexicons).mentions
        return any(each.kind == "anatomy" and not self._spoken.index.mentions(each) for each in mentions)

    def _mistaken(self, text: str) -> SourceFinding | None:
        """A "he" for a woman or a "male" for her."""
        told = self._told
        found = wrong_sex(text, told.sex, self._spoken.lexicons) if told is not None else None
        if found is None or told is None:
            return None
        return SourceFinding(
            kind=FindingKind.PERSON,
            said=found[0],
            source=self._spoken.source.text[told.start : told.end],
            start=found.start(),
            end=found.end(),
            evidence=0,
            source_start=told.start,
            source_end=told.end,
        )

    def _finding(self, found: SourceFinding) -> NoteFinding:
        utterance, start = self._spoken.utterance_at(found.source_start)
        finding = Finding(
            kind=found.kind,
            said=found.said,
            source=found.source,
            start=found.start,
            end=found.end,
            source_start=start,
            source_end=start + found.source_end - found.source_start,
            note=found.note,
        )
        return NoteFinding(finding, utterance.id)


def is_supported(sentence: NoteSentence) -> bool:
    """Whether a sentence may stand in the note without a mark."""
    return sentence.confirmed or sentence.verdict not in _UNSUPPORTED


def _moved(finding: Finding, by: int) -> Finding:
    return structs.replace(finding, start=finding.start + by, end=finding.end + by)
