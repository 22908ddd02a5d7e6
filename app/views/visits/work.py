"""What takes time on a visit: a draft being written, a file or an interrupted recording being transcribed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from engine.types import DraftEvent, DraftStage, NoteSection, TranscribeProgress, Utterance, Visit

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.context import AppContext
    from app.operations import Job, Operation
    from engine.errors import UserError


@dataclass
class Drafting:
    """A note, or the section `only` of it, that is being written. at: the one that is written at this moment.
    sections: as far as they are, by key."""

    only: str = ""
    at: str = ""
    latest: DraftEvent = field(default_factory=lambda: DraftEvent(DraftStage.LOADING_MODEL))
    sections: dict[str, NoteSection] = field(default_factory=dict)


@dataclass
class Transcribing:
    """Sound that is being turned into words."""

    latest: TranscribeProgress = field(default_factory=lambda: TranscribeProgress(0.0, 0.0))
    utterances: dict[int, Utterance] = field(default_factory=dict)


class VisitWork(QObject):
    """One long call per visit; it goes on when another visit or page is shown.

    changed: visit id, something new is known. ended: visit id, Visit, or None where it was stopped. failed: visit id,
    UserError.
    """

    changed = Signal(int)
    ended = Signal(int, object)
    failed = Signal(int, object)

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._running: dict[int, tuple[Drafting | Transcribing, Operation[Visit]]] = {}

    def drafting(self, visit_id: int | None) -> Drafting | None:
        """The draft of this visit that is being written."""
        state = self._running.get(visit_id or 0, (None,))[0]
        return state if isinstance(state, Drafting) else None

    def transcribing(self, visit_id: int | None) -> Transcribing | None:
        """The sound of this visit that is being transcribed."""
        state = self._running.get(visit_id or 0, (None,))[0]
        return state if isinstance(state, Transcribing) else None

    def busy(self, visit_id: int | None) -> bool:
        return visit_id in self._running

    @property
    def words_wanted(self) -> bool:
        """Whether anything runs at all."""
        return bool(self._running)

    def draft(self, visit_id: int, section: str = "", instruction: str = "") -> None:
        """Write the note, or one section anew."""
        visits = self._context.workspace.visits
        self._start(
            visit_id,
            Drafting(section),
            lambda job: visits.draft(
                visit_id, section=section, instruction=instruction, on_event=job.report, cancel=job.token
            ),
        )

    def import_sound(self, visit_id: int, path: Path) -> None:
        """Transcribe a file."""
        visits = self._context.workspace.visits
        self._start(visit_id, Transcribing(), lambda job: visits.import_sound(visit_id, path, job.report, job.token))

    def recover(self, visit_id: int) -> None:
        """Transcribe what was recorded when the program ended."""
        visits = self._context.workspace.visits
        self._start(visit_id, Transcribing(), lambda job: visits.recover(visit_id, job.report, job.token))

    def stop(self, visit_id: int | None) -> bool:
        """Stop what runs on a visit; false where nothing does."""
        entry = self._running.get(visit_id or 0)
        if entry is None:
            return False
        entry[1].cancel()
        return True

    def _start(self, visit_id: int, state: Drafting | Transcribing, work: Callable[[Job], Visit]) -> None:
        if visit_id in self._running:
            return
        operation = self._context.operations.start(
            work,
            owner=self,
            on_events=lambda events: self._take(visit_id, events),
            on_success=lambda visit: self._over(visit_id, visit),
            on_failure=lambda error: self._fail(visit_id, error),
            on_cancelled=lambda: self._over(visit_id, None),
        )
        self._running[visit_id] = (state, operation)
        self.changed.emit(visit_id)

    def _take(self, visit_id: int, events: list[Any]) -> None:
        entry = self._running.get(visit_id)
        if entry is None:
            return
        state = entry[0]
        state.latest = events[-1]
        for event in events:
            if isinstance(event, DraftEvent) and isinstance(state, Drafting) and event.section is not None:
                state.sections[event.section.key] = event.section
                state.at = event.section.key
            if isinstance(event, TranscribeProgress) and isinstance(state, Transcribing):
                state.utterances |= {each.id: each for each in event.utterances}
        if isinstance(state, Drafting) and state.latest.tokens_per_s:
            self._context.status.show_speed(state.latest.tokens_per_s)
        self.changed.emit(visit_id)

    def _over(self, visit_id: int, visit: Visit | None) -> None:
        self._running.pop(visit_id, None)
        self.ended.emit(visit_id, visit)

    def _fail(self, visit_id: int, error: UserError) -> None:
        self._running.pop(visit_id, None)
        self.failed.emit(visit_id, error)
