"""How a voice sounds, in a few numbers, to tell two people in one room apart. In the speech child."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from engine.speech.sound import RATE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LEAST = RATE // 2
_FRAME, _HOP, _FFT = RATE * 25 // 1000, RATE // 100, 512
_BANDS, _COEFFICIENTS = 26, 12
_LOWEST_HZ, _HIGHEST_HZ = 100.0, 7000.0
# Pitch of speech, from low men to children; frames of a clear pitch only.
_PITCH_HZ = (70.0, 400.0)
_CLEAR, _LEAST_CLEAR_FRAMES = 0.5, 10
# What one unit is: about how far sentences of the same person spread, measured on read speech of 14 people.
_PITCH_SCALE = 0.1  # octaves
_TIMBRE_SCALES = (1.9, 1.5, 1.5, 1.1, 0.8, 0.7, 0.55, 0.5, 0.5, 0.4, 0.4, 0.4)


def voice_of(samples: NDArray[np.float32]) -> list[float]:
    """Pitch, then mel-frequency cepstral coefficients 1 to 12 (Davis and Mermelstein 1980), means over what is loud.

    Scaled so that sentences of one person spread by about 1 in each. Empty where there is too little speech.
    """
    import numpy as np

    if len(samples) < _LEAST:
        return []
    starts = np.arange(0, len(samples) - _FRAME, _HOP)
    frames = samples[starts[:, None] + np.arange(_FRAME)].astype(np.float64)
    energy = (frames**2).mean(axis=1)
    loud = frames[energy >= np.median(energy)]
    pitch = _pitch(loud)
    if pitch is None:
        return []
    spectrum = np.abs(np.fft.rfft(loud * np.hanning(_FRAME), _FFT)) ** 2
    bands = np.log(spectrum @ _mel_filters().T + 1e-10)
    angles = np.pi / _BANDS * (np.arange(_BANDS) + 0.5) * np.arange(1, _COEFFICIENTS + 1)[:, None]
    timbre = (bands @ np.cos(angles).T).mean(axis=0) * np.sqrt(2.0 / _BANDS)
    return [round(pitch / _PITCH_SCALE, 3), *(timbre / _TIMBRE_SCALES).round(3).tolist()]


def _pitch(frames: NDArray[np.float64]) -> float | None:
    """Median pitch by autocorrelation, as octaves above 1 Hz; None where hardly any frame is voiced."""
    import numpy as np

    spectrum = np.abs(np.fft.rfft(frames - frames.mean(axis=1, keepdims=True), 2 * _FFT)) ** 2
    correlation = np.fft.irfft(spectrum)[:, :_FRAME]
    shortest, longest = int(RATE / _PITCH_HZ[1]), int(RATE / _PITCH_HZ[0])
    # The product of shorter and shorter overlaps falls off; made good, or low voices would sound high.
    overlap = 1.0 - np.arange(_FRAME) / _FRAME
    normal = correlation[:, shortest:longest] / (correlation[:, :1] + 1e-12) / overlap[shortest:longest]
    lags = normal.argmax(axis=1)
    clear = normal[np.arange(len(normal)), lags] > _CLEAR
    if clear.sum() < _LEAST_CLEAR_FRAMES:
        return None
    return float(np.median(np.log2(RATE / (lags[clear] + shortest))))


@cache
def _mel_filters() -> NDArray[np.float64]:
    import numpy as np

    low, high = (2595.0 * np.log10(1.0 + each / 700.0) for each in (_LOWEST_HZ, _HIGHEST_HZ))
    edges = 700.0 * (10.0 ** (np.linspace(low, high, _BANDS + 2) / 2595.0) - 1.0)
    places = np.linspace(0.0, RATE / 2, _FFT // 2 + 1)
    rising = (places - edges[:-2, None]) / (edges[1:-1, None] - edges[:-2, None])
    falling = (edges[2:, None] - places) / (edges[2:, None] - edges[1:-1, None])
    filters: NDArray[np.float64] = np.clip(np.minimum(rising, falling), 0.0, None)
    return filters
