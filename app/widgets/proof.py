"""The proof of one sentence: what the answer says against what the source says, word against word."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.i18n import tr
from app.widgets.buttons import IconButton
from app.widgets.feedback import ThemedIcon
from app.widgets.labels import label
from app.widgets.layout import SPACE_L, SPACE_M, SPACE_S, row
from app.widgets.passage_list import PassageList
from app.widgets.rich import highlighted_html
from app.widgets.verdicts import LOOKS, finding_words, limit_words, verdict_words
from engine.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.theme import Theme
    from engine.types import Passage, Sentence, Source

# Of a long quote, so much is shown around what matters; the rest stands on the page below.
_QUOTE_CHARACTERS = 260
_MARKUP = "*_`~|#"


@dataclass(frozen=True)
class Proof:
    """A sentence of an answer, numbered in it, looked at beside one of its sources.

    passages: what was read, for a sentence without a source.
    """

    sentence: Sentence
    number: int
    place: int
    passages: tuple[Passage, ...] = ()

    @property
    def source(self) -> Source | None:
        """The source looked at; None where there is none."""
        sources = self.sentence.sources
        return sources[self.place] if self.place < len(sources) else None

    def at(self, place: int) -> Proof:
        """The same sentence beside another of its sources."""
        return replace(self, place=place)

    def said_spans(self) -> list[tuple[int, int]]:
        """Where the differing words stand in the sentence."""
        start = self.sentence.start
        return [(each.start - start, each.end - start) for each in self.sentence.findings if each.start < each.end]

    def source_spans(self) -> list[tuple[int, int]]:
        """Where the source's words stand in the quote of the source looked at."""
        source = self.source
        if source is None:
            return []
        exact = len(source.quote) == source.end - source.start
        spans = []
        for finding in self.sentence.findings:
            if exact and finding.document_id == source.document_id and finding.source_start < finding.source_end:
                spans.append((finding.source_start - source.start, finding.source_end - source.start))
            elif finding.source and (at := source.quote.find(finding.source)) >= 0:
                spans.append((at, at + len(finding.source)))
        return [(start, end) for start, end in spans if 0 <= start < end <= len(source.quote)]

    def source_marks(self) -> tuple[tuple[int, int], ...]:
        """Where the source's words stand in its document."""
        start = self.source.start if self.source is not None else 0
        return tuple((start + begin, start + end) for begin, end in self.source_spans())


class ProofView(QWidget):
    """source_wanted: another source of the sentence (a Proof). passage_chosen: a passage that was read."""

    source_wanted = Signal(object)
    passage_chosen = Signal(object)

    def __init__(self, theme: Theme, proof: Proof, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._proof = proof
        self._texts: list[tuple[QLabel, str, Sequence[tuple[int, int]]]] = []
        outer = QVBoxLayout(self)
        outer.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        outer.setSpacing(SPACE_S)
        self._add_verdict(outer)
        text, spans = without_markup(proof.sentence.text, proof.said_spans())
        outer.addWidget(label(tr("Proof", "The answer says"), "small"))
        outer.addWidget(self._quote(text, spans))
        self.findings = [label(finding_words(each), wrap=True) for each in proof.sentence.findings]
        for each in self.findings:
            outer.addWidget(each)
        if proof.source is not None:
            outer.addSpacing(SPACE_S)
            outer.addWidget(self._source_line())
            outer.addWidget(self._quote(*shortened(proof.source.quote, proof.source_spans())))
        elif proof.passages:
            self._add_passages(outer)
        self.limit = label(limit_words(), "small", wrap=True)
        outer.addSpacing(SPACE_S)
        outer.addWidget(self.limit)
        outer.addStretch(1)
        theme.changed.connect(self._color)
        self._color()

    def _add_verdict(self, outer: QVBoxLayout) -> None:
        verdict = self._proof.sentence.verdict
        look = LOOKS.get(verdict) if verdict is not None else None
        self.verdict = label("", "heading", wrap=True)
        if verdict is None or look is None:
            return
        self.verdict.setText(verdict_words(verdict))
        line = QHBoxLayout()
        line.setSpacing(SPACE_S)
        line.addWidget(ThemedIcon(self._theme, look.icon, look.role, 20), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.verdict, 1)
        outer.addLayout(line)

    def _source_line(self) -> QWidget:
        count, place = len(self._proof.sentence.sources), self._proof.place
        words = tr("Proof", "The source says")
        if self._proof.sentence.verdict is Verdict.NOT_FOUND:
            words = tr("Proof", "The nearest words of the source")
        holder = QWidget()
        line = row(label(words, "small"), 1)
        if count > 1:
            line.addWidget(label(tr("Proof", "{place} of {count}", place=place + 1, count=count), "small"))
            for step, icon, name in (
                (-1, "chevron-left", tr("Proof", "Previous source")),
                (1, "chevron-right", tr("Proof", "Next source")),
            ):
                other = self._proof.at((place + step) % count)
                line.addWidget(IconButton(self._theme, icon, name, partial(self.source_wanted.emit, other), size=14))
        line.setContentsMargins(0, 0, 0, 0)
        holder.setLayout(line)
        return holder

    def _add_passages(self, outer: QVBoxLayout) -> None:
        outer.addSpacing(SPACE_S)
        outer.addWidget(label(tr("Proof", "None of the passages read says this:"), "small"))
        listed = PassageList(self._theme, all_visible=True)
        listed.show_passages(self._proof.passages)
        listed.chosen.connect(self.passage_chosen)
        outer.addWidget(listed)
        self.passages = listed
        self.setFocusProxy(listed)

    def _quote(self, text: str, spans: Sequence[tuple[int, int]]) -> QLabel:
        shown = label(text, wrap=True)
        shown.setTextFormat(Qt.TextFormat.RichText)
        shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        shown.setAccessibleName(text)
        self._texts.append((shown, text, spans))
        return shown

    def _color(self) -> None:
        background, color = self._theme.color("warn_soft"), self._theme.color("warn")
        for shown, text, spans in self._texts:
            shown.setText(f"“{highlighted_html(text, spans, background, color)}”")


def without_markup(text: str, spans: Sequence[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    """A sentence of Markdown in plain words, its spans moved along."""
    kept = [place for place, character in enumerate(text) if character not in _MARKUP]
    plain = "".join(text[place] for place in kept)
    lead = len(plain) - len(plain.lstrip(" -\t"))
    moved = [
        (sum(place < start for place in kept) - lead, sum(place < end for place in kept) - lead) for start, end in spans
    ]
    return plain[lead:].rstrip(), moved


def shortened(quote: str, spans: Sequence[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    """A quote cut to what stands around its spans, or its beginning, line breaks as spaces."""
    flat = "".join(" " if character.isspace() else character for character in quote)
    if len(flat) <= _QUOTE_CHARACTERS:
        return flat, list(spans)
    middle = (min(start for start, _ in spans) + max(end for _, end in spans)) // 2 if spans else 0
    begin = min(max(middle - _QUOTE_CHARACTERS // 2, 0), len(flat) - _QUOTE_CHARACTERS)
    begin = flat.find(" ", begin) + 1 if begin else 0
    end = begin + _QUOTE_CHARACTERS
    end = flat.rfind(" ", begin, end) if end < len(flat) else len(flat)
    lead = "… " if begin else ""
    text = lead + flat[begin:end] + (" …" if end < len(flat) else "")
    shift = len(lead) - begin
    inside = [(start + shift, stop + shift) for start, stop in spans if begin <= start < stop <= end]
    return text, inside
