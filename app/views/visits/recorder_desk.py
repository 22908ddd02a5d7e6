"""Joins the recorder of a visit with the recording, and says what stands in its way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.i18n import tr
from engine.types import Change, SoundState, Topic

if TYPE_CHECKING:
    from app.context import AppContext
    from app.views.visits.consultation import Consultation
    from app.views.visits.visit_view import VisitView


class RecorderDesk(QObject):
    """view shows the recording of consultation, and asks for consent before it."""

    def __init__(self, context: AppContext, consultation: Consultation, view: VisitView) -> None:
        super().__init__(view)
        self._context = context
        self._consultation = consultation
        self._view = view
        self._obstacle = ""
        consultation.consent_wanted.connect(view.consent.ask)
        consultation.recording.changed.connect(self.show)
        view.consent.given.connect(self._consented)
        view.recovery_wanted.connect(consultation.recover)
        view.recorder.toggled.connect(consultation.record)
        view.recorder.finished.connect(consultation.recording.finish)
        context.changes.changed.connect(self._changed)
        self.look_at_speech()

    def show(self) -> None:
        """Show the recording as it is now."""
        it, recorder, visit = self._consultation, self._view.recorder, self._consultation.visit
        if visit is None:
            return
        transcribing = it.work.transcribing(visit.info.id)
        here = it.recording_here
        focus = recorder.window().focusWidget()
        had_focus = focus is not None and recorder.isAncestorOf(focus)
        recorder.setVisible(it.editable)
        if here:
            recorder.show_event(it.recording.latest)
        elif transcribing is not None:
            recorder.show_transcribing(transcribing.latest.done_s, transcribing.latest.total_s)
        else:
            has_words = bool(visit.transcript.utterances) or visit.info.sound is SoundState.INTERRUPTED
            recorder.show_idle(visit.info.seconds, self._why_not(), has_words=has_words)
        if had_focus and focus is not None and not focus.isVisible():
            self._keep_focus()

    def look_at_speech(self) -> None:
        """Ask whether speech can be understood here."""
        speech = self._context.workspace.speech

        def take(obstacle: str) -> None:
            self._obstacle = obstacle
            self._view.beginning.show_obstacle(obstacle)
            self.show()

        self._consultation.calls.read(speech.available, take)

    def _keep_focus(self) -> None:
        """A button of the recorder went; the focus would go to whatever comes next, perhaps out of the page."""
        draft, main = self._view.note.draft_button, self._view.recorder.main
        here = (each for each in (draft, main) if each.isVisible() and each.isEnabled())
        next(here, self._view.transcript).setFocus()

    def _why_not(self) -> str:
        it = self._consultation
        if it.recording.active:
            return tr("Recorder", "“{name}” is being recorded.", name=it.recording.name)
        return self._obstacle

    def _consented(self, how: str, then: Callable[[], object]) -> None:
        self._view.recorder.setFocus()
        self._consultation.consented(how, then)

    def _changed(self, change: Change) -> None:
        if change.topic is Topic.MODELS:
            self.look_at_speech()
