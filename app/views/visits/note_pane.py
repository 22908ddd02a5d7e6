"""The note: its sections while they are written, edited, reviewed and signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.i18n import tr
from app.views.visits.note_contents import omissions_of, progress_words, shown_sections, what_comes
from app.views.visits.note_section import SectionView
from app.views.visits.note_tail import RemovedList, SignedPart, problem_words
from app.views.visits.review_card import ReviewCard
from app.widgets.buttons import IconButton, push_button
from app.widgets.feedback import ProgressLine
from app.widgets.labels import ElidedLabel, label, set_role
from app.widgets.layout import SPACE_L, SPACE_M, SPACE_S, ScrollColumn, clear, row, show_if
from engine.types import NoteSection, NoteTemplate, Review, SoundState, Visit

if TYPE_CHECKING:
    from app.theme import Theme
    from app.views.visits.work import Drafting


_UNLIMITED = 16_000


class NotePane(QWidget):
    """draft_wanted, stop_wanted, undo, redo, review_wanted: its buttons. Sections speak for themselves: see `sections`.

    section_made: a SectionView that is new and wants to be connected.
    """

    draft_wanted = Signal()
    stop_wanted = Signal()
    undo = Signal()
    redo = Signal()
    review_wanted = Signal()
    more_wanted = Signal()
    section_made = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._visit_id: int | None = None
        self.sections: dict[str, SectionView] = {}
        self.review = ReviewCard(theme)
        self.removed = RemovedList(theme)
        self.signed = SignedPart(theme)
        self.progress = ProgressLine()
        self.hint = label("", "muted", wrap=True)
        self._lay_out()
        for each in (self.review, self.removed, self.signed, self.progress, self.hint):
            show_if(each, False)

    def _lay_out(self) -> None:
        theme = self._theme
        self.heading = label(tr("Note", "Note"), "heading")
        self.state = ElidedLabel("", "small", mode=Qt.TextElideMode.ElideRight)
        self.draft_button = push_button(tr("Note", "Write the note"), self._draft_or_stop, role="primary")
        self.sign_button = push_button(tr("Note", "Review and sign"), self.review_wanted.emit)
        self.undo_button = IconButton(theme, "undo", tr("Note", "Undo"), self.undo.emit, size=16, shortcut="Ctrl+Z")
        self.more_button = IconButton(theme, "more", tr("Note", "More"), self.more_wanted.emit, size=16)
        buttons = (self.draft_button, self.sign_button, self.undo_button, self.more_button)
        header = row(self.heading, self.state, *buttons, widest=self.state)
        header.setContentsMargins(SPACE_L, SPACE_S, SPACE_M, SPACE_S)
        self.column = ScrollColumn(max_width=_UNLIMITED)
        body = self.column.body
        body.setContentsMargins(SPACE_L, SPACE_S, SPACE_L, SPACE_L)
        body.setSpacing(SPACE_M)
        self._list = QVBoxLayout()
        self._list.setSpacing(SPACE_S)
        for widget in (self.progress, self.review, self.hint):
            body.addWidget(widget)
        body.addLayout(self._list)
        body.addWidget(self.removed)
        body.addWidget(self.signed)
        body.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(header)
        outer.addWidget(self.column, 1)

    def show_visit(
        self, visit: Visit, template: NoteTemplate | None, drafting: Drafting | None, *, editable: bool, may_sign: bool
    ) -> None:
        """Show the stored note, with what is being written of it."""
        if visit.info.id != self._visit_id:
            self._visit_id = visit.info.id
            self.review.hide()
            self._make_sections([])
        note = visit.note
        sections = shown_sections(note, template, drafting)
        if [(each.key, each.title) for each in sections] != [(key, view.title) for key, view in self.sections.items()]:
            self._make_sections(sections)
        for section in sections:
            writing = drafting is not None and drafting.only in ("", section.key)
            at_pen = drafting is not None and drafting.at == section.key
            omissions = omissions_of(note, section.key, sections)
            self.sections[section.key].show_section(
                section, omissions, editable=editable, writing=writing, at_pen=at_pen
            )
        self.removed.show_removed(note.removed if note is not None and drafting is None else [], editable=editable)
        self.signed.show_visit(visit, may_sign=may_sign)
        self._show_head(visit, drafting, editable=editable, may_sign=may_sign)
        self._show_progress(drafting)
        show_if(self.hint, visit.note is None and drafting is None)
        self.hint.setText(what_comes(visit))

    def refresh_section(self, section: NoteSection) -> None:
        """A section was checked again."""
        view = self.sections.get(section.key)
        if view is not None:
            view.editor.show_section(section)

    def flush(self) -> None:
        """Hand over everything that was typed."""
        for view in self.sections.values():
            view.editor.flush()

    def bring(self, view: SectionView, place: QRectF | None = None) -> None:
        """Scroll a sentence of a section, or all of it, into view."""

        def show() -> None:
            inner: QWidget | None = self.column.widget()
            if inner is None:
                return
            corner = view.editor.mapTo(inner, view.editor.rect().topLeft())
            height = round(place.height()) if place is not None else view.height()
            top = corner.y() + (round(place.top()) if place is not None else 0)
            QScrollArea.ensureVisible(self.column, 0, top + height // 2, 0, max(height // 2 + 40, 60))

        QTimer.singleShot(0, view, show)

    def bring_widget(self, widget: QWidget) -> None:
        """Scroll a widget of the note into view."""
        QTimer.singleShot(0, widget, lambda: self.column.ensureWidgetVisible(widget, 0, 60))

    def show_review(self, review: Review) -> None:
        """Show what is left to look at before signing."""
        self.review.show_review(review)
        self.sign_button.hide()
        self.column.verticalScrollBar().setValue(0)

    def _make_sections(self, sections: list[NoteSection]) -> None:
        clear(self._list)
        self.sections = {}
        for section in sections:
            view = SectionView(self._theme, section.key, section.title)
            self.sections[section.key] = view
            self._list.addWidget(view)
            self.section_made.emit(view)

    def _show_head(self, visit: Visit, drafting: Drafting | None, *, editable: bool, may_sign: bool) -> None:
        note = visit.note
        words, role = "", "small"
        if note is not None and drafting is None:
            words, role = problem_words(note, visit.transcript.utterances)
        self.state.setText(words)
        set_role(self.state, role)
        written = note is not None and drafting is None
        show_if(self.draft_button, editable and (drafting is not None or note is None))
        self.draft_button.setText(tr("Note", "Stop") if drafting is not None else tr("Note", "Write the note"))
        self.draft_button.setToolTip("Esc" if drafting is not None else "Ctrl+D")
        # What was interrupted is written down first; that button is above.
        waits = drafting is not None or visit.info.sound is SoundState.INTERRUPTED
        set_role(self.draft_button, "" if waits else "primary")
        show_if(self.sign_button, written and editable and may_sign and not self.review.isVisible())
        show_if(self.undo_button, written and editable)
        self.undo_button.setEnabled(visit.undoable)

    def _show_progress(self, drafting: Drafting | None) -> None:
        show_if(self.progress, drafting is not None)
        if drafting is None:
            return
        latest = drafting.latest
        self.progress.show_progress(latest.done, latest.total, progress_words(latest))

    def say_recording(self) -> None:
        """The visit is being recorded: what that does for its note."""
        self.hint.setText(
            tr("Note", "What is said is read ahead, so that the note begins at once when the recording ends.")
        )

    def _draft_or_stop(self) -> None:
        stops = self.progress.isVisible()
        (self.stop_wanted if stops else self.draft_wanted).emit()
