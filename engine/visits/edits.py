"""Changes of a note by a person, as values: a note goes in, the changed one comes out; the check follows elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from msgspec.structs import replace

from engine.errors import UserError
from engine.types import Finding, Note, NoteSection, NoteSentence, NoteTemplate, Verdict

T = TypeVar("T")

LONGEST_SECTION = 50_000
_BULLETS = ("- ", "• ", "* ")


def empty_note(template: NoteTemplate) -> Note:
    """A note with the sections of a template and nothing in them."""
    return Note(template.id, [NoteSection(each.key, each.title) for each in template.sections])


def section_of(note: Note, key: str) -> NoteSection:
    """Raises UserError where the note has no such section."""
    found = next((each for each in note.sections if each.key == key), None)
    if found is None:
        raise UserError("This section is not in the note.", "Write the note anew with the template that has it.")
    return found


def with_section(note: Note, section: NoteSection) -> Note:
    """The note with this section in the place of the one with its key; a new one goes to the end."""
    if all(each.key != section.key for each in note.sections):
        return replace(note, sections=[*note.sections, section])
    return replace(note, sections=[section if each.key == section.key else each for each in note.sections])


def with_text(note: Note, key: str, text: str) -> Note:
    """The note with another text in a section. Sentences that are still in it keep what is known of them."""
    if len(text) > LONGEST_SECTION:
        raise UserError(f"The section is longer than {LONGEST_SECTION} characters.", "Shorten it.")
    section = section_of(note, key)
    return with_section(note, replace(section, text=text, sentences=_still_there(section, text)))


def with_confirmed(note: Note, key: str, sentence: str, confirmed: bool) -> Note:
    """The note with a sentence confirmed, or not any more. Raises UserError where it is not in the section."""
    section = section_of(note, key)
    wanted = _words(sentence)
    if all(_words(each.text) != wanted for each in section.sentences):
        raise UserError("This sentence is not in the note any more.", "Look at the section again.")
    sentences = [
        replace(each, confirmed=confirmed) if _words(each.text) == wanted else each for each in section.sentences
    ]
    return with_section(note, replace(section, sentences=sentences))


def with_omission(note: Note, index: int) -> Note:
    """The note with an omission's suggestion at the end of its section, and the omission gone."""
    omission = _at(note.omissions, index, "This fact is not in the list any more.")
    key = omission.section if any(each.key == omission.section for each in note.sections) else _last_key(note)
    left = [each for number, each in enumerate(note.omissions) if number != index]
    return replace(_appended(note, key, omission.suggestion), omissions=left)


def with_dismissed(note: Note, index: int, dismissed: bool) -> Note:
    """The note with the decision that an omission stays out, or is to be thought of again."""
    omission = _at(note.omissions, index, "This fact is not in the list any more.")
    changed = replace(omission, dismissed=dismissed)
    return replace(note, omissions=[changed if number == index else each for number, each in enumerate(note.omissions)])


def with_removed(note: Note, index: int) -> Note:
    """The note with a sentence that was kept out of it back at the end of its section."""
    sentence = _at(note.removed, index, "This sentence is not in the list any more.")
    key = sentence.section if any(each.key == sentence.section for each in note.sections) else _last_key(note)
    left = [each for number, each in enumerate(note.removed) if number != index]
    back = _appended(note, key, sentence.text, sentence.verdict)
    return replace(back, removed=left)


def carried_over(before: Note, checked: Note) -> Note:
    """A checked note with what people decided about it before: sentences confirmed, facts left out."""
    confirmed = {
        (each.key, _words(sentence.text))
        for each in before.sections
        for sentence in each.sentences
        if sentence.confirmed
    }
    dismissed = {(each.kind, each.name) for each in before.omissions if each.dismissed}

    def decided(section: NoteSection) -> NoteSection:
        return replace(
            section,
            sentences=[
                replace(each, confirmed=each.confirmed or (section.key, _words(each.text)) in confirmed)
                for each in section.sentences
            ],
        )

    return replace(
        checked,
        sections=[decided(each) for each in checked.sections],
        omissions=[
            replace(each, dismissed=each.dismissed or (each.kind, each.name) in dismissed) for each in checked.omissions
        ],
    )


def _appended(note: Note, key: str, sentence: str, verdict: Verdict = Verdict.NO_CLAIM) -> Note:
    section = section_of(note, key)
    text = section.text.rstrip()
    last = text.rsplit("\n", 1)[-1].lstrip()
    bullet = next((mark for mark in _BULLETS if last.startswith(mark)), "")
    lead = "\n" + bullet if bullet else " " if text else ""
    start = len(text) + len(lead)
    added = NoteSentence(sentence, start, start + len(sentence), verdict)
    changed = replace(section, text=text + lead + sentence, sentences=[*_still_there(section, text), added])
    return with_section(note, changed)


def _still_there(section: NoteSection, text: str) -> list[NoteSentence]:
    """The sentences whose words stand in text, at their new places; a repeated one is found once each time."""
    kept: list[NoteSentence] = []
    position = 0
    for each in section.sentences:
        at = text.find(each.text, position)
        if at < 0:
            continue
        moved = at - each.start
        findings = [replace(f, finding=_moved(f.finding, moved)) for f in each.findings]
        kept.append(replace(each, start=at, end=at + len(each.text), findings=findings))
        position = at + len(each.text)
    return kept


def _last_key(note: Note) -> str:
    if not note.sections:
        raise UserError("The note has no section.", "Write the note anew.")
    return note.sections[-1].key


def _words(text: str) -> str:
    return " ".join(text.split())


def _at(things: Sequence[T], index: int, problem: str) -> T:
    if not 0 <= index < len(things):
        raise UserError(problem, "Look at the note again.")
    return things[index]


def _moved(finding: Finding, by: int) -> Finding:
    return replace(finding, start=finding.start + by, end=finding.end + by)
