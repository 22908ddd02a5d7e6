"""One visit: whose it is, the recorder, the transcript and the note side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.i18n import moment_text, tr, when_text
from app.views.visits.beginning import Beginning
from app.views.visits.consent import ConsentAsked
from app.views.visits.note_pane import NotePane
from app.views.visits.proof_card import ProofCard
from app.views.visits.recorder import Recorder
from app.views.visits.transcript_pane import TranscriptPane
from app.widgets.buttons import IconButton, push_button
from app.widgets.feedback import Notice
from app.widgets.labels import label, set_role
from app.widgets.layout import SPACE_L, SPACE_M, SPACE_S, row, show_if
from app.words.visits import clock_text, state_words, template_words
from engine.types import VisitState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.theme import Theme
    from engine.types import NoteTemplate, Visit

_STATE_ROLES = {VisitState.DRAFT: "chip", VisitState.DISCARDED: "chip-warn"}


class VisitView(QWidget):
    """Lays out the parts; Desk joins them with the engine. named: whose visit it is, as typed. template_chosen: an id.

    list_wanted: show or hide the list of visits.
    """

    named = Signal(str)
    template_chosen = Signal(str)
    list_wanted = Signal()
    recovery_wanted = Signal()
    restore_wanted = Signal()

    def __init__(self, theme: Theme, *, may_fetch: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._templates: list[NoteTemplate] = []
        self.recorder = Recorder(theme)
        self.consent = ConsentAsked(theme)
        self.interrupted = self._make_interrupted()
        self.discarded = self._make_discarded()
        self.transcript = TranscriptPane(theme)
        self.beginning = Beginning(theme, may_fetch=may_fetch)
        self.proof = ProofCard(theme)
        self.note = NotePane(theme)
        self._lay_out()
        show_if(self.proof, False)

    def _lay_out(self) -> None:
        header = self._make_header()
        self.left = QStackedWidget()
        self.left.addWidget(self.beginning)
        self.left.addWidget(self.transcript)
        side = QWidget()
        left = QVBoxLayout(side)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        left.addWidget(self.left, 1)
        left.addWidget(self.proof)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(1)
        for pane, stretch in ((side, 2), (self.note, 3)):
            pane.setMinimumWidth(240)
            self.splitter.addWidget(pane)
            self.splitter.setStretchFactor(self.splitter.count() - 1, stretch)
        notices = QVBoxLayout()
        notices.setContentsMargins(SPACE_L, 0, SPACE_L, 0)
        for notice in (self.consent, self.interrupted, self.discarded):
            notices.addWidget(notice)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(SPACE_S)
        outer.addLayout(header)
        outer.addLayout(notices)
        outer.addWidget(self.recorder)
        outer.addWidget(self.splitter, 1)

    def _make_header(self) -> QVBoxLayout:
        self.list_button = IconButton(
            self._theme, "sidebar", tr("Visits", "Show or hide visits"), self.list_wanted.emit, size=16
        )
        self.patient = QLineEdit()
        self.patient.setPlaceholderText(tr("Visits", "Patient (may stay empty)"))
        self.patient.setAccessibleName(tr("Visits", "Patient"))
        self.patient.setMaxLength(200)
        self.patient.editingFinished.connect(lambda: self.named.emit(self.patient.text().strip()))
        self.template = QComboBox()
        self.template.setAccessibleName(tr("Visits", "Template of the note"))
        self.template.activated.connect(lambda at: self.template_chosen.emit(str(self.template.itemData(at))))
        self.when = label("", "small")
        self.state = label("", "chip")
        line = row(self.list_button, self.patient, self.template, self.when, self.state, widest=self.patient)
        line.setContentsMargins(SPACE_M, SPACE_M, SPACE_L, SPACE_S)
        holder = QVBoxLayout()
        holder.addLayout(line)
        return holder

    def _make_interrupted(self) -> Notice:
        act = push_button(tr("Visits", "Write it down now"), self.recovery_wanted.emit, role="primary")
        notice = Notice(self._theme, ("warning", "warn"), buttons=(act,), tone="warn")
        show_if(notice, False)
        return notice

    def _make_discarded(self) -> Notice:
        act = push_button(tr("Visits", "Take it back"), self.restore_wanted.emit)
        words = tr("Visits", "This visit was discarded.")
        notice = Notice(self._theme, ("trash", "muted"), words, buttons=(act,))
        show_if(notice, False)
        return notice

    def show_templates(self, templates: Sequence[NoteTemplate]) -> None:
        """Offer these."""
        chosen = self.template.currentData()
        self._templates = list(templates)
        self.template.clear()
        for each in templates:
            self.template.addItem(template_words(each), each.id)
        self._choose_template(str(chosen or ""))

    def template_of(self, visit: Visit) -> NoteTemplate | None:
        """The template that the visit's note is written by."""
        return next((each for each in self._templates if each.id == visit.info.template), None)

    def show_head(self, visit: Visit, *, editable: bool) -> None:
        """Whose visit it is, and how far."""
        info = visit.info
        if not self.patient.hasFocus():
            self.patient.setText(info.patient)
            self.patient.setCursorPosition(0)  # a long name shows its beginning
            self.patient.setToolTip(info.patient)
        self.patient.setReadOnly(not editable)
        self._choose_template(info.template)
        self.template.setEnabled(editable)
        self.when.setText(when_text(info.begun_at))
        self.when.setToolTip(moment_text(info.begun_at))
        self.state.setText(state_words(info.state))
        set_role(self.state, _STATE_ROLES.get(info.state, "chip-ok"))
        show_if(self.discarded, info.state is VisitState.DISCARDED)

    def show_interrupted(self, seconds: float | None) -> None:
        """Offer to write down what was recorded before the program ended; None: there is nothing."""
        if seconds is not None:
            words = tr("Visits", "The recording was interrupted. {time} of it are kept.", time=clock_text(seconds))
            self.interrupted.say(words, tr("Visits", "It was not all written down yet."))
        show_if(self.interrupted, seconds is not None)

    def _choose_template(self, template_id: str) -> None:
        at = self.template.findData(template_id)
        if at >= 0:
            self.template.setCurrentIndex(at)
