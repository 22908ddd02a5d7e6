"""What was said and is not in the note, with the section where it belongs and a sentence to put there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import structs

from engine.evidence.omissions import SourceOmission, find_omissions
from engine.evidence.reading import read_statements
from engine.evidence.sentences import split_sentences
from engine.scribe.parts import Part, VisitWords
from engine.scribe.spoken import Spoken
from engine.scribe.talk import Talk, tidy
from engine.types import Note, NoteOmission, NoteTemplate, OmissionKind

_BELONGS = {
    OmissionKind.VITAL: Part.EXAM,
    OmissionKind.PLAN: Part.PLAN,
    OmissionKind.FOLLOW_UP: Part.PLAN,
    OmissionKind.ALLERGY: Part.HISTORY,
}
_FOUND = frozenset({"finding", "condition"})
# "your tonsils are red", but not "let me look at your ears".
_STATES = re.compile(
    r"\b(?:your|the|both|left|right|\w+s)\b[\w ]{0,40}\b(?:is|are|looks?|feels?|seems?|sounds?|appears?)\b"
    r"|\b(?:there(?:['’]s| is| are)|you(?:['’]ve got| have)|i (?:see|feel|hear|notice|appreciate))\b",
    re.IGNORECASE,
)
_NAMED = {OmissionKind.ALLERGY: "allerg", OmissionKind.DRUG: "medic", OmissionKind.VITAL: "vital"}


def find_omitted(
    note: Note, template: NoteTemplate, spoken: Spoken, talk: Talk, words: VisitWords
) -> list[NoteOmission]:
    """The facts that no section tells; those that the note has dismissed stay so."""
    text = "\n\n".join(section.text for section in note.sections)
    dismissed = {(each.kind, each.name) for each in note.omissions if each.dismissed}
    found = find_omissions(text, [spoken.source], spoken.lexicons, index=spoken.index)
    known = [(each.start, each.end) for each in found]
    found += [each for each in _unsaid_of_body(text, spoken, talk) if not _overlaps(each, known)]
    found.sort(key=lambda each: each.start)
    made = [_note_omission(each, template, spoken, talk, words) for each in found]
    return [structs.replace(each, dismissed=(each.kind, each.name) in dismissed) for each in made]


def _unsaid_of_body(text: str, spoken: Spoken, talk: Talk) -> Iterator[SourceOmission]:
    """What a clinician states on examination of a part of the body that the note does not name, in whatever words:
    "your tonsils are red and swollen"."""
    told = {
        name
        for span in split_sentences(text)
        for mention in read_statements(span.text, spoken.lexicons).mentions
        for name in (mention.name, *mention.implied)
    }
    reported: set[str] = set()
    for segment, part in zip(talk.segments, talk.parts, strict=True):
        said = segment.statements
        if part is not Part.EXAM or segment.speaker not in talk.clinicians or said.is_question:
            continue
        found = [each.name for each in said.mentions if each.kind in _FOUND]
        bodily = [each for each in said.mentions if each.kind == "anatomy" and each.negated is False]
        new = [each for each in bodily if each.name not in told | reported]
        if not new or not told.isdisjoint(found) or not _STATES.search(segment.text):
            continue
        reported.update(each.name for each in new)
        yield SourceOmission(
            OmissionKind.FINDING, segment.text, segment.source, segment.start, segment.end, new[0].name
        )


def _overlaps(found: SourceOmission, known: Sequence[tuple[int, int]]) -> bool:
    return any(start < found.end and found.start < end for start, end in known)


def _note_omission(
    found: SourceOmission, template: NoteTemplate, spoken: Spoken, talk: Talk, words: VisitWords
) -> NoteOmission:
    number = next(each.number for each in talk.segments if each.start <= found.start < each.end)
    said = spoken.said_at(found.start, found.end)
    part = _BELONGS.get(found.kind, talk.parts[number])
    speaker = talk.name_of(talk.segments[number].speaker)
    return NoteOmission(
        kind=found.kind,
        name=found.name,
        said=said,
        section=_section_for(part, _NAMED.get(found.kind, ""), template, words),
        suggestion=f"{speaker} said: “{tidy(found.quote).rstrip('.,;')}.”",
    )


def _section_for(part: Part, named: str, template: NoteTemplate, words: VisitWords) -> str:
    """The section that is named after such facts, else the first that draws on the part, else the first of all."""
    if named:
        for section in template.sections:
            if named in section.title.casefold() or named in section.key.casefold():
                return section.key
    drawing = [each for each in template.sections if part in words.rule(each.title, each.key).parts]
    general = [each for each in drawing if not words.rule(each.title, each.key).words]
    candidates = general or drawing or template.sections
    return candidates[0].key
