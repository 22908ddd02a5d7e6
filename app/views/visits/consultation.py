"""The visit that is shown, and everything that is done to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.i18n import tr
from app.microphones import chosen_microphone
from app.views.visits.calls import VisitCalls
from app.views.visits.recording import RecordingSession
from app.views.visits.work import VisitWork
from app.words.visits import patient_words
from engine.types import Change, NoteSection, SoundState, Topic, Visit, VisitInfo, VisitState

if TYPE_CHECKING:
    from app.context import AppContext
    from engine.errors import UserError

# Live words and edits publish many changes; the shown visit is read again no more often than this.
_AGAIN_MS = 250
TEXT_FILES = (".txt", ".vtt", ".srt", ".textgrid", ".docx")


class Consultation(QObject):
    """Moves a visit between the engine and the views.

    shown: another visit, or another state of it, is to be seen. leaving: this one will not be seen any more.
    consent_wanted: what is to follow once the patient has agreed (a function). checked: a section was checked again
    (NoteSection). begun: a new visit was made.
    """

    shown = Signal()
    leaving = Signal()
    consent_wanted = Signal(object)
    checked = Signal(object)
    begun = Signal()

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self.context = context
        self.visit: Visit | None = None
        self._wanted: int | None = None
        self.calls = VisitCalls(context, self)
        self.recording = RecordingSession(context, self)
        self.work = VisitWork(context, self)
        self._again = QTimer(self, interval=_AGAIN_MS, singleShot=True)
        self._again.timeout.connect(self._read_again)
        self.recording.ended.connect(self._recorded)
        self.recording.failed.connect(lambda _visit, error: self._failed(error))
        self.work.ended.connect(self._worked)
        self.work.failed.connect(lambda _visit, error: self._failed(error))
        context.changes.changed.connect(self._changed)

    # which visit

    @property
    def visit_id(self) -> int | None:
        """The visit that is shown or about to be."""
        return self._wanted

    @property
    def editable(self) -> bool:
        """Whether its transcript and note may still be changed."""
        return self.visit is not None and self.visit.info.state is VisitState.DRAFT

    @property
    def recording_here(self) -> bool:
        """Whether the visit that is shown is being recorded."""
        return self.recording.active and self.recording.visit_id == self._wanted

    @property
    def at_rest(self) -> bool:
        """Whether the visit that is shown may be changed, and nothing long is being done to it."""
        return self.editable and not self.recording_here and not self.work.busy(self._wanted)

    @property
    def is_recorded(self) -> bool:
        """Whether what could follow is to record more: something is written down already, and nothing is left to be."""
        visit = self.visit
        if visit is None or not self.at_rest or visit.info.sound is SoundState.INTERRUPTED:
            return False
        return bool(visit.transcript.utterances) or visit.info.sound is SoundState.KEPT

    def open(self, visit_id: int) -> None:
        """Show a visit."""
        if visit_id != self._wanted:
            self.leaving.emit()
            self._wanted = visit_id
            self._read()

    def close_visit(self) -> None:
        """Show none."""
        self._wanted, self.visit = None, None
        self.shown.emit()

    def begin(self, template: str = "") -> None:
        """Make a new visit and show it; one that is empty still is shown again."""
        visit = self.visit
        if visit is not None and self.editable and _untouched(visit) and not self.recording_here:
            self.begun.emit()
            return
        visits = self.context.workspace.visits

        def made(info: VisitInfo) -> None:
            self.leaving.emit()
            self._wanted = info.id
            self.calls.read(lambda: visits.get(info.id), arrived)

        def arrived(visit: Visit) -> None:
            self._arrived(visit)
            self.begun.emit()

        self.calls.act(lambda: visits.new(template=template), made)

    def _read(self) -> None:
        visits, wanted = self.context.workspace.visits, self._wanted
        if wanted is not None:
            self.calls.read(lambda: visits.get(wanted), self._arrived)

    def _read_again(self) -> None:
        if self.visit is not None and not self.recording_here and not self.work.busy(self._wanted):
            self._read()

    def _arrived(self, visit: Visit) -> None:
        if visit.info.id == self._wanted:
            self.visit = visit
            self.shown.emit()

    def _changed(self, change: Change) -> None:
        if change.topic is Topic.VISITS and (not change.ids or self._wanted in change.ids):
            self._again.start()

    def _failed(self, error: UserError) -> None:
        self.context.notices.error(error)
        self._read()

    def act(self, work: Callable[[int], Visit | None], take: Callable[[Visit], object] | None = None) -> None:
        """Do something to the visit that is shown, and show what became of it."""
        visit_id = self._wanted
        if visit_id is None:
            return
        visits = self.context.workspace.visits

        def took(visit: Visit) -> None:
            self._arrived(visit)
            if take is not None:
                take(visit)

        self.calls.act(lambda: work(visit_id) or visits.get(visit_id), took, self._failed)

    # sound

    def record(self) -> None:
        """Record, pause or go on: whatever follows. Asks for consent first where there is none."""
        visit = self.visit
        if self.recording_here:
            self.recording.toggle()
        elif visit is not None and self.at_rest and not self.recording.active:
            if visit.info.sound is SoundState.INTERRUPTED:
                self.recover()
            elif visit.consent is None:
                self.consent_wanted.emit(self.record)
            else:
                self.recording.begin(visit.info.id, patient_words(visit.info), chosen_microphone(self.context.settings))
                self.shown.emit()

    def consented(self, how: str, then: Callable[[], object]) -> None:
        """The patient has agreed; then what was asked for."""
        visits = self.context.workspace.visits
        self.act(lambda visit_id: visits.consent(visit_id, how), lambda _visit: then())

    def recover(self) -> None:
        """Transcribe what was recorded before the program ended."""
        if self._wanted is not None:
            self.work.recover(self._wanted)

    def import_file(self, path: Path) -> None:
        """Take a transcript or sound from a file."""
        visits = self.context.workspace.visits
        if self.visit is None or not self.at_rest:
            return
        if path.suffix.lower() in TEXT_FILES:
            self.act(lambda visit_id: visits.import_transcript(visit_id, path))
        elif self.visit.consent is None:
            self.consent_wanted.emit(lambda: self.import_file(path))
        else:
            self.work.import_sound(self.visit.info.id, path)

    def _recorded(self, visit_id: int, visit: Visit | None) -> None:
        self._ended(visit_id, visit, lambda name: tr("Visits", "The recording of “{name}” is transcribed.", name=name))

    # the note

    def draft(self, section: str = "", instruction: str = "") -> None:
        """Write the note, or one section anew, once what was typed is stored."""
        visit = self.visit
        if visit is None or not self.at_rest:
            return
        visit_id = visit.info.id
        self.calls.act(lambda: None, lambda _none: self._draft(visit_id, section, instruction))

    def _draft(self, visit_id: int, section: str, instruction: str) -> None:
        self.work.draft(visit_id, section, instruction)
        self.shown.emit()

    def _worked(self, visit_id: int, visit: Visit | None) -> None:
        self._ended(visit_id, visit, lambda name: tr("Visits", "“{name}” is ready.", name=name))

    def _ended(self, visit_id: int, visit: Visit | None, told: Callable[[str], str]) -> None:
        """Something long is over; whoever looks at another visit is told."""
        if visit_id != self._wanted:
            if visit is not None:
                self.context.notices.toast(told(patient_words(visit.info)))
        elif visit is not None:
            self._arrived(visit)
        else:
            self._read()

    def edit_section(self, key: str, text: str) -> None:
        """Store what was typed; the section comes back checked."""
        visits, visit_id = self.context.workspace.visits, self._wanted
        if visit_id is None or not self.editable:
            return

        def took(section: NoteSection) -> None:
            if visit_id == self._wanted:
                self.checked.emit(section)

        self.calls.act(lambda: visits.edit_section(visit_id, key, text), took)

    def close(self) -> None:
        """Keep everything and stop what runs: the workspace is about to be locked."""
        self.calls.finish()
        self.recording.abandon()


def _untouched(visit: Visit) -> bool:
    info = visit.info
    return not (info.patient or visit.transcript.utterances or visit.note or info.sound is not SoundState.NONE)
