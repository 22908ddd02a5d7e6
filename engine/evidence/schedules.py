"""Sentences and rows of tables that give one amount after another: "60 mg for month 2, 45 mg for month 3"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.evidence.measures import Quantity
from engine.evidence.segments import Segment
from engine.types import CELL_MARK

_FEWEST = 3
_CUTS = (re.compile(r";\s"), re.compile(r",\s"))  # commas stand within the parts where semicolons stand between them


@dataclass(frozen=True)
class Part:
    """Terms and amounts that a segment says together: all of it, or one entry of a schedule with what stands before the
    first amount, which is said of every entry."""

    segment: Segment
    names: frozenset[str]
    quantities: tuple[Quantity, ...]


def parts_of(segment: Segment, header: Segment | None = None) -> list[Part]:
    """The entries of a schedule of at least three, or the cells of a row below its header; else the whole segment."""
    if header is not None:
        return list(_cells(segment, header))
    stated = segment.statements
    amounts = [each for each in stated.quantities if each.unit]
    for cut in _CUTS:
        ends = [segment.start + match.start() for match in cut.finditer(segment.text)]
        groups: dict[int, list[Quantity]] = {}
        for quantity in stated.quantities:
            groups.setdefault(_place(ends, stated.start(quantity.first)), []).append(quantity)
        full = {place for place, group in groups.items() if any(each.unit for each in group)}
        if len(full) >= _FEWEST:
            head = min(each.first for each in amounts)
            return [
                Part(segment, frozenset(_names(segment, ends, place, head)), tuple(groups[place]))
                for place in sorted(full)
            ]
    return [Part(segment, frozenset(_names(segment, [], 0, 0)), stated.quantities)]


def headers(segments: Sequence[Segment]) -> dict[int, Segment]:
    """The first row of the table that a segment is a row of, by the segment's number; not for first rows."""
    found: dict[int, Segment] = {}
    for before, segment in pairwise(segments):
        if segment.source == before.source and CELL_MARK in segment.text and CELL_MARK in before.text:
            found[segment.number] = found.get(before.number, before)
    return found


def _cells(row: Segment, header: Segment) -> Iterator[Part]:
    """Each cell with amounts, with what stands over it and the cells without amounts, which say what the row is of."""
    ends, tops = _ends(row), _ends(header)
    groups: dict[int, list[Quantity]] = {}
    for quantity in row.statements.quantities:
        groups.setdefault(_place(ends, row.statements.start(quantity.first)), []).append(quantity)
    labels = [place for place in range(len(ends) + 1) if place not in groups]
    for place, group in groups.items():
        own = {name for at in (*labels, place) for name in _names(row, ends, at, 0)}
        yield Part(row, frozenset(own.union(_names(header, tops, place, 0))), tuple(group))


def _ends(row: Segment) -> list[int]:
    return [row.start + match.end() for match in re.finditer(re.escape(CELL_MARK), row.text)]


def _names(segment: Segment, ends: list[int], place: int, head: int) -> Iterator[str]:
    stated = segment.statements
    for mention in stated.mentions:
        if mention.last <= head or _place(ends, stated.start(mention.first)) == place:
            yield mention.name
            yield from mention.implied


def _place(ends: list[int], offset: int) -> int:
    return sum(end <= offset for end in ends)
