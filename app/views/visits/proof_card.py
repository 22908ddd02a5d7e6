"""The proof of a sentence, below the transcript in which its words are marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.i18n import tr
from app.views.visits.note_words import finding_words, needs_a_look, said_words, verdict_words
from app.widgets.buttons import IconButton, push_button
from app.widgets.feedback import ThemedIcon
from app.widgets.labels import label
from app.widgets.layout import SPACE_L, SPACE_M, SPACE_S, clear, column, row, show_if
from app.widgets.rich import highlighted_html
from app.widgets.verdicts import LOOKS, limit_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.theme import Theme
    from engine.types import NoteSentence, SaidAt


class ProofCard(QFrame):
    """edit_chosen, confirm_chosen (bool), remove_chosen: what to do with the sentence. heard: SaidAt, to be played."""

    edit_chosen = Signal()
    confirm_chosen = Signal(bool)
    remove_chosen = Signal()
    heard = Signal(object)
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("proofcard")
        self._theme = theme
        self.sentence: NoteSentence | None = None
        self._audible = False
        self.icon = ThemedIcon(theme, "verdict-supported", "ok", 20)
        self.verdict = label("", "heading", wrap=True)
        self.quote = label("", wrap=True)
        self.quote.setTextFormat(Qt.TextFormat.RichText)
        self._found = QVBoxLayout()
        self._said = QVBoxLayout()
        for layout in (self._found, self._said):
            layout.setSpacing(SPACE_S)
        self.edit = push_button(tr("Note", "Edit"), self.edit_chosen.emit)
        self.confirm = push_button(tr("Note", "It is right"), self._confirm)
        self.remove = push_button(tr("Note", "Take it out"), self.remove_chosen.emit)
        self.unclear = label("", "warn", wrap=True)
        self.limit = label(limit_words(), "small", wrap=True)
        close = IconButton(theme, "cross", tr("Note", "Close (Esc)"), self.closed.emit, size=14)
        head = row(self.icon, self.verdict, close, spacing=SPACE_S, widest=self.verdict)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(SPACE_L, SPACE_M, SPACE_M, SPACE_M)
        outer.setSpacing(SPACE_S)
        outer.addLayout(head)
        outer.addLayout(column(self.quote, self._found, self.unclear, self._said, self.limit, spacing=SPACE_S))
        outer.addLayout(row(self.edit, self.confirm, self.remove, 1))
        theme.changed.connect(self._color)

    def show_sentence(
        self, sentence: NoteSentence, *, editable: bool, audible: bool, unclear: Sequence[str] = ()
    ) -> None:
        """Show what was said of this, or nothing like it. unclear: words of that which were not clearly heard."""
        self.sentence, self._audible = sentence, audible
        look = LOOKS.get(sentence.verdict)
        if look is not None:
            self.icon.set_icon("check-circle" if sentence.confirmed else look.icon, look.role)
        self.verdict.setText(verdict_words(sentence))
        clear(self._found)
        clear(self._said)
        for finding in sentence.findings:
            self._found.addWidget(label(finding_words(finding), wrap=True))
        quoted = ", ".join(f"“{each}”" for each in unclear)
        self.unclear.setText(tr("Note", "Not clearly heard: {words}. Make sure.", words=quoted))
        doubtful = bool(unclear) and not sentence.confirmed
        show_if(self.unclear, doubtful)
        for said in sentence.evidence[:3]:
            self._said.addLayout(self._source(said))
        problem = needs_a_look(sentence)
        show_if(self.limit, not problem)
        show_if(self.edit, editable)
        show_if(self.remove, editable and problem)
        show_if(self.confirm, editable and (problem or doubtful or sentence.confirmed))
        words = tr("Note", "Take the confirmation back") if sentence.confirmed else tr("Note", "It is right")
        self.confirm.setText(words)
        self.confirm.setToolTip(tr("Note", "You know it though it was not said or not heard: seen, done, known before"))
        self._color()
        show_if(self, True)

    def _source(self, said: SaidAt) -> QVBoxLayout:
        quote = label(f"“{said.quote}”", "muted", wrap=True)
        head = row(label(said_words(said), "small"), spacing=SPACE_S)
        if self._audible and said.begins_s is not None:
            name = tr("Note", "Hear it")
            head.addWidget(IconButton(self._theme, "play", name, lambda: self.heard.emit(said), size=14))
        head.addStretch(1)
        return column(head, quote, spacing=0)

    def _confirm(self) -> None:
        if self.sentence is not None:
            self.confirm_chosen.emit(not self.sentence.confirmed)

    def _color(self) -> None:
        if self.sentence is None:
            return
        sentence = self.sentence
        spans = [(each.finding.start - sentence.start, each.finding.end - sentence.start) for each in sentence.findings]
        spans = [span for span in spans if 0 <= span[0] < span[1] <= len(sentence.text)]
        background, color = self._theme.color("warn_soft"), self._theme.color("warn")
        self.quote.setText(f"“{highlighted_html(sentence.text, spans, background, color)}”")
        self.quote.setAccessibleName(sentence.text)
