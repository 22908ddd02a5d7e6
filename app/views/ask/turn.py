"""One question and its answer on the page: being written, finished, stopped, failed, or not in the documents."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.i18n import tr
from app.views.ask.citations import Citations, cite, text_with_sources
from app.views.ask.foot import TurnFoot
from app.views.ask.outcome import failure_of, is_unsupported, outcome_notice
from app.views.ask.question import QuestionView
from app.views.ask.summary import AnswerSummary
from app.widgets.answer_view import AnswerView
from app.widgets.buttons import push_button
from app.widgets.elided_button import ElidedButton
from app.widgets.layout import SPACE_L, SPACE_M, clear, column, show_if
from app.widgets.passage_list import PassageList
from app.widgets.quoted_passages import QuotedPassages
from engine.types import TurnState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.theme import Theme
    from app.views.ask.live import LiveAnswer
    from engine.types import Hit, Sentence, Turn


class TurnView(QWidget):
    """Signals carry what the reader asked for; the page acts on them."""

    source_chosen = Signal(object)
    proof_chosen = Signal(object)
    passage_chosen = Signal(object)
    regenerate_chosen = Signal()
    question_resent = Signal(str)
    edit_chosen = Signal()
    copied = Signal(str)
    why_chosen = Signal()

    def __init__(self, theme: Theme, question: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.turn: Turn | None = None
        self._citations = Citations()
        self.question = QuestionView(theme, question)
        self.question.resent.connect(self.question_resent)
        self.question.edit_requested.connect(self.edit_chosen)
        self.answer = AnswerView(theme)
        self.answer.activated.connect(self._open_chip)
        self.summary = AnswerSummary(theme)
        self.summary.problems_toggled.connect(self._filter)
        self.summary.problem_chosen.connect(self._open_problem)
        self.quotes = QuotedPassages(theme)
        self.quotes.chosen.connect(self.passage_chosen)
        self.unfold_button = push_button(tr("Ask", "Show the answer anyway"), self.show_whole_answer, role="link")
        show_if(self.unfold_button, False)
        self._notice = column()
        self.sources = column(spacing=0)
        self.foot = TurnFoot(theme)
        self.foot.copy_chosen.connect(self._copy)
        self.foot.regenerate_chosen.connect(self.regenerate_chosen)
        self.foot.why_chosen.connect(self.why_chosen)
        self.foot.passages_toggled.connect(self._show_passages)
        self.passages = PassageList(theme, all_visible=True)
        self.passages.chosen.connect(self.passage_chosen)
        self.passages.hide()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, SPACE_L)
        outer.setSpacing(SPACE_M)
        for item in (self.question, self.answer, self.summary, self._notice):
            outer.addLayout(item) if isinstance(item, QVBoxLayout) else outer.addWidget(item)
        outer.addWidget(self.unfold_button, 0, Qt.AlignmentFlag.AlignLeft)
        outer.addWidget(self.quotes)
        outer.addLayout(self.sources)
        outer.addWidget(self.foot)
        outer.addWidget(self.passages)

    @property
    def sentences(self) -> list[Sentence]:
        """The sentences written so far."""
        return self._citations.sentences

    def show_live(self, live: LiveAnswer) -> None:
        """Bring the view up to date with an answer that is being written."""
        self.question.set_editable(False)
        self._cite(live.sentences, live.hits)
        self.answer.stream(live.text, self._citations.marks)
        self.foot.show_work(live)

    def show_turn(self, turn: Turn, *, last: bool) -> None:
        """Show how a question ended. last: it is the newest of its conversation and can be asked anew in place."""
        self.turn = turn
        answer = turn.answer
        hits = answer.hits if answer else []
        self._cite(answer.sentences if answer else [], hits)
        self.answer.show_answer(answer.text if answer else "", self._citations.marks)
        # Where the documents do not say, the notice says so; the model's own words for it would only repeat it.
        told = turn.state is not TurnState.DONE or (answer is not None and answer.answered)
        unsupported = is_unsupported(turn)
        show_if(self.answer, told and not unsupported and bool(answer and answer.text))
        show_if(self.unfold_button, unsupported)
        self.summary.show_answer(answer if told else None)
        clear(self._notice)
        notice = outcome_notice(self._theme, turn, self.regenerate_chosen.emit if last else None)
        if notice is not None:
            self._notice.addWidget(notice)
            notice.show()
        passages = [hit.passage for hit in hits]
        self.passages.show_passages(passages)
        self.foot.show_turn(turn, last=last)
        self.question.set_editable(True)
        # Without an answer to rely on, the documents' own words are the next best thing to read.
        fallback = turn.state is TurnState.DONE and answer is not None and (unsupported or not answer.answered)
        self.quotes.show_passages(passages if fallback else [])
        if fallback:
            clear(self.sources)
        spoken_problems = [sign.spoken for mark in self._citations.marks if (sign := mark.sign) and sign.spoken]
        self.answer.setAccessibleDescription(". ".join([self.summary.words.accessibleName(), *spoken_problems]))

    def show_whole_answer(self) -> None:
        """Show the answer with all of its sentences, also where nothing supports it."""
        self.summary.filter_button.setChecked(False)
        show_if(self.unfold_button, False)
        show_if(self.answer, bool(self.answer.text))

    def set_last(self, last: bool) -> None:
        """Whether this is still the newest question of its conversation."""
        if self.turn is not None:
            self.foot.show_turn(self.turn, last=last)

    def failed(self) -> bool:
        return self.turn is not None and failure_of(self.turn) is not None

    def _cite(self, sentences: Sequence[Sentence], hits: Sequence[Hit]) -> None:
        known = len(self._citations.sentences)
        if self.turn is None and 0 < known <= len(sentences):
            self._citations.add(sentences[known:], hits)
        else:
            self._citations = cite(sentences, hits)
        listed = self.sources.count()
        if listed > len(self._citations.entries):
            clear(self.sources)
            listed = 0
        for entry in self._citations.entries[listed:]:
            button = ElidedButton(
                f"{entry.number}  {entry.place}",
                partial(self.source_chosen.emit, entry.source),
                tip=tr("Ask", "{place}\nOpens the page with the passage marked", place=entry.place),
            )
            self.sources.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def _open_chip(self, href: str) -> None:
        proof = self._citations.proof(href)
        if proof is not None:
            self.proof_chosen.emit(proof)

    def _open_problem(self, number: int) -> None:
        proof = self._citations.proof_of(number)
        if proof is not None:
            self.proof_chosen.emit(proof)

    def _filter(self, only_problems: bool) -> None:
        show_if(self.unfold_button, False)
        show_if(self.answer, not only_problems)

    def _show_passages(self, shown: bool) -> None:
        show_if(self.passages, shown)

    def _copy(self) -> None:
        self.copied.emit(text_with_sources(self.answer.text, self._citations))
