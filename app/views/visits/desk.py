"""Joins a visit's views with the visit: what is shown follows the engine, what is done goes to it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QFileDialog

from app.i18n import tr
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
    VisitState,
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
        view.named.connect(self._name)
        view.template_chosen.connect(self._choose_template)
        view.consent.given.connect(self._consented)
        view.recovery_wanted.connect(it.recover)
        view.restore_wanted.connect(self._restore)
        view.recorder.toggled.connect(it.record)
        view.recorder.marked.connect(self.mark)
        view.recorder.finished.connect(it.recording.finish)
        view.beginning.pasted.connect(self.paste)
        view.beginning.file_wanted.connect(self.choose_file)
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
        note.draft_wanted.connect(self.draft)
        note.stop_wanted.connect(lambda: it.work.stop(it.visit_id))
        note.undo.connect(lambda: self.step_back(undo=True))
        note.redo.connect(lambda: self.step_back(undo=False))
        note.review_wanted.connect(self.review)
        note.section_made.connect(self._connect_section)
        note.removed.restored.connect(lambda index: it.act(lambda visit: visits.restore_removed(visit, index)))
        note.signed.amended.connect(lambda text: it.act(lambda visit: visits.amend(visit, text)))
        note.review.signed.connect(self.sign)
        note.review.put_off.connect(self._put_off)
        note.review.chosen.connect(lambda marked: self.sentences.find(marked.section, marked.sentence.text))

    def _connect_section(self, view: SectionView) -> None:
        it, visits = self.consultation, self._context.workspace.visits
        view.editor.edited.connect(partial(it.edit_section, view.key))
        view.editor.undo_wanted.connect(lambda: self.step_back(undo=True))
        view.editor.redo_wanted.connect(lambda: self.step_back(undo=False))
        view.anew.connect(partial(it.draft, view.key))
        view.copied.connect(lambda: self.copy(view.key))
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

    def _name(self, name: str) -> None:
        it, visits = self.consultation, self._context.workspace.visits
        if it.visit is not None and it.editable and name != it.visit.info.patient:
            it.act(lambda visit: visits.change(visit, patient=name) and None)

    def _choose_template(self, template: str) -> None:
        it, visits = self.consultation, self._context.workspace.visits
        if it.visit is not None and it.editable and template != it.visit.info.template:
            it.act(lambda visit: visits.change(visit, template=template) and None)

    def mark(self) -> None:
        """Mark this moment of the recording."""
        if self.consultation.recording.mark():
            self._context.notices.toast(tr("Recorder", "Marked."))

    def paste(self, text: str) -> None:
        """Take a transcript from a text."""
        visits = self._context.workspace.visits
        self.consultation.act(lambda visit: visits.paste(visit, text), lambda _visit: self.view.beginning.clear())

    def choose_file(self) -> None:
        """Ask for a file of sound or text, and take it."""
        kinds = "*.wav *.mp3 *.m4a *.ogg *.flac *.mp4 *.txt *.vtt *.srt *.TextGrid *.docx"
        name, _kind = QFileDialog.getOpenFileName(
            self.view,
            tr("Visits", "Transcript or recording"),
            "",
            tr("Visits", "Sound and text ({kinds})", kinds=kinds),
        )
        if name:
            self.consultation.import_file(Path(name))

    def draft(self) -> None:
        """Write the note, with what was typed stored first."""
        visit = self.consultation.visit
        if visit is not None and visit.transcript.utterances:
            self.view.note.flush()
            self.consultation.draft()

    def step_back(self, *, undo: bool) -> None:
        """Go back to the note as it was before the last act, or forward again."""
        visits = self._context.workspace.visits
        self.view.note.flush()
        self.consultation.act(visits.undo if undo else visits.redo)

    def review(self) -> None:
        """Show what is still marked, and offer to sign."""
        it, visits = self.consultation, self._context.workspace.visits
        visit_id = it.visit_id
        if visit_id is None or it.visit is None or it.visit.note is None or not it.editable:
            return
        self.view.note.flush()
        it.calls.act(lambda: visits.review(visit_id), self.view.note.show_review)

    def sign(self) -> None:
        """Sign the note as it stands."""
        visits = self._context.workspace.visits
        self.view.note.flush()
        self.view.note.review.hide()
        self.sentences.clear()
        self.consultation.act(visits.sign, self._signed)

    def _signed(self, visit: Visit) -> None:
        if visit.info.state in (VisitState.SIGNED, VisitState.AMENDED):
            self._context.notices.toast(tr("Visits", "Signed."))
            self.view.note.signed.add_button.setFocus()

    def _put_off(self) -> None:
        self.view.note.review.hide()
        self.show()

    def _restore(self) -> None:
        visits = self._context.workspace.visits
        self.consultation.act(lambda visit: visits.restore(visit) and None)

    def copy(self, section: str = "") -> None:
        """Put the text of the note, or of one section, on the clipboard."""
        it, visits = self.consultation, self._context.workspace.visits
        visit_id = it.visit_id
        if visit_id is None:
            return
        self.view.note.flush()

        def take(text: str) -> None:
            QApplication.clipboard().setText(text)
            self._context.notices.toast(tr("Visits", "Copied."))

        it.calls.act(lambda: visits.text(visit_id, section), take)

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
