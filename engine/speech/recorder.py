"""A recording: sound from a source goes into a store as it comes, and is turned into text beside that.

Three threads: one stores (see intake), one listens (see follower), one tells how it goes ten times a second. The sound
comes first: what goes wrong with the text never stops it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from engine.cancellation import Cancelled, CancelToken
from engine.errors import UserError
from engine.speech import sound as sounds
from engine.speech.follower import Follower
from engine.speech.intake import Intake
from engine.speech.listener import Listener
from engine.speech.microphone import pulled_out
from engine.speech.sources import SoundSource
from engine.types import Mark, ModelRef, RecordingEvent, RecordingState, Transcript, TranscriptOrigin, Utterance

OnEvent = Callable[[RecordingEvent], None]

_TICK_S = 0.1
# A source calls about ten times a second, also in silence.
_DEAF_AFTER_S = 4.0


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
        self._state = RecordingState.RECORDING
        self._changing = threading.RLock()
        self._telling = threading.Lock()
        self._marks: list[Mark] = []
        self._problem: UserError | None = None
        self._intake = Intake(store, self._stored, self._fail)
        self._follower = Follower(listener, store, self._intake, self._tell, self._end)
        self._teller = threading.Thread(target=self._keep_telling, name="recording-tell", daemon=True)

    def start(self) -> None:
        """Raises NoMicrophone; then nothing was recorded."""
        self._source.start(self._intake.take, self._fail)
        self._intake.start()
        self._follower.start()
        self._teller.start()

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
                self._state = RecordingState.PAUSED
                self._intake.pause()
        self._tell()

    def resume(self) -> None:
        """Raises NoMicrophone where it cannot go on; it stays paused then. Does nothing unless paused."""
        with self._changing:
            if self._state is RecordingState.PAUSED:
                self._source.start(self._intake.take, self._fail)
                self._intake.resume()
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
        follower = self._follower
        forget = cancel.on_cancel(follower.giving_up.cancel) if cancel is not None else None
        while not follower.wait(_TICK_S):
            if follower.giving_up.cancelled:  # the child may take two seconds more
                break
        if forget is not None:
            forget()
        if self._listener.heard >= self._store.samples():
            return self.transcript()
        if follower.problem is None or follower.giving_up.cancelled:  # without a problem: Chartside is closing
            raise Cancelled
        raise follower.problem

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
        self._follower.giving_up.cancel()
        self._finish()

    def _fail(self, error: UserError) -> None:
        """The recording cannot go on. Called from any thread but the caller's."""
        self._problem = self._problem or error
        threading.Thread(target=self._finish, name="recording-end", daemon=True).start()

    def _finish(self) -> None:
        """Stop the source, and wait until all that came from it is stored."""
        with self._changing:
            if self._state in (RecordingState.RECORDING, RecordingState.PAUSED):
                self._state = RecordingState.FINISHING
                try:
                    self._source.stop()
                finally:
                    self._intake.end()
        self._intake.wait()

    def _stored(self) -> None:
        self._follower.look()

    def _end(self) -> None:
        """No more becomes text. Where that comes before the end of the sound, Chartside is closing."""
        self._finish()
        self._state = RecordingState.ENDED
        self._tell()

    def _keep_telling(self) -> None:
        while not self._follower.wait(_TICK_S):
            if self._state is RecordingState.RECORDING and self._intake.silent_s > _DEAF_AFTER_S:
                self._fail(pulled_out())
            self._tell()

    def _tell(self, changed: list[Utterance] | None = None) -> None:
        with self._telling:
            problem = self._problem or self._follower.problem
            self._on_event(
                RecordingEvent(
                    state=self._state,
                    seconds=self.seconds,
                    level=self._intake.level(),
                    heard_s=sounds.seconds(self._listener.heard),
                    utterances=changed or [],
                    problem=problem.message if problem else "",
                    advice=problem.advice if problem else "",
                )
            )
