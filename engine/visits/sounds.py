"""Sound of visits: taken up again after an interruption, read from files, heard, deleted."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace

from engine.cancellation import CancelToken
from engine.errors import UserError
from engine.types import (
    AuditKind,
    Permission,
    SoundState,
    TranscribeProgress,
    Transcript,
    TranscriptOrigin,
    Visit,
    VisitInfo,
)
from engine.vault.connection import Connection
from engine.vault.failures import VaultClosed
from engine.vault.repositories import sound, utterances, visits
from engine.vault.repositories.sound import SoundStore
from engine.vault.repositories.visits import Standing
from engine.visits.checking import Checking
from engine.visits.desk import found, require_draft, whole
from engine.visits.joining import with_people_first, without_times
from engine.visits.recording import finish

Report = Callable[[TranscribeProgress], None]


class Sounds(Checking):
    def interrupted(self) -> list[VisitInfo]:
        """Visits whose recording was cut off, the newest first: recover() makes the rest of their text."""
        return self._desk.database.read(lambda connection: visits.drafts_with_sound(connection, SoundState.INTERRUPTED))

    def recover(self, visit_id: int, report: Report | None = None, cancel: CancelToken | None = None) -> Visit:
        """Make text of what was recorded before a recording was cut off; blocks. What is done when it is cancelled, or
        fails, is kept, and the next time goes on from there.

        Raises NotAllowed, UserError, ModelMissing, ModelUnusable, WorkerCrashed, Cancelled.
        """
        self._desk.gate.require(Permission.WRITE_NOTES)
        busy = "The recording of this visit is being turned into text.", "Wait until it is done, or stop it."
        with self._desk.busy(visit_id, *busy):
            standing, first_id = self._desk.database.read(lambda connection: _place(connection, visit_id))
            _may_recover(standing)

            def heard(progress: TranscribeProgress) -> None:
                self._desk.database.transaction(lambda c: self._store(c, visit_id, progress))
                if report is not None:
                    report(progress)

            said = self._means.speech.transcribe_stored(
                SoundStore(self._desk.database, visit_id),
                report=heard,
                cancel=cancel,
                after_s=standing.heard_s,
                first_id=first_id,
            )
            self._desk.write(
                visit_id, lambda c, _s: self._finish(c, visit_id, said, first_id, "recovered"), check=_may_recover
            )
            return self._rechecked(visit_id)

    def import_sound(
        self, visit_id: int, path: Path, report: Report | None = None, cancel: CancelToken | None = None
    ) -> Visit:
        """Make text of a recording in a file, and keep its sound; blocks. Nothing stays where it is cancelled or fails;
        a kill leaves a recording to recover.

        Raises NotAllowed, UserError (no consent noted, signed, discarded, recorded already), UnreadableSound,
        NothingHeard, ModelMissing, ModelUnusable, WorkerCrashed, NotEnoughSpace, Cancelled.
        """
        busy = "The recording of this visit is being turned into text.", "Wait until it is done, or stop it."
        with self._desk.busy(visit_id, *busy):
            before, _first_id = self._desk.write(visit_id, lambda c, _s: self._begin(c, visit_id), check=_may_import)
            try:
                said = self._means.speech.transcribe(
                    path, report=report, cancel=cancel, store=SoundStore(self._desk.database, visit_id)
                )
            except BaseException:
                with suppress(VaultClosed):
                    self._desk.database.transaction(lambda c: self._not_begun(c, visit_id, before, forget=True))
                    self._desk.tell(visit_id)
                raise
            said = replace(said, origin=TranscriptOrigin.SOUND_FILE)
            self._desk.write(visit_id, lambda c, _s: self._imported(c, visit_id, said), check=require_draft)
            return self._rechecked(visit_id)

    def sound(self, visit_id: int, begins_s: float, ends_s: float) -> bytes:
        """A stretch of a visit's recording as a WAV file. Raises UserError where there is none (any more)."""
        standing, _first_id = self._desk.database.read(lambda connection: _place(connection, visit_id))
        if standing.sound in (SoundState.NONE, SoundState.DELETED):
            raise UserError("There is no recording of this visit.", "Its transcript says what was said.")
        store = SoundStore(self._desk.database, visit_id)
        return self._means.speech.wav(store, max(0.0, begins_s), max(begins_s, ends_s))

    def delete_sound(self, visit_id: int) -> Visit:
        """Delete the recording for good; the transcript stays. Raises NotAllowed, UserError while it is recorded."""

        def act(connection: Connection, _standing: Standing) -> Visit:
            delete_recording(self._desk.journal.append, connection, visit_id, self._desk.clock())
            return whole(connection, visit_id)

        return self._desk.write(visit_id, act, check=_require_not_recording)

    def _begin(self, connection: Connection, visit_id: int) -> tuple[Standing, int]:
        before, first_id = _place(connection, visit_id)
        visits.change(connection, visit_id, self._desk.clock(), sound=SoundState.RECORDING)
        self._desk.journal.append(connection, AuditKind.RECORDING, f"visit:{visit_id}", act="begun")
        return before, first_id

    def _store(self, connection: Connection, visit_id: int, progress: TranscribeProgress) -> None:
        before = utterances.load(connection, visit_id)
        utterances.put(connection, visit_id, with_people_first(before.utterances, progress.utterances))
        visits.change(connection, visit_id, self._desk.clock(), heard_s=progress.done_s)
        utterances.touched(connection, visit_id)

    def _finish(self, connection: Connection, visit_id: int, said: Transcript, first_id: int, act: str) -> None:
        finish(self._desk, connection, visit_id, said, first_id=first_id, state=SoundState.KEPT, done=True)
        seconds, count = round(said.seconds, 1), len(said.utterances)
        subject = f"visit:{visit_id}"
        self._desk.journal.append(connection, AuditKind.RECORDING, subject, act=act, seconds=seconds, utterances=count)

    def _imported(self, connection: Connection, visit_id: int, said: Transcript) -> None:
        """What was written down before the sound came stays, in front of it."""
        before = utterances.load(connection, visit_id)
        shift = max((each.id for each in before.utterances), default=0)
        forget_times(connection, visit_id, shift + 1)
        moved = replace(said, utterances=[replace(each, id=each.id + shift) for each in said.utterances])
        self._finish(connection, visit_id, moved, shift + 1, "imported")

    def _not_begun(self, connection: Connection, visit_id: int, before: Standing, *, forget: bool = False) -> None:
        """What _begin() noted did not come about. forget: nor is any sound of it wanted."""
        if forget:
            sound.delete(connection, visit_id)
        visits.change(connection, visit_id, self._desk.clock(), sound=before.sound)
        self._desk.journal.append(connection, AuditKind.RECORDING, f"visit:{visit_id}", act="failed")


