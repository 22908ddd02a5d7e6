"""A note as plain text, with the marks of its sentences."""

from __future__ import annotations

from engine.types import Visit
from engine.visits.heading import facts, signature_lines
from engine.visits.marks import LEGEND, marked_text


def as_text(visit: Visit, title: str) -> bytes:
    """The note of a visit as UTF-8 text. The visit must have a note."""
    parts = [title.upper(), "\n".join(f"{name}: {value}" for name, value in facts(visit))]
    sections = visit.note.sections if visit.note is not None else []
    parts += [f"{each.title}\n{'-' * len(each.title)}\n{marked_text(each)}" for each in sections if each.text.strip()]
    parts += [f"Addendum, {each.name}, {each.at}\n{each.text}" for each in visit.addenda]
    parts += ["\n".join(signature_lines(visit)), LEGEND]
    return ("\n\n".join(parts) + "\n").encode()
