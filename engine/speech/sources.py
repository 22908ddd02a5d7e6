"""Where recorded sound comes from: a microphone, or a sound file in its place.

A file takes the microphone's place where CHARTSIDE_MICROPHONE_FILE names one (tests, and a look at the program on a
computer without a microphone); CHARTSIDE_MICROPHONE_SPEED makes it come that many times faster than it was spoken.
"""

from __future__ import annotations

import os
import threading
import time
import wave
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from engine.errors import UserError
from engine.speech.errors import NoMicrophone
from engine.speech.resampling import Resampler
from engine.speech.sound import SAMPLE_BYTES
from engine.types import Microphone

FILE_VARIABLE = "CHARTSIDE_MICROPHONE_FILE"
SPEED_VARIABLE = "CHARTSIDE_MICROPHONE_SPEED"
BLOCK_S = 0.1

Deliver = Callable[[bytes], None]
Failed = Callable[[UserError], None]


class SoundSource(Protocol):
    """Gives sound (see engine.speech.sound) while it runs; may be started again after a stop."""

    def start(self, deliver: Deliver, failed: Failed) -> None:
        """deliver is called about every BLOCK_S, b"" while there is no sound, and failed once where the source ends by
        itself; both from a thread of the source, both quick. Raises NoMicrophone."""
        ...

    def stop(self) -> None:
        """deliver is not called any more when this returns. Safe to call twice."""
        ...


class SoundSources:
    """The sound inputs of this computer, or the file that stands in for them."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        found = os.environ if environment is None else environment
        self._file = found.get(FILE_VARIABLE, "")
        self._speed = float(found.get(SPEED_VARIABLE, "") or 1.0)

    def microphones(self) -> list[Microphone]:
        """The usual one first. Raises NoMicrophone where sound input cannot work at all."""
        if self._file:
            return [Microphone("file", Path(self._file).name, default=True)]
        from engine.speech.microphone import microphones

        return microphones()

    def open(self, microphone: str = "") -> SoundSource:
        """A microphone by its id, "" the usual one; it is not started. Raises NoMicrophone."""
        if self._file:
            return FileSource(Path(self._file), self._speed)
        from engine.speech.microphone import MicrophoneSource

        return MicrophoneSource(microphone)


class FileSource:
    """A WAV file (16 bits) as the microphone. After its end there is silence."""

    def __init__(self, path: Path, speed: float = 1.0) -> None:
        self._path = path
        self._speed = speed
        self._reader: wave.Wave_read | None = None
        self._resampler: Resampler | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, deliver: Deliver, failed: Failed) -> None:  # noqa: ARG002 - a file does not go away
        if self._reader is None:
            self._reader = _opened(self._path)
            self._resampler = Resampler(self._reader.getframerate(), self._reader.getnchannels())
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(deliver,), name="sound-file", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self, deliver: Deliver) -> None:
        assert self._reader is not None
        assert self._resampler is not None
        frames = round(self._reader.getframerate() * BLOCK_S)
        begun, blocks = time.monotonic(), 0
        while not self._stopping.is_set():
            deliver(self._resampler.take(self._reader.readframes(frames)))
            blocks += 1
            # By the clock, so that a late wake-up is made good and the speed is what it is said to be.
            due = begun + blocks * BLOCK_S / self._speed
            self._stopping.wait(max(0.0, due - time.monotonic()))


def _opened(path: Path) -> wave.Wave_read:
    try:
        reader = wave.open(str(path), "rb")  # noqa: SIM115 - it lives as long as the source
    except (OSError, EOFError, wave.Error) as error:
        raise NoMicrophone(
            f"The sound file {path.name}, which stands in for the microphone, could not be read.",
            f"Check {FILE_VARIABLE}: it must name a WAV file.",
            str(error),
        ) from error
    if reader.getsampwidth() != SAMPLE_BYTES:
        reader.close()
        raise NoMicrophone(
            f"The sound file {path.name}, which stands in for the microphone, does not have 16-bit samples.",
            "Save it as a WAV file with 16 bits.",
        )
    return reader