def delete_recording(append: Callable[..., int], connection: Connection, visit_id: int, now: str) -> None:
    """Delete the sound of a visit, where there is any, with its entry in the record."""
    samples = sound.delete(connection, visit_id)
    if samples:
        visits.change(connection, visit_id, now, sound=SoundState.DELETED, heard_s=0.0)
        append(connection, AuditKind.SOUND_DELETED, f"visit:{visit_id}", samples=samples)


def forget_times(connection: Connection, visit_id: int, first_id: int) -> None:
    """What was said before the first of the sound: its times, of a deleted recording or a file, would point into it."""
    said = utterances.load(connection, visit_id)
    utterances.store(connection, visit_id, without_times(said, first_id))


def _place(connection: Connection, visit_id: int) -> tuple[Standing, int]:
    """How a visit stands, and the id of the next thing said in it."""
    standing = found(visits.standing(connection, visit_id))
    said = utterances.load(connection, visit_id).utterances
    return standing, 1 + max((each.id for each in said), default=0)


def _require_not_recording(standing: Standing) -> None:
    if standing.sound is SoundState.RECORDING:
        raise UserError("This visit is being recorded.", "Stop the recording first.")


def may_hear(standing: Standing) -> None:
    require_draft(standing)
    _require_not_recording(standing)
    if standing.consent is None:
        raise UserError(
            "It is not noted yet that the patient agrees to be recorded.", "Ask the patient, and note the consent."
        )


def _may_import(standing: Standing) -> None:
    may_hear(standing)
    if standing.sound in (SoundState.KEPT, SoundState.INTERRUPTED):
        raise UserError("This visit has a recording already.", "Begin another visit for this file.")


def _may_recover(standing: Standing) -> None:
    require_draft(standing)
    if standing.sound is not SoundState.INTERRUPTED:
        raise UserError("The recording of this visit was not cut off.", "There is nothing to recover.")
