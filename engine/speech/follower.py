"""Makes text of a recording while it goes on, on a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from engine.cancellation import Cancelled, CancelToken
from engine.errors import UserError
from engine.speech import sound as sounds
from engine.speech.intake import Intake
from engine.speech.listener import Listener
from engine.types import Utterance

_logger = logging.getLogger(__name__)

_TICK_S = 0.1
# Sound that is worth another look of the recognizer.
_NEW_S = 1.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 30.0


class Follower:
    """Listens to what an intake has stored, until all of it is heard or cannot be."""

    def __init__(
        self,
        listener: Listener,
        store: sounds.SoundStore,
        intake: Intake,
        on_heard: Callable[[list[Utterance]], None],
        on_end: Callable[[], None],
    ) -> None:
        """on_heard is given what is new or changed. Both are called from its thread; on_end before done is told."""
        self._listener = listener
        self._store = store
        self._intake = intake
        self._on_heard = on_heard
        self._on_end = on_end
        self._more = threading.Event()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recording-listen", daemon=True)
        self.giving_up = CancelToken()
        self.problem: UserError | None = None  # why the text does not come

    def start(self) -> None:
        self._thread.start()

    def look(self) -> None:
        """There may be enough new sound, or all of it."""
        if self._intake.ended or sounds.seconds(self._store.samples() - self._listener.heard) >= _NEW_S:
            self._more.set()

    def wait(self, seconds: float) -> bool:
        """Whether it is done, after so long at most."""
        return self._done.wait(seconds)

    def _run(self) -> None:
        try:
            self._follow()
        except Exception as error:  # noqa: BLE001 - who waits for the text is told why it does not come
            self._note(error)
        finally:
            try:
                self._on_end()
            finally:
                self._done.set()

    def _follow(self) -> None:
        self._prepare()
        pause = _FIRST_PAUSE_S
        seen = self._listener.heard
        while not self.giving_up.cancelled:
            ended, quiet = self._intake.ended, self._intake.quiet
            stored = self._store.samples()
            everything = self._listener.heard >= stored
            if ended and everything:
                break
            if everything or (not quiet and sounds.seconds(stored - seen) < _NEW_S):
                self._more.wait(_TICK_S)
                self._more.clear()
                continue
            try:
                self._on_heard(self._listener.step(ended=quiet, cancel=self.giving_up))
                seen, pause, self.problem = stored, _FIRST_PAUSE_S, None
            except Cancelled:
                break
            except Exception as error:  # noqa: BLE001 - the sound goes on, and what fails now may work in a while
                self._note(error)
                if ended and pause > _FIRST_PAUSE_S:
                    break  # twice in a row, and nobody speaks any more
                self.giving_up.wait(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_S)

    def _prepare(self) -> None:
        try:
            self._listener.prepare(self.giving_up)
        except Cancelled:
            return
        except Exception as error:  # the first step tries again, and tells
            _logger.warning("speech_not_prepared", extra={"fields": {"error": error}}, exc_info=_mistake(error))

    def _note(self, error: Exception) -> None:
        self.problem = error if isinstance(error, UserError) else _own_mistake(error)
        _logger.warning("recording_not_heard", extra={"fields": {"error": error}}, exc_info=_mistake(error))


def _mistake(error: Exception) -> Exception | None:
    """The error where it is one of the program's own, whose place in the code is worth knowing."""
    return None if isinstance(error, UserError) else error


def _own_mistake(error: Exception) -> UserError:
    return UserError(
        "What was said could not be written down: Chartside made a mistake of its own.",
        "What was saved is safe. Try again; if it happens once more, close Chartside and open it again.",
        type(error).__name__,
    )
