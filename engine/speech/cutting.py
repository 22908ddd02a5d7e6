"""Where a window of sound is cut: in pauses, so that no word is torn, and soon where text is wanted soon."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from engine.speech.messages import WINDOW_S
from engine.speech.sound import RATE
from engine.speech.voice_activity import Run

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Somebody may be about to speak: so much of the silence at the end waits for the next window.
_ONSET = RATE // 2
# A recognizer pass costs the same for short and long stretches, and hears better what stands among other words: with
# less speech before it, a pause is not taken yet.
_ENOUGH, _CLEAR_PAUSE = 8 * RATE, RATE * 6 // 10
_OVER = RATE * 5 // 2  # whoever is silent for so long has finished
_FULL = int((WINDOW_S - 1.0) * RATE)
_BREATH = RATE // 5


class Cut(NamedTuple):
    """Runs to recognize now; done: samples of the window that are not needed any more then."""

    runs: list[Run]
    done: int


def cut(samples: NDArray[np.float32], runs: Sequence[Run], *, last: bool, soon: bool) -> Cut:
    """What to recognize of a window now. last: nothing follows it."""
    length = len(samples)
    if last:
        return Cut(list(runs), length)
    if not runs:
        return Cut([], max(0, length - _ONSET))
    place = _place(samples, runs, soon=soon)
    if place is None:
        return Cut([], max(0, runs[0].begin - _ONSET))
    return Cut([Run(run.begin, min(run.end, place)) for run in runs if run.begin < place], place)


def _place(samples: NDArray[np.float32], runs: Sequence[Run], *, soon: bool) -> int | None:
    length = len(samples)
    # The ends are padded: of the silence behind the last run some belongs to the next one.
    pauses = [(after.begin - before.end, (before.end + after.begin) // 2) for before, after in pairwise(runs)]
    rest = length - runs[-1].end
    pauses.append((rest, max(runs[-1].end, length - _ONSET)))
    if soon:
        spoken, best = 0, None
        for run, (pause, place) in zip(runs, pauses, strict=True):
            spoken += run.end - run.begin
            if pause >= _CLEAR_PAUSE and spoken >= _ENOUGH:
                best = place
        if best is not None or rest >= _OVER:
            return best if rest < _OVER else pauses[-1][1]
    if length < _FULL:
        return None
    late = [pause for pause in pauses if pause[1] > length // 2 and pause[0] > 0]
    return max(late)[1] if late else _quietest(samples)


def _quietest(samples: NDArray[np.float32]) -> int:
    """The quietest moment of the last third, of somebody who makes no pause."""
    import numpy as np

    begin = len(samples) * 2 // 3
    energy = np.convolve(samples[begin:] ** 2, np.ones(_BREATH), mode="valid")
    return int(begin + energy.argmin() + _BREATH // 2)
