"""Cuts a document into passages for search. Pure: the same text gives the same passages.

A passage ends where a section, a paragraph or at least a sentence ends, and never inside a table row or list item that
fits. Sizes are in characters: MiniLM reads 256 word pieces, about 1,100 characters of medical English, and what is
longer would be cut in silence.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from math import ceil
from typing import NamedTuple

from msgspec import Struct

from engine.evidence.sentences import split_sentences
from engine.types import Chunk, DocumentText, Heading, PageText

SECTION_SEPARATOR = " › "
_CLAUSE_ENDS = ("\n", "; ", ", ", " ")


class ChunkSizes(Struct, frozen=True):
    """Lengths in characters. target is aimed at, longest never exceeded, sections under smallest are joined."""

    target: int = 900
    longest: int = 1100
    smallest: int = 240


class _Unit(NamedTuple):
    """What is kept together: a sentence, list item, table row or heading. gap: an empty line follows."""

    start: int
    end: int
    gap: bool


class _Section(NamedTuple):
    path: tuple[str, ...]
    units: list[_Unit]
    has_body: bool

    @property
    def length(self) -> int:
        return self.units[-1].end - self.units[0].start if self.units else 0


def chunk_document(document: DocumentText, sizes: ChunkSizes | None = None) -> list[Chunk]:
    """The passages of a document in reading order; together they hold every word of it."""
    sizes = sizes or ChunkSizes()
    page_starts = [page.start for page in document.pages]
    chunks: list[Chunk] = []
    for group in _groups(list(_sections(document, sizes.longest)), sizes):
        section = SECTION_SEPARATOR.join(_common_path([part.path for part in group]))
        units = [unit for part in group for unit in part.units]
        for start, end in _pack(units, sizes):
            page = _page_at(document.pages, page_starts, start)
            chunks.append(Chunk(start=start, end=end, page=page, section=section, text=document.text[start:end]))
    return chunks


def _page_at(pages: Sequence[PageText], starts: Sequence[int], offset: int) -> int:
    index = bisect_right(starts, offset) - 1
    return pages[index].number if index >= 0 else 1


def _sections(document: DocumentText, longest: int) -> Iterator[_Section]:
    text = document.text
    headings = _usable(document.headings, len(text))
    path: list[Heading] = []
    first = headings[0].start if headings else len(text)
    lead = _units(text, 0, first, longest)
    if lead:
        yield _Section((), lead, has_body=True)
    for number, heading in enumerate(headings):
        while path and path[-1].level >= heading.level:
            path.pop()
        path.append(heading)
        end = headings[number + 1].start if number + 1 < len(headings) else len(text)
        title = _units_of_line(text, heading.start, heading.end, longest)
        body = _units(text, heading.end, end, longest)
        if title or body:
            names = tuple(name for name in (" ".join(part.text.split()) for part in path) if name)
            yield _Section(names, title + body, bool(body))


def _usable(headings: Sequence[Heading], length: int) -> list[Heading]:
    """Headings in order, without overlaps: a reader's mistake must not duplicate or drop text."""
    kept: list[Heading] = []
    for heading in sorted(headings, key=lambda item: (item.start, -item.end)):
        if 0 <= heading.start < heading.end <= length and (not kept or heading.start >= kept[-1].end):
            kept.append(heading)
    return kept


def _units(text: str, start: int, end: int, longest: int) -> list[_Unit]:
    spans = split_sentences(text, start, end)
    units: list[_Unit] = []
    for number, span in enumerate(spans):
        following = spans[number + 1].start if number + 1 < len(spans) else end
        gap = text.count("\n", span.end, following) > 1
        units += _fit(text, _Unit(span.start, span.end, gap), longest)
    return units


def _units_of_line(text: str, start: int, end: int, longest: int) -> list[_Unit]:
    line = text[start:end]
    if not line.strip():
        return []
    left = start + len(line) - len(line.lstrip())
    return list(_fit(text, _Unit(left, left + len(line.strip()), gap=False), longest))


def _fit(text: str, unit: _Unit, longest: int) -> Iterator[_Unit]:
    """The unit, or where it is too long its parts, cut at a clause, else at a space, else where it must be."""
    start = unit.start
    while unit.end - start > longest:
        window = text[start : start + longest]
        half = longest // 2
        cuts = (
            window.rfind(mark, half) + len(mark) for mark in ("\n", "; ", ", ", " ") if window.rfind(mark, half) > 0
        )
        cut = start + next(cuts, longest)
        piece = text[start:cut].rstrip()
        yield _Unit(start, start + len(piece), gap=False)
        start = cut + len(text[cut : unit.end]) - len(text[cut : unit.end].lstrip())
    if start < unit.end:
        yield _Unit(start, unit.end, unit.gap)


def _groups(sections: Sequence[_Section], sizes: ChunkSizes) -> Iterator[list[_Section]]:
    """Sections as they are, but those too small to stand alone joined with what follows."""
    group: list[_Section] = []
    length, has_body = 0, False
    for section in sections:
        stands_alone = has_body and (length >= sizes.smallest or length + section.length > sizes.target)
        if stands_alone:
            yield group
            group, length, has_body = [], 0, False
        group.append(section)
        length += section.length
        has_body = has_body or section.has_body
    if group:
        yield group


def _common_path(paths: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The headings that hold for all of them; for unrelated sections those of the first."""
    common = paths[0]
    for path in paths[1:]:
        same = 0
        while same < min(len(common), len(path)) and common[same] == path[same]:
            same += 1
        common = common[:same]
    return common or paths[0]


def _pack(units: Sequence[_Unit], sizes: ChunkSizes) -> Iterator[tuple[int, int]]:
    """Even passages of about the target, cut by preference where a paragraph ends."""
    first = 0
    while first < len(units):
        left = units[-1].end - units[first].start
        ideal = left / max(1, ceil(left / sizes.target))
        last = _best_cut(units, first, ideal, sizes.longest)
        yield units[first].start, units[last].end
        first = last + 1


def _best_cut(units: Sequence[_Unit], first: int, ideal: float, longest: int) -> int:
    best, best_cost = first, float("inf")
    for index in range(first, len(units)):
        length = units[index].end - units[first].start
        if length > longest and index > first:
            break
        cost = abs(length - ideal) - (0.15 * ideal if units[index].gap else 0.0)
        if cost <= best_cost:
            best, best_cost = index, cost
    return best
