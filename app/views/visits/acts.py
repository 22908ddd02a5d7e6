"""What a person does with the visit that is shown: from naming the patient to signing the note."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QFileDialog

from app.i18n import tr
from engine.types import Visit, VisitState

if TYPE_CHECKING:
    from app.context import AppContext
    from app.views.visits.consultation import Consultation
    from app.views.visits.sentences import Sentences
    from app.views.visits.visit_view import VisitView


class Acts:
    """Acts on the visit of consultation; what was typed into the note is stored before each that needs it."""

    def __init__(self, context: AppContext, consultation: Consultation, view: VisitView, sentences: Sentences) -> None:
        self._context = context
        self._consultation = consultation
        self._view = view
        self._sentences = sentences

    def name(self, name: str) -> None:
        """Whose visit it is."""
        it, visits = self._consultation, self._context.workspace.visits
        if it.visit is not None and it.editable and name != it.visit.info.patient:
            it.act(lambda visit: visits.change(visit, patient=name) and None)

    def choose_template(self, template: str) -> None:
        """By which template its note is written; template: an id."""
        it, visits = self._consultation, self._context.workspace.visits
        if it.visit is not None and it.editable and template != it.visit.info.template:
            it.act(lambda visit: visits.change(visit, template=template) and None)

    def mark(self) -> None:
        """Mark this moment of the recording."""
        if self._consultation.recording.mark():
            self._context.notices.toast(tr("Recorder", "Marked."))

    def paste(self, text: str) -> None:
        """Take a transcript from a text."""
        visits = self._context.workspace.visits
        self._consultation.act(lambda visit: visits.paste(visit, text), lambda _visit: self._view.beginning.clear())

    def choose_file(self) -> None:
        """Ask for a file of sound or text, and take it."""
        if not self._consultation.at_rest:
            return
        kinds = "*.wav *.mp3 *.m4a *.ogg *.flac *.mp4 *.txt *.vtt *.srt *.TextGrid *.docx"
        name, _kind = QFileDialog.getOpenFileName(
            self._view,
            tr("Visits", "Transcript or recording"),
            "",
            tr("Visits", "Sound and text ({kinds})", kinds=kinds),
        )
        if name:
            self._consultation.import_file(Path(name))

    def draft(self) -> None:
        """Write the note, with what was typed stored first."""
        visit = self._consultation.visit
        if visit is not None and visit.transcript.utterances:
            self._view.note.flush()
            self._consultation.draft()

    def step_back(self, *, undo: bool) -> None:
        """Go back to the note as it was before the last act, or forward again."""
        visits = self._context.workspace.visits
        self._view.note.flush()
        self._consultation.act(visits.undo if undo else visits.redo)

    def review(self) -> None:
        """Show what is still marked, and offer to sign."""
        it, visits = self._consultation, self._context.workspace.visits
        visit_id = it.visit_id
        if visit_id is None or it.visit is None or it.visit.note is None or not it.editable:
            return
        self._view.note.flush()
        it.calls.act(lambda: visits.review(visit_id), self._view.note.show_review)

    def sign(self) -> None:
        """Sign the note as it stands."""
        visits = self._context.workspace.visits
        self._view.note.flush()
        self._view.note.review.hide()
        self._sentences.clear()
        self._consultation.act(visits.sign, self._signed)

    def _signed(self, visit: Visit) -> None:
        if visit.info.state in (VisitState.SIGNED, VisitState.AMENDED):
            self._context.notices.toast(tr("Visits", "Signed."))
            self._view.note.signed.add_button.setFocus()

    def restore(self) -> None:
        """Take a discarded visit back."""
        self._consultation.act(self._context.workspace.visits.restore)

    def copy(self, section: str = "") -> None:
        """Put the text of the note, or of one section, on the clipboard."""
        it, visits = self._consultation, self._context.workspace.visits
        visit_id = it.visit_id
        if visit_id is None or it.visit is None or it.visit.note is None:
            return
        self._view.note.flush()

        def take(text: str) -> None:
            QApplication.clipboard().setText(text)
            self._context.notices.toast(tr("Visits", "Copied."))

        it.calls.act(lambda: visits.text(visit_id, section), take)
