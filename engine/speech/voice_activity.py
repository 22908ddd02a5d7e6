"""Where somebody speaks: Silero's voice activity detector, as faster-whisper ships it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.speech.sound import RATE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# A shorter pause does not part two stretches.
_PAUSE_MS = 250
# Consonants at the ends are quiet: so much more is taken on each side.
_PAD_MS = 120
_LEAST_MS = 120


class Run(NamedTuple):
    """Samples [begin, end) in which somebody speaks."""

    begin: int
    end: int


def find_speech(samples: NDArray[np.float32]) -> list[Run]:
    """The stretches of speech, in order."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    if not len(samples):
        return []
    options = VadOptions(min_speech_duration_ms=_LEAST_MS, min_silence_duration_ms=_PAUSE_MS, speech_pad_ms=_PAD_MS)
    found = get_speech_timestamps(samples, options, RATE)
    return [Run(int(each["start"]), min(int(each["end"]), len(samples))) for each in found]
