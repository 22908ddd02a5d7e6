"""Ruled tables: the drawn lines of a page, and the grids of cells they make."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from pypdfium2 import raw

from engine.documents.blocks import Box
from engine.documents.pdf.glyphs import Frame

_THIN = 3.0  # points: a filled box this thin is a line
_SNAP = 3.0  # points: ends and lines this close belong together
_SHORT = 6.0  # points: shorter strokes are drawings, not rulings


@dataclass(slots=True)
class Ruling:
    """A straight line: at is y for a horizontal one and x for a vertical one, from low to high along it."""

    at: float
    low: float
    high: float


@dataclass(frozen=True)
class Rulings:
    horizontal: list[Ruling]
    vertical: list[Ruling]


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


def find_grids(page: Any, frame: Frame, limit: int) -> list[Grid]:
    """Grids of at least two rows and two columns, in the frame's coordinates. Pages with too many paths give none.

    Drawn lines count first; only where they make no grid do the edges of shaded areas, which often stop short of
    the cell or shade single lines of its text.
    """
    lines, shades = _rulings(page, frame, limit)
    grids = _grids(lines)
    if not grids and shades.horizontal:
        grids = _grids(Rulings(lines.horizontal + shades.horizontal, lines.vertical + shades.vertical))
    return grids


def _grids(rulings: Rulings) -> list[Grid]:
    if len(rulings.horizontal) < 3 or not rulings.vertical:
        return []
    clusters = _clusters(_merged(rulings.horizontal), _merged(rulings.vertical))
    return [grid for cluster in clusters if (grid := _grid(*cluster)) is not None]


def _rulings(page: Any, frame: Frame, limit: int) -> tuple[Rulings, Rulings]:
    """The drawn lines of a page, and the edges of its shaded areas."""
    lines, shades = Rulings([], []), Rulings([], [])
    count = raw.FPDFPage_CountObjects(page)
    if count > limit:
        return lines, shades
    boxes, filled = _path_boxes(page, count, frame)
    for (x0, y0, x1, y1), only_filled in zip(boxes, filled, strict=True):
        wide, high = x1 - x0, y1 - y0
        if high <= _THIN:
            if wide >= _SHORT:
                lines.horizontal.append(Ruling((y0 + y1) / 2, x0, x1))
        elif wide <= _THIN:
            if high >= _SHORT:
                lines.vertical.append(Ruling((x0 + x1) / 2, y0, y1))
        elif wide >= _SHORT and high >= _SHORT:
            target = shades if only_filled else lines
            target.horizontal.extend([Ruling(y0, x0, x1), Ruling(y1, x0, x1)])
            target.vertical.extend([Ruling(x0, y0, y1), Ruling(x1, y0, y1)])
    return lines, shades


def _path_boxes(page: Any, count: int, frame: Frame) -> tuple[list[list[float]], list[bool]]:
    """Boxes of the straight parts of a page's paths, and whether each is filled without an outline."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    found: list[tuple[float, float, float, float]] = []
    filled: list[bool] = []
    for index in range(count):
        item = raw.FPDFPage_GetObject(page, index)
        if raw.FPDFPageObj_GetType(item) != raw.FPDF_PAGEOBJ_PATH:
            continue
        if raw.FPDFPath_CountSegments(item) <= 6:
            if raw.FPDFPageObj_GetBounds(item, left, bottom, right, top):
                found.append((left.value, bottom.value, right.value, top.value))
                raw.FPDFPath_GetDrawMode(item, mode, stroke)
                filled.append(not stroke.value)
        else:
            strokes = list(_strokes(item))
            found.extend(strokes)
            filled.extend([False] * len(strokes))
    if not found:
        return [], []
    values = np.array(found, dtype=np.float64)
    boxes: list[list[float]] = frame.boxes(*values.T).tolist()
    return boxes, filled


def _strokes(path: Any) -> Iterator[tuple[float, float, float, float]]:
    """The straight parts of a path of many segments, such as a whole table frame drawn in one go."""
    count = raw.FPDFPath_CountSegments(path)
    if count > 2_000:
        return
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(path, matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    before: tuple[float, float] | None = None
    for index in range(count):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        here = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_LINETO and before is not None:
            yield min(before[0], here[0]), min(before[1], here[1]), max(before[0], here[0]), max(before[1], here[1])
        before = here


def _merged(rulings: list[Ruling]) -> list[Ruling]:
    """Lines on one axis that overlap or nearly touch, as one."""
    result: list[Ruling] = []
    for ruling in sorted(rulings, key=lambda r: (round(r.at / _SNAP), r.low)):
        for other in reversed(result[-12:]):
            if abs(other.at - ruling.at) <= _SNAP and ruling.low <= other.high + _SNAP and other.low <= ruling.high:
                other.high = max(other.high, ruling.high)
                other.low = min(other.low, ruling.low)
                break
        else:
            result.append(Ruling(ruling.at, ruling.low, ruling.high))
    return result


def _clusters(horizontal: list[Ruling], vertical: list[Ruling]) -> Iterator[tuple[list[Ruling], list[Ruling]]]:
    """Groups of lines connected by crossing or touching."""
    if len(horizontal) * len(vertical) > 400_000:
        return
    across = np.array([(r.at, r.low, r.high) for r in horizontal])
    down = np.array([(r.at, r.low, r.high) for r in vertical])
    meets = (
        (across[:, None, 1] - _SNAP <= down[None, :, 0])
        & (down[None, :, 0] <= across[:, None, 2] + _SNAP)
        & (down[None, :, 1] - _SNAP <= across[:, None, 0])
        & (across[:, None, 0] <= down[None, :, 2] + _SNAP)
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
        if not edges or value - edges[-1] > _SNAP:
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
    return any(abs(r.at - at) <= _SNAP and r.low - 1 <= along <= r.high + 1 for r in rulings)


def _cell(group: list[int], columns: int, xs: list[float], ys: list[float]) -> Cell:
    rows = [index // columns for index in group]
    cols = [index % columns for index in group]
    box = (xs[min(cols)], ys[min(rows)], xs[max(cols) + 1], ys[max(rows) + 1])
    return Cell(min(rows), min(cols), box)
