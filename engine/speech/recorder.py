"""A recording: sound from a source goes into a store as it comes, and is turned into text beside that.

Three threads: one stores, one listens, one tells how it goes ten times a second. The sound comes first: what goes wrong
with the text never stops it.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable

from engine.cancellation import Cancelled, CancelToken
from engine.errors import UserError
from engine.speech import sound as sounds
from engine.speech.listener import Listener
from engine.speech.microphone import pulled_out
from engine.speech.sources import SoundSource
from engine.types import Mark, ModelRef, RecordingEvent, RecordingState, Transcript, TranscriptOrigin, Utterance

_logger = logging.getLogger(__name__)

OnEvent = Callable[[RecordingEvent], None]

_TICK_S = 0.1
# A source calls about ten times a second, also in silence.
_DEAF_AFTER_S = 4.0
# Sound that is worth another look of the recognizer.
_NEW_S = 1.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 30.0


class Recorder:
    """One recording under way. Begins with start(). All methods may be called from any thread."""

    def __init__(
        self,
        source: SoundSource,
        store: sounds.SoundStore,
        listener: Listener,
        on_event: OnEvent,
        model: ModelRef | None = None,
    ) -> None:
        """on_event is called from threads of the recorder, one call at a time, and must be quick.

        model: the one that listens, for the transcript.
        """
        self._source = source
        self._store = store
        self._listener = listener
        self._on_event = on_event
        self._model = model
        self._telling = threading.Lock()
        self._changing = threading.RLock()
        self._arrived: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._state = RecordingState.RECORDING
        self._stopped = threading.Event()  # no more sound is stored
        self._done = threading.Event()  # and all of it is heard, or cannot be
        self._giving_up = CancelToken()
        self._more = threading.Event()
        self._last_arrival = time.monotonic()
        self._level = 0.0
        self._problem: UserError | None = None
        self._unheard: UserError | None = None  # why the text does not come
        self._marks: list[Mark] = []
        self._storing = True
        self._quiet = False  # paused, and all that came before is stored
        self._threads = [
            threading.Thread(target=work, name=f"recording-{name}", daemon=True)
            for name, work in (
                ("store", self._keep_storing),
                ("listen", self._keep_listening),
                ("tell", self._keep_telling),
            )
        ]

    def start(self) -> None:
        """Raises NoMicrophone; then nothing was recorded."""
        self._source.start(self._take, self._fail)
        for thread in self._threads:
            thread.start()

    @property
    def state(self) -> RecordingState:
        return self._state

    @property
    def seconds(self) -> float:
        """Stored so far, with what was stored before this recording."""
        return sounds.seconds(self._store.samples())

    def pause(self) -> None:
        """Nothing is recorded until resume(); the microphone is let go. Does nothing unless recording."""
        with self._changing:
            if self._state is RecordingState.RECORDING:
                self._source.stop()
                self._state, self._level = RecordingState.PAUSED, 0.0
                self._arrived.put(b"")
        self._tell()

    def resume(self) -> None:
        """Raises NoMicrophone where it cannot go on; it stays paused then. Does nothing unless paused."""
        with self._changing:
            if self._state is RecordingState.PAUSED:
                self._last_arrival = time.monotonic()
                self._source.start(self._take, self._fail)
                self._quiet = False
                self._state = RecordingState.RECORDING
        self._tell()

    def mark(self, label: str = "") -> Mark:
        """Remember this moment."""
        mark = Mark(self.seconds, label)
        self._marks.append(mark)
        return mark

    def keep(self, utterance: Utterance) -> None:
        """A person corrected this utterance: it stays as it is."""
        self._listener.keep(utterance)

    def stop(self, cancel: CancelToken | None = None) -> Transcript:
        """End the recording and wait until all of it is text; what was said since start().

        Cancelled ends the wait, not the recording: the sound is stored by then. So it is where this raises what keeps
        the text from being made (ModelMissing, WorkerCrashed, ...). A recording that ended by itself is not an error
        here: its last event said why.
        """
        self._finish()
        forget = cancel.on_cancel(self._giving_up.cancel) if cancel is not None else None
        while not self._done.wait(_TICK_S):
            if self._giving_up.cancelled:  # the child may take two seconds more
                break
        if forget is not None:
            forget()
        if self._giving_up.cancelled and self._listener.heard < self._store.samples():
            raise Cancelled
        if self._unheard is not None:
            raise self._unheard
        return self.transcript()

    def transcript(self) -> Transcript:
        """What was said, as far as it is text by now."""
        return Transcript(
            utterances=self._listener.utterances,
            origin=TranscriptOrigin.RECORDED,
            seconds=self.seconds,
            marks=list(self._marks),
            dropped=self._listener.dropped,
            model=self._model,
        )

    def abandon(self) -> None:
        """End the recording; the text does not matter any more."""
        self._giving_up.cancel()
        self._finish()

    def _take(self, block: bytes) -> None:
        self._last_arrival = time.monotonic()
        self._arrived.put(block)

    def _fail(self, error: UserError) -> None:
        """The recording cannot go on. Called from any thread but the caller's."""
        self._problem = self._problem or error
        threading.Thread(target=self._finish, name="recording-end", daemon=True).start()

    def _finish(self) -> None:
        """Stop the source, and wait until all that came from it is stored."""
        with self._changing:
            if self._state in (RecordingState.RECORDING, RecordingState.PAUSED):
                self._state = RecordingState.FINISHING
                self._source.stop()
                self._arrived.put(None)
        self._stopped.wait()

    def _keep_storing(self) -> None:
        waiting = bytearray()
        while (block := self._arrived.get()) is not None:
            self._level = max(self._level, sounds.loudness(block))
            waiting += block
            paused = self._state is RecordingState.PAUSED and not block
            if paused or len(waiting) >= sounds.PIECE_SAMPLES * sounds.SAMPLE_BYTES:
                self._put_away(waiting)
            self._quiet = self._quiet or paused
        self._put_away(waiting)
        self._stopped.set()
        self._more.set()

    def _put_away(self, waiting: bytearray) -> None:
        """Store what waits; what cannot be stored ends the recording."""
        try:
            if waiting and self._storing:
                self._store.append(bytes(waiting))
        except UserError as error:
            self._storing = False  # what comes later would stand in the wrong place
            self._fail(error)
        waiting.clear()
        if sounds.seconds(self._store.samples() - self._listener.heard) >= _NEW_S:
            self._more.set()

    def _keep_listening(self) -> None:
        self._prepare()
        pause = _FIRST_PAUSE_S
        seen = self._listener.heard
        while not self._giving_up.cancelled:
            ended = self._stopped.is_set()
            quiet = ended or self._quiet
            stored = self._store.samples()
            everything = self._listener.heard >= stored
            if ended and everything:
                break
            if everything or (not quiet and sounds.seconds(stored - seen) < _NEW_S):
                self._more.wait(_TICK_S)
                self._more.clear()
                continue
            try:
                self._tell(self._listener.step(ended=quiet, cancel=self._giving_up))
                seen, pause, self._unheard = stored, _FIRST_PAUSE_S, None
            except Cancelled:
                break
            except UserError as error:
                self._unheard = error
                _logger.warning("recording_not_heard", extra={"fields": {"error": type(error).__name__}})
                if ended and pause > _FIRST_PAUSE_S:
                    break  # twice in a row, and nobody speaks any more
                self._giving_up.wait(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_S)
        self._state = RecordingState.ENDED
        self._tell()
        self._done.set()

    def _prepare(self) -> None:
        try:
            self._listener.prepare(self._giving_up)
        except Cancelled:
            return
        except UserError as error:  # the first step tries again, and tells
            _logger.warning("speech_not_prepared", extra={"fields": {"error": type(error).__name__}})

    def _keep_telling(self) -> None:
        while not self._done.wait(_TICK_S):
            deaf = time.monotonic() - self._last_arrival > _DEAF_AFTER_S
            if self._state is RecordingState.RECORDING and deaf:
                self._fail(pulled_out())
            self._tell()

    def _tell(self, changed: list[Utterance] | None = None) -> None:
        with self._telling:
            level, self._level = self._level, 0.0
            problem = self._problem or self._unheard
            self._on_event(
                RecordingEvent(
                    state=self._state,
                    seconds=self.seconds,
                    level=level,
                    heard_s=sounds.seconds(self._listener.heard),
                    utterances=changed or [],
                    problem=problem.message if problem else "",
                    advice=problem.advice if problem else "",
                )
            )
