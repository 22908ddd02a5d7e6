"""Sound as it is recorded, stored and recognized: one channel, 16 kHz, 16-bit samples, little endian."""

from __future__ import annotations

import io
import sys
import threading
import wave
from array import array
from typing import Protocol

RATE = 16_000
SAMPLE_BYTES = 2
# A kill or a power cut loses what was not stored yet: a piece is stored at once when it is this long.
PIECE_SAMPLES = RATE // 4
_FULL_SCALE = 32_768.0


class SoundStore(Protocol):
    """Keeps the sound of one recording. Thread-safe: one thread appends while others read."""

    def append(self, sound: bytes) -> None:
        """Add samples at the end, durable when this returns. Raises UserError (a full disk, a locked workspace)."""
        ...

    def samples(self) -> int:
        """How many samples are stored."""
        ...

    def read(self, begin: int, end: int) -> bytes:
        """The samples [begin, end), as far as they are there."""
        ...


class MemoryStore:
    """Sound that nobody keeps: a dictation, or a file that is transcribed only."""

    def __init__(self) -> None:
        self._sound = bytearray()
        self._lock = threading.Lock()

    def append(self, sound: bytes) -> None:
        with self._lock:
            self._sound += sound

    def samples(self) -> int:
        with self._lock:
            return len(self._sound) // SAMPLE_BYTES

    def read(self, begin: int, end: int) -> bytes:
        with self._lock:
            return bytes(self._sound[begin * SAMPLE_BYTES : end * SAMPLE_BYTES])


def seconds(samples: int) -> float:
    return samples / RATE


def samples_at(at_s: float) -> int:
    return max(0, round(at_s * RATE))


def loudness(sound: bytes) -> float:
    """The loudest sample, 0 to 1 (full scale)."""
    values = array("h", sound)
    if sys.byteorder == "big":
        values.byteswap()
    return max(abs(max(values)), abs(min(values))) / _FULL_SCALE if values else 0.0


def wav(store: SoundStore, begins_s: float, ends_s: float) -> bytes:
    """A stretch of sound as a WAV file, to be played."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(SAMPLE_BYTES)
        writer.setframerate(RATE)
        writer.writeframes(store.read(samples_at(begins_s), samples_at(ends_s)))
    return file.getvalue()
