"""Which units go into one passage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import ceil

from engine.memory.units import ChunkSizes, Unit


def pack(units: Sequence[Unit], sizes: ChunkSizes) -> Iterator[tuple[Unit, Unit]]:
    """The first and last unit of each passage, in order."""
    for run, aim in _runs(units, sizes):
        yield from _pack(run, aim, sizes)


def _runs(units: Sequence[Unit], sizes: ChunkSizes) -> list[tuple[list[Unit], int]]:
    """The units in order, long tables apart from the rest, each run with the length to aim at.

    What is too small to stand alone goes with the table below it, or else above it.
    """
    runs: list[tuple[list[Unit], int]] = []
    for table, group in groupby(units, key=lambda unit: unit.table):
        part = list(group)
        aim = sizes.target if table < 0 else sizes.rows
        before, aimed = runs[-1] if runs else ([], aim)
        small = bool(before) and min(_length(before), _length(part)) < sizes.smallest
        if before and (aim == aimed == sizes.target or (aim != aimed and small)):
            runs[-1] = (before + part, min(aim, aimed))
        else:
            runs.append((part, aim))
    return runs


def _length(units: Sequence[Unit]) -> int:
    return units[-1].end - units[0].start


def _pack(units: Sequence[Unit], target: int, sizes: ChunkSizes) -> Iterator[tuple[Unit, Unit]]:
    """The first and last unit of even passages of about the target, cut by preference where a paragraph ends."""
    first = 0
    while first < len(units):
        left = units[-1].end - units[first].start
        ideal = left / max(1, ceil(left / target))
        last = _best_cut(units, first, ideal, sizes)
        yield units[first], units[last]
        first = last + 1


def _best_cut(units: Sequence[Unit], first: int, ideal: float, sizes: ChunkSizes) -> int:
    best, best_cost = first, float("inf")
    for index in range(first, len(units)):
        length = units[index].end - units[first].start
        if length > sizes.longest and index > first:
            break
        good = units[index].gap and units[-1].end - units[index].end >= sizes.smallest
        cost = abs(length - ideal) - (0.15 * ideal if good else 0.0)
        if cost <= best_cost:
            best, best_cost = index, cost
    return best
