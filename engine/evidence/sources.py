"""What a text is compared with: passages, whole files, or transcripts with speakers."""

from __future__ import annotations

from msgspec import Struct, field

from engine.types import PageText


class SpeakerTurn(Struct, frozen=True):
    """What one person said in one go: text[start:end] of its source; seconds from the start where they are known."""

    speaker: str
    start: int
    end: int
    begins_s: float | None = None
    ends_s: float | None = None


class SourceText(Struct, frozen=True):
    """One source. Offsets of pages and turns are into text; key and offset say where text stands in the caller's own
    document (offset is that of text's first character)."""

    name: str
    text: str
    pages: list[PageText] = field(default_factory=list)
    turns: list[SpeakerTurn] = field(default_factory=list)
    key: int = 0
    offset: int = 0
