"""Stores sound as it comes from a source, on a thread of its own."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable

from engine.errors import UserError
from engine.speech import sound as sounds

_logger = logging.getLogger(__name__)


class Intake:
    """Sound on its way into a store. on_stored and on_failure are called from its thread."""

    def __init__(
        self, store: sounds.SoundStore, on_stored: Callable[[], None], on_failure: Callable[[UserError], None]
    ) -> None:
        """on_failure: nothing more can be stored; what comes from then on is let go."""
        self._store = store
        self._on_stored = on_stored
        self._on_failure = on_failure
        self._arrived: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._storing = True
        self._paused = False
        self._quiet = False
        self._level = 0.0
        self._last_arrival = time.monotonic()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recording-store", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def take(self, block: bytes) -> None:
        """Sound that has come, b"" for none; quick."""
        self._last_arrival = time.monotonic()
        self._arrived.put(block)

    def pause(self) -> None:
        """No more comes until resume()."""
        self._paused, self._level = True, 0.0
        self._arrived.put(b"")

    def resume(self) -> None:
        """Sound comes again."""
        self._last_arrival = time.monotonic()
        self._paused = self._quiet = False

    def end(self) -> None:
        """Nothing comes any more."""
        self._arrived.put(None)

    @property
    def quiet(self) -> bool:
        """Whether nothing comes now, and all that came before is stored."""
        return self._quiet or self._ended.is_set()

    @property
    def ended(self) -> bool:
        """Whether nothing comes any more, and all that came is stored."""
        return self._ended.is_set()

    @property
    def silent_s(self) -> float:
        """How long the source has not called."""
        return time.monotonic() - self._last_arrival

    def level(self) -> float:
        """The loudest since this was last asked, from 0 to 1."""
        level, self._level = self._level, 0.0
        return level

    def wait(self) -> None:
        """Until it has ended."""
        self._ended.wait()

    def _run(self) -> None:
        try:
            self._take_in()
        except Exception as error:  # the recording ends, in words, and nobody waits for it in vain
            _logger.error("recording_not_stored", exc_info=error)
            self._on_failure(_own_mistake(error))
        finally:
            self._ended.set()
            self._on_stored()

    def _take_in(self) -> None:
        waiting = bytearray()
        while (block := self._arrived.get()) is not None:
            self._level = max(self._level, sounds.loudness(block))
            waiting += block
            pausing = self._paused and not block
            if pausing or len(waiting) >= sounds.PIECE_SAMPLES * sounds.SAMPLE_BYTES:
                self._put_away(waiting)
            self._quiet = self._quiet or pausing
        self._put_away(waiting)

    def _put_away(self, waiting: bytearray) -> None:
        """Store what waits."""
        try:
            if waiting and self._storing:
                self._store.append(bytes(waiting))
        except UserError as error:
            self._storing = False  # what comes later would stand in the wrong place
            self._on_failure(error)
        waiting.clear()
        self._on_stored()


def _own_mistake(error: Exception) -> UserError:
    return UserError(
        "The recording ended: Chartside made a mistake of its own.",
        "What was recorded until then is kept. Begin to record again.",
        type(error).__name__,
    )
