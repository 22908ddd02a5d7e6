"""A note as plain text, with the marks of its sentences."""

from __future__ import annotations

from engine.types import Visit
from engine.visits.heading import facts, local, signature_lines
from engine.visits.marks import LEGEND, LIMITS, marked_text


def as_text(visit: Visit, title: str) -> bytes:
    """The note of a visit as UTF-8 text. The visit must have a note."""
    parts = [title.upper(), "\n".join(f"{name}: {value}" for name, value in facts(visit))]
    sections = visit.note.sections if visit.note is not None else []
    parts += [f"{each.title}\n{'-' * len(each.title)}\n{marked_text(each)}" for each in sections if each.text.strip()]
    parts.append("\n".join(signature_lines(visit)))
    parts += [f"Addendum by {each.name}, {local(each.at)}\n{each.text}" for each in visit.addenda]
    legend = "   ".join(f"{sign} {meaning}" for sign, meaning in LEGEND)
    parts.append(f"{legend}\n{LIMITS}")
    return ("\n\n".join(parts) + "\n").encode()
