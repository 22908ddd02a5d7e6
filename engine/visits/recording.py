"""A visit while it is recorded: what is heard is stored as it comes, and read ahead for the note."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress

from msgspec.structs import replace

from engine.cancellation import Cancelled, CancelToken
from engine.errors import UserError
from engine.types import (
    AuditKind,
    Mark,
    RecordingEvent,
    RecordingState,
    SoundState,
    Transcript,
    Utterance,
    Visit,
)
from engine.vault.connection import Connection
from engine.vault.failures import VaultClosed
from engine.vault.repositories import sound, utterances, visits
from engine.visits.desk import Desk
from engine.visits.joining import joined, renamed, with_people_first
from engine.visits.seams import Recorder

_logger = logging.getLogger(__name__)


class Recording:
    """One recording of a visit. All methods may be called from any thread."""

    def __init__(
        self,
        desk: Desk,
        visit_id: int,
        first_id: int,
        on_event: Callable[[RecordingEvent], None],
        *,
        on_said: Callable[[float], None],
        on_end: Callable[[], None],
        check: Callable[[], Visit],
    ) -> None:
        """Use Visits.record(). on_said: new words are stored, with how many seconds the text lags behind; on_end: the
        recording is over; check: gives the visit with its note checked."""
        self.visit_id = visit_id
        self._desk = desk
        self._first_id = first_id
        self._on_event = on_event
        self._on_said = on_said
        self._on_end = on_end
        self._check = check
        self._recorder: Recorder | None = None
        self._names: dict[str, str] = {}
        self._ending = threading.Lock()
        self._over = False

    def begin(self, start: Callable[[Callable[[RecordingEvent], None]], Recorder]) -> None:
        """Start the recorder. Raises what it raises."""
        self._recorder = start(self._heard)

    @property
    def state(self) -> RecordingState:
        return self._running.state

    @property
    def seconds(self) -> float:
        """Stored so far, with earlier recordings of this visit."""
        return self._running.seconds

    def pause(self) -> None:
        self._running.pause()

    def resume(self) -> None:
        """Raises NoMicrophone; it stays paused then."""
        self._running.resume()

    def mark(self, label: str = "") -> Mark:
        """Remember this moment, durable when this returns."""
        mark = self._running.mark(label)

        def store(connection: Connection) -> None:
            before = utterances.load(connection, self.visit_id)
            utterances.put_head(connection, self.visit_id, replace(before, marks=[*before.marks, mark]))

        self._desk.database.transaction(store)
        return mark

    def stop(self, cancel: CancelToken | None = None) -> Visit:
        """End the recording, wait until all of it is text, and store that; events go on meanwhile.

        Cancelled, and what keeps the text from being made (ModelMissing, WorkerCrashed, ...), leave the sound and the
        text so far stored: Visits.recover() makes the rest later.
        """
        try:
            transcript = self._running.stop(cancel)
        except (Cancelled, UserError):
            with suppress(VaultClosed):  # the next unlock finds it as it was left
                self._end(self._running.transcript(), SoundState.INTERRUPTED)
            raise
        self._end(transcript, SoundState.KEPT)
        return self._check()

    def abandon(self) -> None:
        """End at once, since the workspace closes; recover() goes on from here."""
        self._running.abandon()
        with suppress(VaultClosed):
            self._end(self._running.transcript(), SoundState.INTERRUPTED)

    def corrected(self, utterance: Utterance) -> None:
        """A person changed this utterance: what is heard later does not."""
        if utterance.id >= self._first_id:
            self._running.keep(utterance)

    def renamed(self, names: dict[str, str]) -> None:
        """From now on these speakers have other names."""
        self._names = {old: names.get(new, new) for old, new in self._names.items()} | {
            old: new for old, new in names.items() if old not in self._names
        }

    @property
    def _running(self) -> Recorder:
        if self._recorder is None:
            raise UserError("The recording did not begin.", "Begin it again.")
        return self._recorder

    def _heard(self, event: RecordingEvent) -> None:
        if event.utterances:
            event = replace(event, utterances=renamed(event.utterances, self._names))
            try:
                stored = self._desk.database.submit_transaction(
                    lambda connection: self._store(connection, event.utterances, event.heard_s)
                )
                stored.add_done_callback(_log_failure)
            except UserError as error:  # the workspace was locked: what is lost is text that recover() makes again
                _logger.warning("said_not_stored", extra={"fields": {"error": type(error).__name__}})
            self._on_said(event.seconds - event.heard_s)
        self._on_event(event)

    def _store(self, connection: Connection, said: Sequence[Utterance], heard_s: float) -> None:
        before = utterances.load(connection, self.visit_id)
        utterances.put(connection, self.visit_id, with_people_first(before.utterances, said))
        seconds = sound.seconds(connection, self.visit_id)
        visits.change(connection, self.visit_id, self._desk.clock(), heard_s=heard_s, seconds=seconds)
        utterances.touched(connection, self.visit_id)

    def _end(self, transcript: Transcript, state: SoundState) -> None:
        with self._ending:
            if self._over:
                return
            try:
                self._desk.database.transaction(lambda connection: self._close(connection, transcript, state))
            finally:
                self._over = True
                self._on_end()
        self._desk.tell(self.visit_id)

    def _close(self, connection: Connection, transcript: Transcript, state: SoundState) -> None:
        said = replace(transcript, utterances=renamed(transcript.utterances, self._names))
        # Where the text was cut off, what is not heard yet begins behind the last words.
        done = state is SoundState.KEPT
        finish(self._desk, connection, self.visit_id, said, first_id=self._first_id, state=state, done=done)
        subject, seconds = f"visit:{self.visit_id}", round(transcript.seconds, 1)
        said_count = len(said.utterances)
        self._desk.journal.append(
            connection, AuditKind.RECORDING, subject, act="ended", sound=state, seconds=seconds, utterances=said_count
        )


def finish(
    desk: Desk, connection: Connection, visit_id: int, said: Transcript, *, first_id: int, state: SoundState, done: bool
) -> None:
    """Store what was heard of a visit's sound, in the place of what was stored of it while it was heard.

    done: all of the sound is text now.
    """
    before = utterances.load(connection, visit_id)
    seconds = sound.seconds(connection, visit_id)
    utterances.store(connection, visit_id, joined(before, said, first_id, seconds))
    heard = {"heard_s": seconds} if done else {}
    visits.change(connection, visit_id, desk.clock(), sound=state if seconds else SoundState.NONE, **heard)
    visits.index_said(connection, visit_id)


def _log_failure(stored: Future[None]) -> None:
    if (error := stored.exception()) is not None:
        _logger.warning("said_not_stored", extra={"fields": {"error": type(error).__name__}})
