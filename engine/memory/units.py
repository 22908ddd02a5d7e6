"""What a document's text is made of, for cutting it: units that a passage holds whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from engine.evidence.sentences import split_sentences
from engine.memory.tables import Table, find_tables

_CLAUSE_ENDS = ("\n", "; ", ", ", " ")


class ChunkSizes(Struct, frozen=True):
    """Lengths in characters. target is aimed at, longest never exceeded, sections under smallest are joined.

    A table up to the target is kept whole. In a longer one rows is aimed at: its rows have little to do with each
    other, and each is hard to find in a passage of many.
    """

    target: int = 900
    longest: int = 1100
    smallest: int = 240
    rows: int = 400


class Unit(NamedTuple):
    """What is kept together: a sentence, list item, table, row or heading. gap: an empty line follows.

    table: where the long table begins that a row is of; header: the names of its columns, unless the row holds them.
    """

    start: int
    end: int
    gap: bool
    table: int = -1
    header: str = ""


def units_between(text: str, start: int, end: int, sizes: ChunkSizes) -> list[Unit]:
    """The units of text[start:end] in order; they hold every word of it."""
    units: list[Unit] = []
    for table in find_tables(text, start, end):
        units += _sentences(text, start, table.start, sizes.longest)
        units += _rows(text, table, sizes)
        start = table.end
    return units + _sentences(text, start, end, sizes.longest)


def _rows(text: str, table: Table, sizes: ChunkSizes) -> Iterator[Unit]:
    whole = table.end - table.start <= sizes.target
    for start, end in [(table.start, table.end)] if whole else table.rows:
        row = text[start:end]
        if whole and any(map(str.isalnum, row)):
            yield Unit(start, end, gap=True)
        elif any(map(str.isalnum, row)):
            header = "" if row.startswith(table.header) else table.header
            unit = Unit(start, end, gap=end == table.end, table=table.start, header=header)
            yield from _fit(text, unit, sizes.longest)


def _sentences(text: str, start: int, end: int, longest: int) -> list[Unit]:
    spans = split_sentences(text, start, end)
    units: list[Unit] = []
    for number, span in enumerate(spans):
        following = spans[number + 1].start if number + 1 < len(spans) else end
        gap = text.count("\n", span.end, following) > 1
        units += _fit(text, Unit(span.start, span.end, gap), longest)
    return units


def units_of_line(text: str, start: int, end: int, longest: int) -> list[Unit]:
    """A heading as a unit, or several where it is too long; none where it is blank."""
    line = text[start:end]
    if not line.strip():
        return []
    left = start + len(line) - len(line.lstrip())
    return list(_fit(text, Unit(left, left + len(line.strip()), gap=False), longest))


def _fit(text: str, unit: Unit, longest: int) -> Iterator[Unit]:
    """The unit, or where it is too long its parts, cut at a clause, else at a space, else where it must be."""
    start = unit.start
    while unit.end - start > longest:
        window = text[start : start + longest]
        half = longest // 2
        cuts = (window.rfind(mark, half) + len(mark) for mark in _CLAUSE_ENDS if window.rfind(mark, half) > 0)
        cut = start + next(cuts, longest)
        piece = text[start:cut].rstrip()
        yield unit._replace(start=start, end=start + len(piece), gap=False)
        start = cut + len(text[cut : unit.end]) - len(text[cut : unit.end].lstrip())
    if start < unit.end:
        yield unit._replace(start=start)
