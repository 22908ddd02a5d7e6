"""The line below a checked answer: how many sentences are supported, differ or were not found, and against what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.i18n import counted, tr
from app.widgets.buttons import push_button
from app.widgets.labels import label
from app.widgets.layout import SPACE_M, SPACE_S, clear, column, row, show_if
from app.widgets.proof import without_markup
from app.widgets.rich import colored_html
from app.widgets.verdicts import LOOKS, finding_words, is_problem, limit_words
from engine.types import Verdict

if TYPE_CHECKING:
    from app.theme import Theme
    from engine.types import Answer, Sentence


def summary_parts(answer: Answer) -> list[tuple[str, Verdict | None]]:
    """The pieces of the line with the verdict that colours each; none for an answer that was never checked."""
    verdicts = [each.verdict for each in answer.sentences if each.verdict is not None]
    if not verdicts:
        return []
    counts = {
        Verdict.SUPPORTED: tr("Ask", "{count} supported", count=verdicts.count(Verdict.SUPPORTED)),
        Verdict.DIFFERS: counted("Ask", "1 differs", "{count} differ", verdicts.count(Verdict.DIFFERS)),
        Verdict.NOT_FOUND: tr("Ask", "{count} not found", count=verdicts.count(Verdict.NOT_FOUND)),
        Verdict.NO_CLAIM: tr("Ask", "{count} without a claim", count=verdicts.count(Verdict.NO_CLAIM)),
    }
    parts: list[tuple[str, Verdict | None]] = [
        (counted("Ask", "1 sentence", "{count} sentences", len(verdicts)), None),
        *((words, verdict) for verdict, words in counts.items() if verdict in verdicts),
    ]
    return [*parts, (_searched(answer), None)]


def summary_words(answer: Answer) -> str:
    """ "7 sentences: 5 supported, 1 differs, 1 not found · 4 pages read"; "" for an answer that was never checked."""
    parts = [words for words, _verdict in summary_parts(answer)]
    return f"{parts[0]}: {', '.join(parts[1:-1])} · {parts[-1]}" if parts else ""


def _searched(answer: Answer) -> str:
    """What the answer was checked against: pages, or passages where a document has none."""
    passages = [hit.passage for hit in answer.hits]
    if all(passage.page is not None for passage in passages):
        pages = len({(passage.document_id, passage.page) for passage in passages})
        return counted("Ask", "1 page read", "{count} pages read", pages)
    return counted("Ask", "1 passage read", "{count} passages read", len(passages))


class AnswerSummary(QWidget):
    """problems_toggled: only the problems are wanted, or the whole answer. problem_chosen: a sentence's number."""

    problems_toggled = Signal(bool)
    problem_chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._answer: Answer | None = None
        self.words = label("", "muted", wrap=True)
        self.words.setTextFormat(Qt.TextFormat.RichText)
        self.words.setToolTip(limit_words())
        self.filter_button = push_button(tr("Ask", "Problems only"), role="link")
        self.filter_button.setCheckable(True)
        self.filter_button.setAccessibleDescription(tr("Ask", "Show only the sentences that differ or were not found"))
        self.filter_button.toggled.connect(self._toggle)
        line = row(self.words, self.filter_button, widest=self.words)
        self._problems = column(spacing=SPACE_S)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(10, 0, 0, 0)
        outer.setSpacing(SPACE_M)
        outer.addLayout(self._problems)
        outer.addLayout(line)
        theme.changed.connect(self._write)
        show_if(self, False)

    @property
    def listed(self) -> list[str]:
        """The problems that are listed, as words."""
        items = [self._problems.itemAt(place) for place in range(self._problems.count())]
        widgets = [item.widget() for item in items if item is not None]
        return [widget.accessibleName() for widget in widgets if widget is not None]

    def show_answer(self, answer: Answer | None) -> None:
        """Show the line of an answer; nothing for one that was never checked."""
        self._answer = answer
        words = summary_words(answer) if answer is not None else ""
        self.words.setAccessibleName(words)
        show_if(self, bool(words))
        problems = [each for each in answer.sentences if is_problem(each)] if answer is not None else []
        self.filter_button.setChecked(False)
        show_if(self.filter_button, bool(problems))
        self._write()

    def _write(self) -> None:
        if self._answer is None:
            return
        shown = []
        for words, verdict in summary_parts(self._answer):
            look = LOOKS.get(verdict) if verdict is not None else None
            mark = f"{colored_html(look.shape, self._theme.color(look.role))} " if look else ""
            shown.append(f"{mark}{words}")
        if shown:
            self.words.setText(f"{shown[0]}: {', '.join(shown[1:-1])} · {shown[-1]}")

    def _toggle(self, only_problems: bool) -> None:
        clear(self._problems)
        self.filter_button.setText(tr("Ask", "Whole answer") if only_problems else tr("Ask", "Problems only"))
        if only_problems and self._answer is not None:
            for number, sentence in enumerate(self._answer.sentences):
                if is_problem(sentence):
                    self._problems.addWidget(self._item(number, sentence))
        self.problems_toggled.emit(only_problems)

    def _item(self, number: int, sentence: Sentence) -> QWidget:
        look = LOOKS[sentence.verdict or Verdict.NOT_FOUND]
        words = " ".join(without_markup(sentence.text, [])[0].split())
        item = QWidget()
        told = [label(f"{look.shape} {words}", look.role, wrap=True)]
        told += [label(finding_words(finding), wrap=True) for finding in sentence.findings]
        offer = tr("Ask", "Open its source") if sentence.sources else tr("Ask", "See what was read")
        opener = push_button(offer, lambda: self.problem_chosen.emit(number), role="link")
        opener.setAccessibleDescription(words)
        item.setLayout(column(*told, row(opener, 1), spacing=SPACE_S))
        item.setAccessibleName(" ".join(each.text() for each in told))
        return item
