"""Cuts a document into passages for search. Pure: the same text gives the same passages.

A passage ends where a section, a paragraph or at least a sentence ends, and never inside a table row or list item that
fits. Sizes are in characters: MiniLM reads 256 word pieces, about 1,100 characters of medical English, and what is
longer would be cut in silence.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from engine.memory.packing import pack
from engine.memory.units import ChunkSizes, Unit, units_between, units_of_line
from engine.types import Chunk, DocumentText, Heading, PageText

SECTION_SEPARATOR = " › "


class _Section(NamedTuple):
    path: tuple[str, ...]
    units: list[Unit]
    has_body: bool

    @property
    def length(self) -> int:
        return self.units[-1].end - self.units[0].start if self.units else 0


def chunk_document(document: DocumentText, sizes: ChunkSizes | None = None) -> list[Chunk]:
    """The passages of a document in reading order; together they hold every word of it."""
    sizes = sizes or ChunkSizes()
    page_starts = [page.start for page in document.pages]
    chunks: list[Chunk] = []
    for group in _groups(list(_sections(document, sizes)), sizes):
        section = SECTION_SEPARATOR.join(_common_path([part.path for part in group]))
        for first, last in pack([unit for part in group for unit in part.units], sizes):
            start, end = first.start, last.end
            page = _page_at(document.pages, page_starts, start)
            chunks.append(Chunk(start, end, page, section, document.text[start:end], first.header))
    return chunks


def _page_at(pages: Sequence[PageText], starts: Sequence[int], offset: int) -> int:
    index = bisect_right(starts, offset) - 1
    return pages[index].number if index >= 0 else 1


def _sections(document: DocumentText, sizes: ChunkSizes) -> Iterator[_Section]:
    text = document.text
    headings = _usable(document.headings, len(text))
    path: list[Heading] = []
    first = headings[0].start if headings else len(text)
    lead = units_between(text, 0, first, sizes)
    if lead:
        yield _Section((), lead, has_body=True)
    for number, heading in enumerate(headings):
        while path and path[-1].level >= heading.level:
            path.pop()
        path.append(heading)
        end = headings[number + 1].start if number + 1 < len(headings) else len(text)
        title = units_of_line(text, heading.start, heading.end, sizes.longest)
        body = units_between(text, heading.end, end, sizes)
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
