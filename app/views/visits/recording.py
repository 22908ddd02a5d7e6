"""The recording that goes on: it outlives the visit that is shown and the page that is in front."""

from __future__ import annotations

from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from msgspec import structs
from PySide6.QtCore import QObject, Signal

from engine.errors import UserError
from engine.types import RecordingEvent, RecordingState, Utterance, Visit

if TYPE_CHECKING:
    from app.context import AppContext
    from app.operations import Job, Operation
    from engine.visits.service import Visits

_LOOK_S = 0.1
_RUNS = (RecordingState.RECORDING, RecordingState.PAUSED)


@dataclass(frozen=True)
class _Command:
    name: str
    words: str = ""


class RecordingSession(QObject):
    """One recording at a time. The engine's object lives on the thread of one operation; commands are sent to it.

    changed: another state, second or loudness. heard: utterances (visit id, list). ended: over and transcribed
    (visit id, Visit, or None where it was stopped short: what was recorded is kept). failed: visit id, UserError.
    """

    changed = Signal()
    heard = Signal(int, object)
    ended = Signal(int, object)
    failed = Signal(int, object)

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._operation: Operation[Visit] | None = None
        self._commands: SimpleQueue[_Command] = SimpleQueue()
        self.visit_id: int | None = None
        self.name = ""
        self.latest = RecordingEvent(RecordingState.ENDED)

    @property
    def active(self) -> bool:
        """Whether there is a recording, running, paused or being finished."""
        return self.visit_id is not None

    @property
    def runs(self) -> bool:
        """Whether sound is being taken in, or is paused."""
        return self.active and self.latest.state in _RUNS

    @property
    def listening(self) -> bool:
        """Whether sound is being taken in at this moment."""
        return self.active and self.latest.state is RecordingState.RECORDING

    def begin(self, visit_id: int, name: str, microphone: str = "") -> None:
        """Record a visit; name: whose it is, for other places to say so."""
        if self.active:
            return
        self.visit_id, self.name = visit_id, name
        self.latest = RecordingEvent(RecordingState.RECORDING)
        commands: SimpleQueue[_Command] = SimpleQueue()
        self._commands = commands
        visits = self._context.workspace.visits
        self._operation = self._context.operations.start(
            lambda job: _record(visits, visit_id, microphone, commands, job),
            owner=self,
            on_events=self._take,
            on_success=lambda visit: self._over(visit_id, visit),
            on_failure=lambda error: self._fail(visit_id, error),
            on_cancelled=lambda: self._over(visit_id, None),
        )
        self._tell()

    def toggle(self) -> None:
        """Pause, or go on."""
        if self.runs:
            self._commands.put(_Command("pause" if self.listening else "resume"))

    def mark(self, words: str = "") -> bool:
        """Mark this moment; false where nothing is recorded."""
        if self.runs:
            self._commands.put(_Command("mark", words))
        return self.runs

    def finish(self) -> None:
        """End the recording and have the rest transcribed."""
        if self.runs:
            self._commands.put(_Command("stop"))
            self.latest = RecordingEvent(RecordingState.FINISHING, self.latest.seconds, heard_s=self.latest.heard_s)
            self._tell()

    def abandon(self) -> None:
        """End it at once, keeping what was recorded: the workspace is about to be locked."""
        if self._operation is not None:
            self._operation.cancel()

    def _take(self, events: list[RecordingEvent]) -> None:
        visit_id = self.visit_id
        if visit_id is None:
            return
        utterances: dict[int, Utterance] = {each.id: each for event in events for each in event.utterances}
        finishing = self.latest.state is RecordingState.FINISHING
        before, self.latest = self.latest, events[-1]
        if self.latest.problem and not self.latest.seconds:
            self.latest = structs.replace(self.latest, seconds=before.seconds, heard_s=before.heard_s)
        if finishing and self.latest.state in _RUNS:
            self.latest = RecordingEvent(RecordingState.FINISHING, events[-1].seconds, heard_s=events[-1].heard_s)
        if utterances:
            self.heard.emit(visit_id, list(utterances.values()))
        self._tell()

    def _over(self, visit_id: int, visit: Visit | None) -> None:
        self._clear()
        self.ended.emit(visit_id, visit)

    def _fail(self, visit_id: int, error: UserError) -> None:
        self._clear()
        self.failed.emit(visit_id, error)

    def _clear(self) -> None:
        self._operation = None
        self.visit_id = None
        self.latest = RecordingEvent(RecordingState.ENDED)
        self._tell()

    def _tell(self) -> None:
        self.changed.emit()


def _record(visits: Visits, visit_id: int, microphone: str, commands: SimpleQueue[_Command], job: Job) -> Visit:
    """Runs on a pool thread for as long as the recording does."""
    recording = visits.record(visit_id, microphone=microphone, on_event=job.report)
    while not job.token.cancelled and recording.state is not RecordingState.ENDED:
        try:
            command = commands.get(timeout=_LOOK_S)
        except Empty:
            continue
        if command.name == "pause":
            recording.pause()
        elif command.name == "resume":
            try:
                recording.resume()
            except UserError as error:
                # It stays paused; the person may plug the microphone in again.
                event = RecordingEvent(RecordingState.PAUSED, problem=error.message, advice=error.advice)
                job.report(event)
        elif command.name == "mark":
            recording.mark(command.words)
        else:
            break
    return recording.stop(job.token)
