"""What was said: recorded, dictated, read from a file or pasted."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct, field

from engine.types.models import ModelRef


class Word(Struct, frozen=True, array_like=True):
    """A recognized word: its place in its utterance's text, seconds from the start, and how sure the recognizer was."""

    start: int
    end: int
    begins_s: float
    ends_s: float
    probability: float = 1.0


class Utterance(Struct, frozen=True):
    """What one speaker said in one go. id stays when others are edited or added; unique within its transcript.

    Times are seconds from the start of the sound, None where it has none. edited: a person corrected it, so that
    nothing may overwrite it. heard: what was recognized before that.
    """

    id: int
    speaker: str
    text: str
    begins_s: float | None = None
    ends_s: float | None = None
    words: list[Word] = field(default_factory=list)
    edited: bool = False
    heard: str = ""


class TranscriptOrigin(StrEnum):
    RECORDED = "recorded"
    SOUND_FILE = "sound file"
    TEXT_FILE = "text file"
    PASTED = "pasted"
    DICTATED = "dictated"


class Mark(Struct, frozen=True):
    """A moment that somebody marked while recording."""

    at_s: float
    label: str = ""


class Transcript(Struct, frozen=True):
    """A whole consultation. seconds: length of the sound, 0 without one. dropped: what was taken for noise or for a
    recognizer's invention and left out, in words for the reader ("a loop of 14 words at 03:10")."""

    utterances: list[Utterance] = field(default_factory=list)
    origin: TranscriptOrigin = TranscriptOrigin.PASTED
    seconds: float = 0.0
    marks: list[Mark] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    model: ModelRef | None = None


class Microphone(Struct, frozen=True):
    """A sound input of this computer."""

    id: str
    name: str
    default: bool = False


class RecordingState(StrEnum):
    RECORDING = "recording"
    PAUSED = "paused"
    FINISHING = "finishing"
    ENDED = "ended"


class RecordingEvent(Struct, frozen=True):
    """News of a recording: at least ten a second while it runs. level: loudness of the last moment, 0 to 1 (full
    scale). seconds: recorded so far, pauses not counted. heard_s: so far it is transcribed. utterances: new ones, or
    ones that replace those of the same id. problem, advice: what goes wrong ("" when nothing); recording goes on unless
    the state is ENDED.
    """

    state: RecordingState
    seconds: float = 0.0
    level: float = 0.0
    heard_s: float = 0.0
    utterances: list[Utterance] = field(default_factory=list)
    problem: str = ""
    advice: str = ""


class TranscribeProgress(Struct, frozen=True):
    """Seconds of sound done, of how many; utterances that are new."""

    done_s: float
    total_s: float
    utterances: list[Utterance] = field(default_factory=list)
