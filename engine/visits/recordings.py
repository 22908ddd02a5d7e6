"""Visits recorded from the microphone, one at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable

from engine.cancellation import CancelToken
from engine.errors import UserError
from engine.types import RecordingEvent
from engine.vault.repositories.sound import SoundStore
from engine.visits.ahead import ReadingAhead
from engine.visits.part import Means
from engine.visits.recording import Recording
from engine.visits.sounds import Sounds, forget_times, may_hear


class Recordings(Sounds):
    def __init__(self, means: Means) -> None:
        super().__init__(means)
        self._guard = threading.Lock()
        self._recording: Recording | None = None

    def record(
        self, visit_id: int, *, microphone: str = "", on_event: Callable[[RecordingEvent], None] = lambda _event: None
    ) -> Recording:
        """Begin to record a visit, or go on; one at a time. Events may come on any thread.

        What an interruption left unheard becomes text first. Raises NotAllowed, UserError (no consent noted, signed,
        discarded, something is being recorded), NoMicrophone, ModelMissing, ModelUnusable.
        """
        with self._guard:
            if self._recording is not None:
                raise UserError("A visit is being recorded already.", "Stop that recording first.")
            before, first_id = self._desk.write(visit_id, lambda c, _s: self._begin(c, visit_id), check=may_hear)
            ahead = ReadingAhead(lambda cancel: self._prepare(visit_id, cancel))
            recording = Recording(
                self._desk,
                visit_id,
                first_id,
                on_event,
                on_said=ahead.said,
                on_end=lambda: self._ended(ahead),
                check=lambda: self._rechecked(visit_id),
            )
            store = SoundStore(self._desk.database, visit_id)
            try:
                recording.begin(
                    lambda heard: self._means.speech.record(
                        store, microphone=microphone, on_event=heard, after_s=before.heard_s, first_id=first_id
                    )
                )
            except BaseException:
                ahead.end()
                self._desk.database.transaction(lambda c: self._not_begun(c, visit_id, before))
                self._desk.tell(visit_id)
                raise
            self._recording = recording
            if not before.heard_s:
                self._desk.database.transaction(lambda c: forget_times(c, visit_id, first_id))
        return recording

    def close(self) -> None:
        """End a recording that is under way, since the workspace closes; its sound is kept and can be recovered."""
        recording = self._recording
        if recording is not None:
            recording.abandon()

    def active(self, visit_id: int) -> Recording | None:
        """The recording of a visit that is under way."""
        recording = self._recording
        return recording if recording is not None and recording.visit_id == visit_id else None

    def _prepare(self, visit_id: int, cancel: CancelToken) -> None:
        visit = self._desk.visit(visit_id)
        template = self._means.templates.get(visit.info.template)
        self._writer.prepare(visit.transcript, template, cancel, self._means.style.list(template.id))

    def _ended(self, ahead: ReadingAhead) -> None:
        ahead.end()
        self._recording = None
