"""Ruled tables: the grids of cells that the drawn lines of a page make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.documents.blocks import Box
from engine.documents.pdf.paths import SNAP, Ruling, Rulings, merged


@dataclass(frozen=True)
class Cell:
    row: int
    column: int
    box: Box


@dataclass(frozen=True)
class Grid:
    """A ruled table: its outline and its cells in reading order (merged cells count once)."""

    box: Box
    cells: list[Cell]


def find_grids(lines: Rulings, shades: Rulings) -> list[Grid]:
    """Grids of at least two rows and two columns.

    Drawn lines count first; only where they make no grid do the edges of shaded areas, which often stop short of
    the cell or shade single lines of its text.
    """
    grids = _grids(lines)
    if not grids and shades.horizontal:
        grids = _grids(Rulings(lines.horizontal + shades.horizontal, lines.vertical + shades.vertical))
    return grids


def _grids(rulings: Rulings) -> list[Grid]:
    if len(rulings.horizontal) < 3 or not rulings.vertical:
        return []
    clusters = _clusters(merged(rulings.horizontal), merged(rulings.vertical))
    return [grid for cluster in clusters if (grid := _grid(*cluster)) is not None]


def _clusters(horizontal: list[Ruling], vertical: list[Ruling]) -> Iterator[tuple[list[Ruling], list[Ruling]]]:
    """Groups of lines connected by crossing or touching."""
    if len(horizontal) * len(vertical) > 400_000:
        return
    across = np.array([(r.at, r.low, r.high) for r in horizontal])
    down = np.array([(r.at, r.low, r.high) for r in vertical])
    meets = (
        (across[:, None, 1] - SNAP <= down[None, :, 0])
        & (down[None, :, 0] <= across[:, None, 2] + SNAP)
        & (down[None, :, 1] - SNAP <= across[:, None, 0])
        & (across[:, None, 0] <= down[None, :, 2] + SNAP)
    )
    pending = set(range(len(horizontal)))
    while pending:
        rows, columns = {pending.pop()}, set[int]()
        frontier = set(rows)
        while frontier:
            new_columns = set(np.flatnonzero(meets[sorted(frontier)].any(0)).tolist()) - columns
            columns |= new_columns
            frontier = (
                set(np.flatnonzero(meets[:, sorted(new_columns)].any(1)).tolist()) - rows if new_columns else set()
            )
            rows |= frontier
        pending -= rows
        if len(rows) >= 3 and columns:
            yield [horizontal[i] for i in sorted(rows)], [vertical[i] for i in sorted(columns)]


def _edges(values: list[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > SNAP:
            edges.append(value)
    return edges


def _grid(horizontal: list[Ruling], vertical: list[Ruling]) -> Grid | None:
    left, right = min(r.low for r in horizontal), max(r.high for r in horizontal)
    top, bottom = min(r.low for r in vertical), max(r.high for r in vertical)
    ys = _edges([r.at for r in horizontal] + [top, bottom])
    xs = _edges([r.at for r in vertical] + [left, right])
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows < 2 or columns < 2 or rows * columns > 4_000:
        return None
    owner = list(range(rows * columns))

    def root(index: int) -> int:
        while owner[index] != index:
            owner[index] = owner[owner[index]]
            index = owner[index]
        return index

    for row in range(rows):
        for column in range(columns):
            here = row * columns + column
            if column + 1 < columns and not _parted(vertical, xs[column + 1], (ys[row] + ys[row + 1]) / 2):
                owner[root(here + 1)] = root(here)
            if row + 1 < rows and not _parted(horizontal, ys[row + 1], (xs[column] + xs[column + 1]) / 2):
                owner[root(here + columns)] = root(here)
    members: dict[int, list[int]] = {}
    for index in range(rows * columns):
        members.setdefault(root(index), []).append(index)
    cells = [_cell(group, columns, xs, ys) for group in members.values()]
    cells.sort(key=lambda cell: (cell.row, cell.column))
    if len({cell.row for cell in cells}) < 2 or len({cell.column for cell in cells}) < 2:
        return None
    return Grid((xs[0], ys[0], xs[-1], ys[-1]), cells)


def _parted(rulings: list[Ruling], at: float, along: float) -> bool:
    return any(abs(r.at - at) <= SNAP and r.low - 1 <= along <= r.high + 1 for r in rulings)


def _cell(group: list[int], columns: int, xs: list[float], ys: list[float]) -> Cell:
    rows = [index // columns for index in group]
    cols = [index % columns for index in group]
    box = (xs[min(cols)], ys[min(rows)], xs[max(cols) + 1], ys[max(rows) + 1])
    return Cell(min(rows), min(cols), box)
