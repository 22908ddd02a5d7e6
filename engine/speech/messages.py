"""What the speech child is asked, and what it answers. Every call is short but decoding, so that none waits long."""

from __future__ import annotations

from msgspec import Struct, field

from engine.workers.protocol import Empty, Method


class LoadRecognizer(Struct, frozen=True):
    """folder: that of the speech model."""

    folder: str


class Hear(Struct, frozen=True):
    """Sound to recognize (see engine.speech.sound), at most WINDOW_S of it, from where the last call's reply ended.

    last: nothing follows, so that all of it is recognized. soon: text is wanted quickly, at the price of shorter
    stretches. tentative: the rest behind the last pause is recognized too, to be shown until it is replaced.
    language: "en"; "" finds out. hint: words that may occur.
    """

    folder: str
    sound: bytes
    last: bool = False
    soon: bool = False
    tentative: bool = False
    language: str = ""
    hint: str = ""


class HeardWord(Struct, frozen=True, array_like=True):
    """text has the white space before it as it was recognized. Seconds from the beginning of the call's sound."""

    text: str
    begins_s: float
    ends_s: float
    probability: float


class Stretch(Struct, frozen=True):
    """Words between two pauses. voice: numbers in which two voices differ; empty where it is too short to tell."""

    words: list[HeardWord]
    voice: list[float] = field(default_factory=list)


class Dropped(Struct, frozen=True):
    """What was left out: "loop", "noise" or "invention", and how many words. Seconds as in HeardWord."""

    kind: str
    words: int
    begins_s: float


class Heard(Struct, frozen=True):
    """samples: so many of the sound are done with; the next call begins there. speech: some of it was speech."""

    samples: int
    stretches: list[Stretch] = field(default_factory=list)
    tentative: list[Stretch] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    speech: bool = False
    language: str = ""


class DecodeSound(Struct, frozen=True):
    """A sound or video file of the person's own, read where it stands."""

    path: str


class DecodedSound(Struct, frozen=True):
    """The next stretch of sound; total_s: length of the whole as the file states it, 0 where it does not."""

    sound: bytes
    total_s: float = 0.0


class DecodedAll(Struct, frozen=True):
    samples: int
    loudest: float


WINDOW_S = 30.0

LOAD: Method[LoadRecognizer, Empty, Empty] = Method("speech.load", LoadRecognizer, Empty, Empty)
HEAR: Method[Hear, Heard, Empty] = Method("speech.hear", Hear, Heard, Empty)
DECODE: Method[DecodeSound, DecodedAll, DecodedSound] = Method("speech.decode", DecodeSound, DecodedAll, DecodedSound)
