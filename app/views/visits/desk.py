"""Joins a visit's views with the visit: what is shown follows the engine, what is done goes to it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.views.visits.acts import Acts
from app.views.visits.recorder_desk import RecorderDesk
from app.views.visits.sentences import Sentences
from app.views.visits.transcript_desk import TranscriptDesk
from engine.types import Change, NoteSection, Permission, Topic, Visit

if TYPE_CHECKING:
    from app.context import AppContext
    from app.views.visits.consultation import Consultation
    from app.views.visits.note_section import SectionView
    from app.views.visits.visit_view import VisitView
    from engine.types import NoteTemplate


class Desk(QObject):
    """view shows consultation: its head and its note here, what was said and its recording in parts of their own."""

    def __init__(self, context: AppContext, consultation: Consultation, view: VisitView) -> None:
        super().__init__(view)
        self._context = context
        self.consultation = consultation
        self.view = view
        self.transcript = TranscriptDesk(context, consultation, view)
        self.recorder = RecorderDesk(context, consultation, view)
        self.sentences = Sentences(context, consultation, view, self.transcript.hear_said)
        self.acts = Acts(context, consultation, view, self.sentences)
        self._shown: int | None = None
        self._connect()
        self._connect_note()
        self.load_templates()

    # connections

    def _connect(self) -> None:
        it, view = self.consultation, self.view
        it.shown.connect(self.show)
        it.leaving.connect(self.keep)
        it.checked.connect(self._checked)
        it.work.changed.connect(self._work_changed)
        self._context.changes.changed.connect(self._changed)
        view.named.connect(self.acts.name)
        view.template_chosen.connect(self.acts.choose_template)
        view.restore_wanted.connect(self.acts.restore)
        view.recorder.marked.connect(self.acts.mark)
        view.beginning.pasted.connect(self.acts.paste)
        view.beginning.file_wanted.connect(self.acts.choose_file)
        view.beginning.model_wanted.connect(lambda: self._context.navigation.open_page("models"))

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
        visit = self.consultation.visit
        if visit is None:
            return
        if visit.info.id != self._shown:
            self._shown = visit.info.id
            self._forget()
        self.view.show_head(visit, editable=self.consultation.editable)
        self.transcript.show(visit)
        self._show_note(visit)
        self.recorder.show()

    def _forget(self) -> None:
        """Another visit: what belonged to the one before goes."""
        self.transcript.forget()
        self.view.consent.hide()
        self.sentences.clear()

    def _show_note(self, visit: Visit) -> None:
        it, view = self.consultation, self.view
        drafting = it.work.drafting(visit.info.id)
        may_sign = self._context.may(Permission.SIGN_NOTES)
        view.note.show_visit(visit, view.template_of(visit), drafting, editable=it.editable, may_sign=may_sign)
        if it.recording_here:
            view.note.say_recording()
        words = bool(visit.transcript.utterances)
        view.note.draft_button.setEnabled(drafting is not None or (words and not it.recording_here))
        self.sentences.refresh()

    def _work_changed(self, visit_id: int) -> None:
        visit = self.consultation.visit
        if visit is None or visit.info.id != visit_id:
            return
        if self.consultation.work.transcribing(visit_id) is not None:
            self.transcript.show(visit)
            self.recorder.show()
        else:
            self._show_note(visit)

    def _checked(self, section: NoteSection) -> None:
        self.view.note.refresh_section(section)
        self.sentences.refresh()

    def _put_off(self) -> None:
        self.view.note.review.hide()
        self.show()

    # templates

    def _changed(self, change: Change) -> None:
        if change.topic is Topic.TEMPLATES:
            self.load_templates()

    def load_templates(self) -> None:
        """Ask which templates there are."""
        templates = self._context.workspace.templates

        def take(found: list[NoteTemplate]) -> None:
            self.view.show_templates(found)
            self.show()

        self.consultation.calls.read(templates.list, take)

    def keep(self) -> None:
        """Hand over everything that was typed: the workspace is about to be locked."""
        self.view.note.flush()
