"""Joins a visit's views with the visit: what is shown follows the engine, what is done goes to it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.i18n import tr
from app.views.visits.acts import Acts
from app.views.visits.hearing import Hearing
from app.views.visits.sentences import Sentences
from engine.types import (
    Change,
    NoteSection,
    Permission,
    SaidAt,
    SoundState,
    Topic,
    Utterance,
    Visit,
)

if TYPE_CHECKING:
    from app.context import AppContext
    from app.views.visits.consultation import Consultation
    from app.views.visits.note_section import SectionView
    from app.views.visits.visit_view import VisitView
    from engine.types import NoteTemplate

_AUDIBLE = frozenset({SoundState.KEPT, SoundState.INTERRUPTED, SoundState.RECORDING})


class Desk(QObject):
    """view shows consultation."""

    def __init__(self, context: AppContext, consultation: Consultation, view: VisitView) -> None:
        super().__init__(view)
        self._context = context
        self.consultation = consultation
        self.view = view
        self.hearing = Hearing(context, self)
        self.sentences = Sentences(context, consultation, view, self.hear_said)
        self.acts = Acts(context, consultation, view, self.sentences)
        self._obstacle = ""
        self._shown: int | None = None
        self._connect()
        self.load_templates()
        self.look_at_speech()

    # connections

    def _connect(self) -> None:
        it, view = self.consultation, self.view
        it.shown.connect(self.show)
        it.leaving.connect(self.keep)
        it.checked.connect(self._checked)
        it.consent_wanted.connect(view.consent.ask)
        it.recording.changed.connect(self._show_recorder)
        it.recording.heard.connect(self._hear)
        it.work.changed.connect(self._work_changed)
        self._context.changes.changed.connect(self._changed)
        view.named.connect(self.acts.name)
        view.template_chosen.connect(self.acts.choose_template)
        view.consent.given.connect(self._consented)
        view.recovery_wanted.connect(it.recover)
        view.restore_wanted.connect(self.acts.restore)
        view.recorder.toggled.connect(it.record)
        view.recorder.marked.connect(self.acts.mark)
        view.recorder.finished.connect(it.recording.finish)
        view.beginning.pasted.connect(self.acts.paste)
        view.beginning.file_wanted.connect(self.acts.choose_file)
        view.beginning.model_wanted.connect(lambda: self._context.navigation.open_page("models"))
        self._connect_transcript()
        self._connect_note()

    def _connect_transcript(self) -> None:
        it, pane = self.consultation, self.view.transcript
        visits = self._context.workspace.visits
        pane.played.connect(self._play)
        pane.corrected.connect(
            lambda number, text: it.act(lambda visit: visits.edit_utterance(visit, number, text=text))
        )
        pane.speaker_chosen.connect(
            lambda number, name: it.act(lambda visit: visits.edit_utterance(visit, number, speaker=name))
        )
        pane.renamed.connect(lambda old, new: it.act(lambda visit: visits.name_speaker(visit, old, new)))
        pane.swapped.connect(lambda: it.act(visits.swap_speakers))

    def _connect_note(self) -> None:
        it, note = self.consultation, self.view.note
        visits = self._context.workspace.visits
        note.draft_wanted.connect(self.acts.draft)
        note.stop_wanted.connect(lambda: it.work.stop(it.visit_id))
        note.undo.connect(lambda: self.acts.step_back(undo=True))
        note.redo.connect(lambda: self.acts.step_back(undo=False))
        note.review_wanted.connect(self.acts.review)
        note.section_made.connect(self._connect_section)
        note.removed.restored.connect(lambda index: it.act(lambda visit: visits.restore_removed(visit, index)))
        note.signed.amended.connect(lambda text: it.act(lambda visit: visits.amend(visit, text)))
        note.review.signed.connect(self.acts.sign)
        note.review.put_off.connect(self._put_off)
        note.review.chosen.connect(lambda marked: self.sentences.find(marked.section, marked.sentence.text))

    def _connect_section(self, view: SectionView) -> None:
        it, visits = self.consultation, self._context.workspace.visits
        view.editor.edited.connect(partial(it.edit_section, view.key))
        view.editor.undo_wanted.connect(lambda: self.acts.step_back(undo=True))
        view.editor.redo_wanted.connect(lambda: self.acts.step_back(undo=False))
        view.anew.connect(partial(it.draft, view.key))
        view.copied.connect(lambda: self.acts.copy(view.key))
        view.inserted.connect(lambda index: it.act(lambda visit: visits.insert_omission(visit, index)))
        view.dismissed.connect(lambda index: it.act(lambda visit: visits.dismiss_omission(visit, index)))
        view.looked_at.connect(lambda omission: self.sentences.show_words([omission.said]))
        self.sentences.connect_section(view)

    # what is shown

    def show(self) -> None:
        """Show the visit as it is now."""
        it, view, visit = self.consultation, self.view, self.consultation.visit
        if visit is None:
            return
        if visit.info.id != self._shown:
            self._shown = visit.info.id
            self._forget()
        view.show_head(visit, editable=it.editable)
        self._show_left(visit)
        self._show_note(visit)
        self._show_recorder()

    def _forget(self) -> None:
        """Another visit: what belonged to the one before goes."""
        self.view.beginning.clear()
        self.view.consent.hide()
        self.view.transcript.stop_editing()
        self.hearing.stop()
        self.sentences.clear()

    def _show_left(self, visit: Visit) -> None:
        it, view = self.consultation, self.view
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

    def _show_note(self, visit: Visit) -> None:
        it, view = self.consultation, self.view
        drafting = it.work.drafting(visit.info.id)
        view.note.show_visit(
            visit, view.template_of(visit), drafting, editable=it.editable, may_sign=self._may(Permission.SIGN_NOTES)
        )
        if it.recording_here:
            view.note.say_recording()
        words = bool(visit.transcript.utterances)
        view.note.draft_button.setEnabled(drafting is not None or (words and not it.recording_here))
        self.sentences.refresh()

    def _show_recorder(self) -> None:
        it, recorder, visit = self.consultation, self.view.recorder, self.consultation.visit
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

    def _keep_focus(self) -> None:
        """A button of the recorder went; the focus would go to whatever comes next, perhaps out of the page."""
        draft, main = self.view.note.draft_button, self.view.recorder.main
        here = (each for each in (draft, main) if each.isVisible() and each.isEnabled())
        next(here, self.view.transcript).setFocus()

    def _why_not(self) -> str:
        it = self.consultation
        if it.recording.active:
            return tr("Recorder", "“{name}” is being recorded.", name=it.recording.name)
        return self._obstacle

    def _hear(self, visit_id: int, utterances: list[Utterance]) -> None:
        if visit_id == self.consultation.visit_id:
            self.view.left.setCurrentWidget(self.view.transcript)
            self.view.transcript.hear(utterances)

    def _work_changed(self, visit_id: int) -> None:
        visit = self.consultation.visit
        if visit is None or visit.info.id != visit_id:
            return
        if self.consultation.work.transcribing(visit_id) is not None:
            self._show_left(visit)
            self._show_recorder()
        else:
            self._show_note(visit)

    def _checked(self, section: NoteSection) -> None:
        self.view.note.refresh_section(section)
        self.sentences.refresh()

    # what is offered

    def _changed(self, change: Change) -> None:
        if change.topic is Topic.TEMPLATES:
            self.load_templates()
        elif change.topic is Topic.MODELS:
            self.look_at_speech()

    def load_templates(self) -> None:
        """Ask which templates there are."""
        templates = self._context.workspace.templates

        def take(found: list[NoteTemplate]) -> None:
            self.view.show_templates(found)
            self.show()

        self.consultation.calls.read(templates.list, take)

    def look_at_speech(self) -> None:
        """Ask whether speech can be understood here."""
        speech = self._context.workspace.speech

        def take(obstacle: str) -> None:
            self._obstacle = obstacle
            self.view.beginning.show_obstacle(obstacle)
            self._show_recorder()

        self.consultation.calls.read(speech.available, take)

    def _may(self, permission: Permission) -> bool:
        return self._context.may(permission)

    # acts

    def _consented(self, how: str, then: Callable[[], object]) -> None:
        self.view.recorder.setFocus()
        self.consultation.consented(how, then)

    def _put_off(self) -> None:
        self.view.note.review.hide()
        self.show()

    # hearing

    def _play(self, utterance: Utterance) -> None:
        visit = self.consultation.visit
        if visit is not None and visit.info.sound in _AUDIBLE and not self.consultation.recording_here:
            self.hearing.play(visit.info.id, utterance.begins_s, utterance.ends_s)

    def hear_said(self, said: SaidAt) -> None:
        """Play the words that a sentence rests on."""
        visit = self.consultation.visit
        if visit is not None and visit.info.sound in _AUDIBLE:
            self.hearing.play(visit.info.id, said.begins_s, said.ends_s)

    def keep(self) -> None:
        """Hand over everything that was typed: the workspace is about to be locked."""
        self.view.note.flush()
