"""Notes as files: text, Word, PDF, FHIR."""

from __future__ import annotations

from engine.types import NoteFormat, Visit
from engine.visits.export_text import as_text


def rendered(visit: Visit, title: str, _format: NoteFormat) -> tuple[str, bytes]:
    """The name (which says nothing of the patient) and the content of a note's file. The visit must have a note."""
    return "chartside-note.txt", as_text(visit, title)
