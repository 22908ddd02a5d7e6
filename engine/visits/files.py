"""Notes as files: text, Word, PDF, FHIR."""

from __future__ import annotations

from typing import Any

import msgspec

from engine.types import NoteFormat, Visit
from engine.visits.export_docx import as_docx
from engine.visits.export_fhir import as_fhir
from engine.visits.export_pdf import as_pdf
from engine.visits.export_text import as_text

_WRITERS = {
    NoteFormat.TEXT: ("txt", as_text),
    NoteFormat.DOCX: ("docx", as_docx),
    NoteFormat.PDF: ("pdf", as_pdf),
    NoteFormat.FHIR: ("json", as_fhir),
}


def rendered(visit: Visit, title: str, format: NoteFormat) -> tuple[str, bytes]:
    """The name (which says nothing of the patient) and the content of a note's file. The visit must have a note."""
    ending, write = _WRITERS[format]
    return f"chartside-note.{ending}", write(msgspec.convert(_writable(msgspec.to_builtins(visit)), Visit), title)


def _writable(value: Any) -> Any:
    """The same with a space for each character that no XML may hold: what was pasted may hold any. Offsets stay."""
    if isinstance(value, str):
        return "".join(char if char in "\n\t" or _in_xml(ord(char)) else " " for char in value)
    if isinstance(value, list | tuple):
        return [_writable(each) for each in value]
    return {name: _writable(each) for name, each in value.items()} if isinstance(value, dict) else value


def _in_xml(code: int) -> bool:
    """https://www.w3.org/TR/xml/#charsets, without the control characters that it discourages."""
    return 0x20 <= code < 0x7F or 0xA0 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or code >= 0x10000
