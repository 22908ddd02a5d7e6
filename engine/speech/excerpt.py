"""Speech without the long pauses between it, and the way back to when it was said."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.speech.sound import RATE
from engine.speech.voice_activity import Run

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# So much of a pause stays: sentences end in pauses, and the recognizer's punctuation with them.
_PAUSE = RATE * 6 // 10


class Excerpt:
    """The sound of some runs; long pauses are shortened, in the middle."""

    def __init__(self, samples: NDArray[np.float32], runs: Sequence[Run]) -> None:
        import numpy as np

        self.runs = list(runs)
        pieces: list[Run] = []
        for run in runs:
            if pieces and run.begin - pieces[-1].end <= _PAUSE:
                pieces[-1] = Run(pieces[-1].begin, run.end)
                continue
            if pieces:
                pieces[-1] = Run(pieces[-1].begin, pieces[-1].end + _PAUSE // 2)
            pieces.append(Run(max(0, run.begin - (_PAUSE // 2 if pieces else 0)), run.end))
        self._pieces = pieces
        self._starts = [0]
        for piece in pieces[:-1]:
            self._starts.append(self._starts[-1] + piece.end - piece.begin)
        self.samples = np.concatenate([samples[piece.begin : piece.end] for piece in pieces])

    def original(self, at_s: float) -> float:
        """The moment of the window, in seconds, that stands at a moment of the excerpt."""
        sample = max(0, round(at_s * RATE))
        number = bisect_right(self._starts, sample) - 1
        piece = self._pieces[number]
        return min(piece.begin + sample - self._starts[number], piece.end) / RATE

    def run_at(self, begins_s: float, ends_s: float) -> int:
        """The number of the run that a word of the window lies in, or nearest to."""
        middle = (begins_s + ends_s) / 2 * RATE
        return min(range(len(self.runs)), key=lambda number: _distance(self.runs[number], middle))


def _distance(run: Run, sample: float) -> float:
    return max(run.begin - sample, sample - run.end, 0.0)
