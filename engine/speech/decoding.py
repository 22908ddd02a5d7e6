"""Sound files of every usual kind to samples, through FFmpeg's libraries. The only module that imports av."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import UserError
from engine.speech.errors import UnreadableSound
from engine.speech.sound import RATE, SAMPLE_BYTES, loudness

if TYPE_CHECKING:
    from av import AudioFrame

STRETCH_SAMPLES = RATE * 5


def decode(path: Path, deliver: Callable[[bytes, float], None]) -> tuple[int, float]:
    """Give a file's sound in stretches, each with the length of the whole in seconds (0 where the file does not say).

    Returns how many samples there were, and the loudest (0 to 1). A file that is damaged in the middle is read as far
    as it goes. Raises UnreadableSound, and what deliver raises.
    """
    import av

    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise UnreadableSound(
                    f"{path.name} holds no sound.", "Choose the recording itself, or a video that has sound."
                )
            total_s = container.duration / av.time_base if container.duration else 0.0
            samples, loudest = _deliver(_blocks(container), lambda sound: deliver(sound, total_s))
    except (av.FFmpegError, OSError) as error:
        raise _unreadable(path, error) from error
    if not samples:
        raise UnreadableSound(f"{path.name} is empty: there is no sound in it.", "Check that it was copied whole.")
    return samples, loudest


def _deliver(blocks: Iterator[bytes], deliver: Callable[[bytes], None]) -> tuple[int, float]:
    waiting, samples, loudest = bytearray(), 0, 0.0
    for block in blocks:
        waiting += block
        while len(waiting) >= STRETCH_SAMPLES * SAMPLE_BYTES:
            stretch = bytes(waiting[: STRETCH_SAMPLES * SAMPLE_BYTES])
            del waiting[: len(stretch)]
            samples, loudest = samples + STRETCH_SAMPLES, max(loudest, loudness(stretch))
            deliver(stretch)
    if waiting:
        samples, loudest = samples + len(waiting) // SAMPLE_BYTES, max(loudest, loudness(bytes(waiting)))
        deliver(bytes(waiting))
    return samples, loudest


def _blocks(container: Any) -> Iterator[bytes]:
    import av

    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    try:
        for frame in container.decode(audio=0):
            frame.pts = None  # gaps in a file's own clock are no reason to stop
            yield from map(_samples, resampler.resample(frame))
    except av.InvalidDataError:
        pass  # cut off or damaged from here on: what came before is worth having
    yield from map(_samples, resampler.resample(None))


def _samples(frame: AudioFrame) -> bytes:
    return bytes(frame.planes[0])[: frame.samples * SAMPLE_BYTES]


def _unreadable(path: Path, error: Exception) -> UserError:
    if isinstance(error, FileNotFoundError):
        return UnreadableSound(f"There is no file {path.name} there.", "Check its name and folder.")
    if isinstance(error, PermissionError):
        return UnreadableSound(f"{path.name} may not be read.", "Check the rights of the file.")
    return UnreadableSound(
        f"{path.name} is no sound file that Chartside can read, or it is damaged.",
        "Use WAV, MP3, M4A, OGG, FLAC or MP4; play it to check that it is whole.",
        f"{type(error).__name__}: {error}",
    )
