"""Headings: lines set larger or bolder than the body, with levels from the document's own outline where it has one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from engine.documents.blocks import BlockKind
from engine.documents.pdf.paragraphs import Paragraph

_LONGEST = 160
_LEVELS = 6
_OUTLINED = 3  # headings that the outline must name before its levels are trusted
_CONTENTS_LINE = re.compile(r"…\s*[\divxlc]+$")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_KEY = re.compile(r"[\W_]+")
_NUMBERED = re.compile(r"^(?:\d+(?:\.\d+)*\.?|[A-Z]\.|[IVX]+\.|(?:appendix|chapter|section|part)\b)", re.IGNORECASE)

Style = tuple[float, bool]


@dataclass(frozen=True)
class OutlineEntry:
    """A bookmark: its title, level from 1, and page index from 0 (-1 where it points nowhere)."""

    title: str
    level: int
    page: int


def mark_headings(pages: Sequence[list[Paragraph]], outline: Sequence[OutlineEntry]) -> None:
    """Turn the paragraphs that are headings into headings with levels, in place."""
    body = _body_style(pages)
    candidates = [
        (number, paragraph)
        for number, paragraphs in enumerate(pages)
        for paragraph in paragraphs
        if _may_be_heading(paragraph)
    ]
    known = _match_outline(candidates, outline)
    styled = [p for _, p in candidates if id(p) in known or _stands_out(p, body)]
    levels = _levels(styled, known)
    for paragraph in styled:
        paragraph.kind = BlockKind.HEADING
        level = known.get(id(paragraph)) if len(known) >= _OUTLINED else None
        paragraph.level = level or levels[_style(paragraph)]
        for line in paragraph.lines[1:]:
            line.glue = " "


def title_of(pages: Sequence[list[Paragraph]]) -> str:
    """The largest heading of the first two pages, or nothing."""
    headings = [p for paragraphs in pages[:2] for p in paragraphs if p.kind is BlockKind.HEADING]
    return max(headings, key=lambda p: _style(p)[0]).text if headings else ""


def _style(paragraph: Paragraph) -> Style:
    line = max(paragraph.lines, key=lambda line: len(line.text))
    return round(line.size * 2) / 2, all(line.bold for line in paragraph.lines)


def _body_style(pages: Sequence[list[Paragraph]]) -> Style:
    weights: Counter[Style] = Counter()
    for paragraphs in pages:
        for paragraph in paragraphs:
            for line in paragraph.lines:
                weights[(round(line.size * 2) / 2, line.bold)] += len(line.text)
    return weights.most_common(1)[0][0] if weights else (0.0, False)


def _may_be_heading(paragraph: Paragraph) -> bool:
    if paragraph.kind is not BlockKind.PARAGRAPH or paragraph.aside or len(paragraph.lines) > 4:
        return False
    text = paragraph.text
    if len(text) > _LONGEST or _CONTENTS_LINE.search(text) or not _LETTERS.search(text) or text[0] in "•●○▪■–—-*([{":
        return False
    return text[-1] not in ".,;" or (bool(_NUMBERED.match(text)) and len(text) < 80 and text.count(". ") < 2)


def _stands_out(paragraph: Paragraph, body: Style) -> bool:
    size, bold = _style(paragraph)
    if size >= body[0] * 1.15 and size >= body[0] + 1:
        return True
    return bold and not body[1] and size >= body[0] * 0.95 and len(paragraph.lines) <= 2


def _match_outline(candidates: list[tuple[int, Paragraph]], outline: Sequence[OutlineEntry]) -> dict[int, int]:
    """Levels by id() of the paragraphs that the outline names; a bookmark may point a page off."""
    by_key: dict[str, list[tuple[int, Paragraph]]] = {}
    for number, paragraph in candidates:
        by_key.setdefault(_KEY.sub("", paragraph.text.casefold()), []).append((number, paragraph))
    known: dict[int, int] = {}
    for entry in outline:
        for number, paragraph in by_key.get(_KEY.sub("", entry.title.casefold()), []):
            if abs(number - entry.page) <= 1 and id(paragraph) not in known:
                known[id(paragraph)] = min(entry.level, _LEVELS)
                break
    return known


def _levels(headings: list[Paragraph], known: dict[int, int]) -> dict[Style, int]:
    """A level for each style by rank of size and weight; below the outline's own levels where there is an outline."""
    outlined = len(known) >= _OUTLINED
    above = max(known.values()) if outlined else 0
    ranked = sorted({_style(p) for p in headings if not outlined or id(p) not in known}, reverse=True)
    return {style: min(above + rank, _LEVELS) for rank, style in enumerate(ranked, start=1)}
