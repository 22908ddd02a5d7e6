"""What a text is checked against: passages, whole documents or transcripts as plain text with exact offsets."""

from __future__ import annotations

from msgspec import Struct, field

from engine.types import PageText


class SpeakerTurn(Struct, frozen=True):
    """Words of one speaker: [start, end) of the source's text; seconds into the recording where they are known."""

    speaker: str
    start: int
    end: int
    begins_s: float | None = None
    ends_s: float | None = None


class SourceText(Struct, frozen=True):
    """A source by its name. key and offset are the caller's: a document's id and where in it the text begins."""

    name: str
    text: str
    pages: list[PageText] = field(default_factory=list)
    turns: list[SpeakerTurn] = field(default_factory=list)
    key: int = 0
    offset: int = 0
