"""Joins the transcript of a visit with the visit: what was said is followed, heard again and corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.views.visits.hearing import Hearing
from engine.types import SaidAt, SoundState, Utterance, Visit

if TYPE_CHECKING:
    from app.context import AppContext
    from app.views.visits.consultation import Consultation
    from app.views.visits.visit_view import VisitView

_AUDIBLE = frozenset({SoundState.KEPT, SoundState.INTERRUPTED, SoundState.RECORDING})


class TranscriptDesk(QObject):
    """view shows what was said in consultation, or how it begins where nothing was."""

    def __init__(self, context: AppContext, consultation: Consultation, view: VisitView) -> None:
        super().__init__(view)
        self._consultation = consultation
        self._view = view
        self.hearing = Hearing(context, self)
        it, pane, visits = consultation, view.transcript, context.workspace.visits
        it.recording.heard.connect(self._hear)
        pane.played.connect(self._play)
        pane.corrected.connect(
            lambda number, text: it.act(lambda visit: visits.edit_utterance(visit, number, text=text))
        )
        pane.speaker_chosen.connect(
            lambda number, name: it.act(lambda visit: visits.edit_utterance(visit, number, speaker=name))
        )
        pane.renamed.connect(lambda old, new: it.act(lambda visit: visits.name_speaker(visit, old, new)))
        pane.swapped.connect(lambda: it.act(visits.swap_speakers))

    def show(self, visit: Visit) -> None:
        """Show what was said in the visit, as far as it is known now."""
        it, view = self._consultation, self._view
        transcribing = it.work.transcribing(visit.info.id)
        has_words = bool(visit.transcript.utterances) or it.recording_here or transcribing is not None
        view.left.setCurrentWidget(view.transcript if has_words or not it.editable else view.beginning)
        audible = visit.info.sound in _AUDIBLE and not it.recording_here
        if not it.recording_here and transcribing is None:
            view.transcript.show_transcript(visit.transcript, editable=it.editable, audible=audible)
        elif transcribing is not None:
            view.transcript.hear(list(transcribing.utterances.values()))
        interrupted = visit.info.sound is SoundState.INTERRUPTED and not it.recording_here and transcribing is None
        view.show_interrupted(visit.info.seconds if interrupted else None)

    def forget(self) -> None:
        """Another visit: what belonged to the one before goes."""
        self._view.beginning.clear()
        self._view.transcript.stop_editing()
        self.hearing.stop()

    def hear_said(self, said: SaidAt) -> None:
        """Play the words that a sentence rests on."""
        visit = self._consultation.visit
        if visit is not None and visit.info.sound in _AUDIBLE:
            self.hearing.play(visit.info.id, said.begins_s, said.ends_s)

    def _hear(self, visit_id: int, utterances: list[Utterance]) -> None:
        if visit_id == self._consultation.visit_id:
            self._view.left.setCurrentWidget(self._view.transcript)
            self._view.transcript.hear(utterances)

    def _play(self, utterance: Utterance) -> None:
        visit = self._consultation.visit
        if visit is not None and visit.info.sound in _AUDIBLE and not self._consultation.recording_here:
            self.hearing.play(visit.info.id, utterance.begins_s, utterance.ends_s)
