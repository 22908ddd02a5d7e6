"""The sources of an answer, numbered in the order they are first used: chips, the list below it, the copied text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.i18n import tr
from app.widgets.answer_document import Chip, Mark

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
    """What the sentences of one answer rest on; build with cite()."""

    entries: list[Citation] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    _targets: dict[str, Source] = field(default_factory=dict)

    def source(self, href: str) -> Source | None:
        """The source that a chip's href stands for."""
        return self._targets.get(href)


def cite(sentences: Sequence[Sentence], hits: Iterable[Hit]) -> Citations:
    """Number the sources of sentences; hits give documents without pages their section."""
    sections = {hit.passage.id: hit.passage.section for hit in hits}
    made = Citations()
    numbers: dict[tuple[int, str], int] = {}
    for index, sentence in enumerate(sentences):
        chips: list[Chip] = []
        for position, source in enumerate(sentence.sources):
            place = source_place(source, sections.get(source.passage_id, ""))
            number = numbers.setdefault((source.document_id, place), len(numbers) + 1)
            if number > len(made.entries):
                made.entries.append(Citation(number, place, source))
            if all(chip.label != str(number) for chip in chips):
                href = f"source-{index}-{position}"
                made._targets[href] = source
                chips.append(Chip(str(number), href, _tip(place, source)))
        made.marks.append(Mark(sentence.end, tuple(chips)))
    return made


def source_place(source: Source, section: str = "") -> str:
    """ "Anaphylaxis protocol.pdf, p. 3"; without pages the section stands in for them."""
    if source.page is not None:
        return tr("Ask", "{document}, p. {page}", document=source.document, page=source.page)
    return f"{source.document} · {section}" if section else source.document


def text_with_sources(text: str, citations: Citations) -> str:
    """The answer as it is copied: "[1]" after each sentence, and the numbered list of sources."""
    pieces, last = [], 0
    for mark in sorted(citations.marks, key=lambda mark: mark.end):
        end = len(text[: mark.end].rstrip())
        numbers = "".join(f"[{chip.label}]" for chip in mark.chips)
        pieces += [text[last:end], f" {numbers}" if numbers else ""]
        last = end
    pieces.append(text[last:])
    if not citations.entries:
        return "".join(pieces).strip()
    listed = "\n".join(f"[{entry.number}] {entry.place}" for entry in citations.entries)
    return "".join(pieces).strip() + "\n\n" + tr("Ask", "Sources") + "\n" + listed


def _tip(place: str, source: Source) -> str:
    quote = " ".join(source.quote.split())
    if len(quote) > _TIP_CHARACTERS:
        quote = quote[:_TIP_CHARACTERS].rsplit(" ", 1)[0] + "…"
    return f"{place}\n“{quote}”"
