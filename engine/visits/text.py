"""Notes as plain text, and what in them is still marked."""

from __future__ import annotations

from collections.abc import Iterator

from engine.types import MarkedSentence, Note, NoteSection, NoteSentence, Verdict

_MARKED = frozenset({Verdict.DIFFERS, Verdict.NOT_FOUND})


def note_text(note: Note) -> str:
    """The whole note to be copied: titles above their sections; empty ones are left out."""
    return "\n\n".join(section_text(each) for each in note.sections if each.text.strip())


def note_words(note: Note) -> str:
    """What somebody wrote in it, without the titles that every note has: to be found by, and for a preview."""
    return "\n".join(each.text.strip() for each in note.sections if each.text.strip())


def section_text(section: NoteSection) -> str:
    return f"{section.title}\n{section.text.strip()}" if section.title else section.text.strip()


def marked(note: Note) -> Iterator[MarkedSentence]:
    """Sentences that the transcript does not say, or says otherwise, and that nobody has confirmed."""
    for section in note.sections:
        for sentence in section.sentences:
            if is_marked(sentence):
                yield MarkedSentence(section.key, sentence)


def is_marked(sentence: NoteSentence) -> bool:
    return sentence.verdict in _MARKED and not sentence.confirmed


def problems(note: Note) -> int:
    return sum(1 for _ in marked(note))
