"""Sound of any rate and number of channels, as it comes, to one channel at 16 kHz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.speech.sound import RATE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Zero crossings of the windowed sinc on each side: more is sharper at the edge of the band, which speech does not need.
_CROSSINGS = 16


class Resampler:
    """Band-limited interpolation with a Hann-windowed sinc (Smith and Gossett 1984), block by block.

    What it gives lags by some milliseconds, which are not given at the end.
    """

    def __init__(self, rate: int, channels: int = 1) -> None:
        """rate in Hz."""
        self._rate = rate
        self._channels = channels
        self._step = rate / RATE
        # Below this share of the input's band; above RATE / 2 nothing may pass, or it would be heard at wrong pitches.
        self._cutoff = min(1.0, RATE / rate)
        self._reach = int(_CROSSINGS / self._cutoff) + 1
        self._pending: NDArray[np.float64] | None = None
        self._at = float(self._reach)  # of the next output sample, in samples of what is pending

    def take(self, block: bytes) -> bytes:
        """The next block of 16-bit samples (channels interleaved), resampled."""
        import numpy as np

        frames = np.frombuffer(block, dtype="<i2").reshape(-1, self._channels).astype(np.float64)
        mono = frames.mean(axis=1)
        if self._rate == RATE:
            return _as_bytes(mono)
        if self._pending is None:
            self._pending = np.zeros(self._reach)
        pending = np.concatenate([self._pending, mono])
        count = max(0, int(np.ceil((len(pending) - self._reach - 1 - self._at) / self._step)))
        times = self._at + self._step * np.arange(count, dtype=np.float64)
        result = self._interpolate(pending, times)
        self._at += self._step * count
        spent = max(0, int(self._at) - self._reach)
        self._pending = pending[spent:]
        self._at -= spent
        return _as_bytes(result)

    def _interpolate(self, values: NDArray[np.float64], times: NDArray[np.float64]) -> NDArray[np.float64]:
        import numpy as np

        if not len(times):
            return np.zeros(0)
        near = np.arange(-self._reach, self._reach + 1)
        places = times.astype(np.int64)[:, None] + near
        distance = places - times[:, None]
        window = np.where(np.abs(distance) < self._reach, 0.5 + 0.5 * np.cos(np.pi * distance / self._reach), 0.0)
        weights = self._cutoff * np.sinc(self._cutoff * distance) * window
        result: NDArray[np.float64] = (values[places] * weights).sum(axis=1)
        return result


def _as_bytes(values: NDArray[np.float64]) -> bytes:
    import numpy as np

    return np.clip(np.rint(values), -32_768, 32_767).astype("<i2").tobytes()
