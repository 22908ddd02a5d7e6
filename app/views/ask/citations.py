"""The sources of an answer, numbered in the order they are first used, and what each mark and chip opens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.i18n import tr
from app.widgets.answer_document import Chip, Mark, Sign
from app.widgets.proof import Proof
from app.widgets.verdicts import LOOKS, PROBLEMS, finding_words, spoken, verdict_words
from engine.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.types import Hit, Sentence, Source

_TIP_CHARACTERS = 160


@dataclass(frozen=True)
class Citation:
    """One numbered entry of the list of sources: a page (or, without pages, a section) of a document."""

    number: int
    place: str
    source: Source


@dataclass
class Citations:
    """What the sentences of one answer rest on; build with cite(), or add the sentences as they close."""

    entries: list[Citation] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    _targets: dict[str, Proof] = field(default_factory=dict)
    _numbers: dict[tuple[int, str], int] = field(default_factory=dict)

    def proof(self, href: str) -> Proof | None:
        """What a chip's or a mark's href stands for."""
        return self._targets.get(href)

    def proof_of(self, number: int) -> Proof | None:
        """What the mark of a sentence stands for; None where it has none."""
        return self._targets.get(f"sign-{number}")

    def add(self, sentences: Iterable[Sentence], hits: Iterable[Hit]) -> None:
        """Number the sources of further sentences; hits give documents without pages their section."""
        passages = tuple(hit.passage for hit in hits)
        sections = {passage.id: passage.section for passage in passages}
        for sentence in sentences:
            index = len(self.sentences)
            self.sentences.append(sentence)
            places = [source_place(source, sections.get(source.passage_id, "")) for source in sentence.sources]
            chips = self._chips(index, sentence, places, Proof(sentence, index, 0, passages))
            sign = None
            if sentence.verdict in LOOKS:
                sign = _sign(index, sentence, places)
                self._targets[sign.href] = Proof(sentence, index, 0, passages)
            self.marks.append(Mark(sentence.end, tuple(chips), sign))

    def _chips(self, index: int, sentence: Sentence, places: Sequence[str], proof: Proof) -> list[Chip]:
        chips: list[Chip] = []
        for position, (source, place) in enumerate(zip(sentence.sources, places, strict=True)):
            number = self._numbers.setdefault((source.document_id, place), len(self._numbers) + 1)
            if number > len(self.entries):
                self.entries.append(Citation(number, place, source))
            if all(chip.label != str(number) for chip in chips):
                href = f"source-{index}-{position}"
                self._targets[href] = proof.at(position)
                chips.append(Chip(str(number), href, _tip(place, source)))
        return chips


def cite(sentences: Sequence[Sentence], hits: Iterable[Hit]) -> Citations:
    """Number the sources of the sentences of an answer."""
    made = Citations()
    made.add(sentences, hits)
    return made


def source_place(source: Source, section: str = "") -> str:
    """ "Anaphylaxis protocol.pdf, p. 3"; without pages the section stands in for them."""
    if source.page is not None:
        return tr("Ask", "{document}, p. {page}", document=source.document, page=source.page)
    return f"{source.document} · {section}" if section else source.document


def text_with_sources(text: str, citations: Citations) -> str:
    """The answer as it is copied: "[1]" and the marks of problems behind their sentences, and the numbered sources."""
    pieces, last = [], 0
    for mark in sorted(citations.marks, key=lambda mark: mark.end):
        end = len(text[: mark.end].rstrip())
        signs = [LOOKS[mark.sign.verdict].shape] if mark.sign and mark.sign.verdict in PROBLEMS else []
        numbers = "".join(f"[{chip.label}]" for chip in mark.chips)
        pieces += [text[last:end], *(f" {each}" for each in (*signs, numbers) if each)]
        last = end
    pieces.append(text[last:])
    parts = ["".join(pieces).strip()]
    shown = {mark.sign.verdict for mark in citations.marks if mark.sign}
    legend = [f"{LOOKS[verdict].shape} {verdict_words(verdict)}" for verdict in PROBLEMS if verdict in shown]
    if legend:
        parts.append("\n".join(legend))
    if citations.entries:
        listed = "\n".join(f"[{entry.number}] {entry.place}" for entry in citations.entries)
        parts.append(tr("Ask", "Sources") + "\n" + listed)
    return "\n\n".join(parts)


def _sign(index: int, sentence: Sentence, places: Sequence[str]) -> Sign:
    verdict = sentence.verdict or Verdict.NO_CLAIM
    lines = [f"{LOOKS[verdict].shape} {verdict_words(verdict)}"]
    lines += [finding_words(finding) for finding in sentence.findings]
    if sentence.sources:
        lines.append(_tip(places[0], sentence.sources[0]))
    words = tuple((finding.start, finding.end) for finding in sentence.findings if finding.start < finding.end)
    return Sign(verdict, sentence.start, words, f"sign-{index}", "\n".join(lines), spoken(sentence))


def _tip(place: str, source: Source) -> str:
    quote = " ".join(source.quote.split())
    if len(quote) > _TIP_CHARACTERS:
        quote = quote[:_TIP_CHARACTERS].rsplit(" ", 1)[0] + "…"
    return f"{place}\n“{quote}”"
