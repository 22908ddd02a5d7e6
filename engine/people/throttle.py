"""Wrong passphrases make the next attempt wait: free for five, then 30 seconds, doubling to 15 minutes.

Kept in a file beside the key file, so that a restart does not help. Whoever can change that file can also copy the key
file and guess elsewhere, where only the cost of Argon2id slows them down: this is against fingers, not against thieves.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
from filelock import FileLock, Timeout
from msgspec import Meta, Struct, field

from engine.errors import TooManyAttempts, UserError
from engine.files import write_atomically
from engine.paths import private_folder

FREE = 5
FIRST_WAIT_S = 30
LONGEST_WAIT_S = 15 * 60
# What counts for a name that nobody has.
UNKNOWN = "unknown"

_LONGEST_FILE = 1 << 20
_LOCK_S = 5.0
_logger = logging.getLogger(__name__)

Count = Annotated[int, Meta(ge=0, le=1_000_000)]


class Tries(Struct, frozen=True):
    """Attempts on one slot since the last that was right. at: seconds since 1970, when the last one was made."""

    failed: Count = 0
    at: float = 0.0


class Untold(Struct, frozen=True):
    """Failures that stand in no audit yet, since nobody has signed in after them. first, last: ISO times."""

    count: Count
    first: str
    last: str


class _State(Struct):
    tries: dict[str, Tries] = field(default_factory=dict)
    untold: dict[str, Untold] = field(default_factory=dict)


class Throttle:
    """Attempts by slot id. Thread-safe, and safe between processes.

    A file that cannot be read counts as empty and one that cannot be written is logged: nobody is kept out of the
    workspace by a full disk.
    """

    def __init__(self, file: Path, clock: Callable[[], float] = time.time) -> None:
        self._file = file
        self._clock = clock
        self._guard = threading.Lock()

    def wait_s(self, slots: Sequence[str]) -> int:
        """Seconds until the next attempt on any of these slots may be made; 0 when it may be now."""
        with self._guard:
            return self._wait_s(self._load(), slots)

    def attempt(self, slots: Sequence[str]) -> None:
        """Count an attempt before it is made, so that ending the program in the middle gains nothing.

        Raises TooManyAttempts, and then it is not counted.
        """

        refused: list[int] = []

        def count(state: _State) -> None:
            now = self._clock()
            for slot, tries in state.tries.items():
                # The clock was set back: the wait begins again, or it would not end before the old time comes round.
                state.tries[slot] = Tries(tries.failed, min(tries.at, now))
            if wait := self._wait_s(state, slots):
                refused.append(wait)
                return
            for slot in slots or [UNKNOWN]:
                state.tries[slot] = Tries(min(state.tries.get(slot, Tries()).failed + 1, 1_000_000), now)

        self._change(count)
        if refused:
            raise TooManyAttempts(refused[0])

    def was_wrong(self, slots: Sequence[str]) -> None:
        """The attempt failed: it is told in the audit when somebody signs in next."""
        now = datetime.fromtimestamp(self._clock(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

        def note(state: _State) -> None:
            for slot in slots or [UNKNOWN]:
                before = state.untold.get(slot, Untold(0, now, now))
                state.untold[slot] = Untold(min(before.count + 1, 1_000_000), before.first, now)

        self._change(note)

    def was_right(self, slot: str) -> None:
        """Forget the attempts on a slot that has opened."""
        self._change(lambda state: state.tries.pop(slot, None))

    def untold(self) -> dict[str, Untold]:
        """Failures that stand in no audit yet, by slot."""
        with self._guard:
            return self._load().untold

    def told(self) -> None:
        """What untold() gave stands in the audit now."""
        self._change(lambda state: state.untold.clear())

    def _wait_s(self, state: _State, slots: Sequence[str]) -> int:
        now, longest = self._clock(), 0.0
        for slot in slots or [UNKNOWN]:
            tries = state.tries.get(slot)
            if tries is not None:
                longest = max(longest, min(_delay(tries.failed), tries.at + _delay(tries.failed) - now))
        return -int(-longest // 1) if longest > 0 else 0

    def _load(self) -> _State:
        try:
            if self._file.stat().st_size > _LONGEST_FILE:
                raise ValueError("too large to be ours")
            return msgspec.json.decode(self._file.read_bytes(), type=_State)
        except FileNotFoundError:
            return _State()
        except (OSError, ValueError) as error:
            _logger.warning("attempts_unreadable", extra={"fields": {"error": type(error).__name__}})
            return _State()

    def _change(self, change: Callable[[_State], object]) -> None:
        lock = FileLock(self._file.with_suffix(".lock"), timeout=_LOCK_S, thread_local=False, mode=0o600)
        with self._guard:
            try:
                private_folder(self._file.parent)
                lock.acquire()
            except (OSError, Timeout) as error:
                _logger.warning("attempts_not_locked", extra={"fields": {"error": type(error).__name__}})
            try:
                state = self._load()
                before = msgspec.json.encode(state)
                change(state)
                if (content := msgspec.json.encode(state)) != before:
                    self._save(content)
            finally:
                lock.release()

    def _save(self, content: bytes) -> None:
        try:
            write_atomically(self._file, content)
        except (OSError, UserError) as error:
            _logger.warning("attempts_not_saved", extra={"fields": {"error": type(error).__name__}})


def _delay(failed: int) -> float:
    """Seconds to wait after so many failures in a row."""
    if failed < FREE:
        return 0.0
    return float(min(FIRST_WAIT_S * 2 ** min(failed - FREE, 16), LONGEST_WAIT_S))
