"""Progress of a download or import, limited to a rate that a window can draw."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from engine.types import FetchProgress, FetchStage

__all__ = ["FetchProgress", "FetchStage", "OnProgress", "ProgressMeter"]

OnProgress = Callable[[FetchProgress], None]

_INTERVAL_S = 0.1
_WINDOW_S = 5.0


class ProgressMeter:
    """Counts the bytes of one model over all its files and tells a listener at most ten times a second.

    The speed is the mean over the last five seconds, so that it neither jumps nor remembers an hour's pause.
    """

    def __init__(
        self,
        model_id: str,
        total: int,
        listener: OnProgress | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._model_id = model_id
        self._listener = listener
        self._clock = clock
        self._told_at = float("-inf")
        self._marks: deque[tuple[float, int]] = deque()
        self._stage = FetchStage.CONNECTING
        self.total = total
        self.done = 0

    def stage(self, stage: FetchStage) -> None:
        """Enter a stage; it is told at once. A change of stage starts the speed anew."""
        if stage is not self._stage:
            self._marks.clear()
        self._stage = stage
        self._tell()

    def at(self, done: int) -> None:
        """Say how many bytes are done now (it may go back, where damaged bytes were thrown away)."""
        if done < self.done:
            self._marks.clear()
        self.done = done
        now = self._clock()
        self._marks.append((now, done))
        while now - self._marks[0][0] > _WINDOW_S:
            self._marks.popleft()
        if now - self._told_at >= _INTERVAL_S or done == self.total:
            self._tell()

    def _tell(self) -> None:
        self._told_at = self._clock()
        if self._listener is not None:
            self._listener(FetchProgress(self._model_id, self.done, self.total, self._speed(), self._stage))

    def _speed(self) -> float:
        if len(self._marks) < 2:
            return 0.0
        (start, before), (end, after) = self._marks[0], self._marks[-1]
        return (after - before) / (end - start) if end > start else 0.0
