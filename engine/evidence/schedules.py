"""Sentences that give one amount after another: "60 mg for month 2, 45 mg for month 3, 30 mg for month 4"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.evidence.measures import Quantity
from engine.evidence.segments import Segment

_FEWEST = 3
_CUTS = (re.compile(r";\s"), re.compile(r",\s"))  # commas stand within the parts where semicolons stand between them


@dataclass(frozen=True)
class Part:
    """Terms and amounts that a segment says together: all of it, or one entry of a schedule with what stands before the
    first amount, which is said of every entry."""

    segment: Segment
    names: frozenset[str]
    quantities: tuple[Quantity, ...]


def parts_of(segment: Segment) -> list[Part]:
    """The entries of a schedule of at least three; the whole segment where it is none."""
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


def _names(segment: Segment, ends: list[int], place: int, head: int) -> Iterator[str]:
    stated = segment.statements
    for mention in stated.mentions:
        if mention.last <= head or _place(ends, stated.start(mention.first)) == place:
            yield mention.name
            yield from mention.implied


def _place(ends: list[int], offset: int) -> int:
    return sum(end <= offset for end in ends)
