"""What was said and is not in the note, with the section where it belongs and a sentence to put there."""

from __future__ import annotations

from msgspec import structs

from engine.evidence.omissions import SourceOmission, find_omissions
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
_NAMED = {OmissionKind.ALLERGY: "allerg", OmissionKind.DRUG: "medic", OmissionKind.VITAL: "vital"}


def find_omitted(
    note: Note, template: NoteTemplate, spoken: Spoken, talk: Talk, words: VisitWords
) -> list[NoteOmission]:
    """The facts that no section tells; those that the note has dismissed stay so."""
    text = "\n\n".join(section.text for section in note.sections)
    dismissed = {(each.kind, each.name) for each in note.omissions if each.dismissed}
    found = find_omissions(text, [spoken.source], spoken.lexicons, index=spoken.index)
    made = [_note_omission(each, template, spoken, talk, words) for each in found]
    return [structs.replace(each, dismissed=(each.kind, each.name) in dismissed) for each in made]


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
