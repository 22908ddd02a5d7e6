"""Text of ruled tables: fragments are put into the cells of a grid and read row by row."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.documents.clean import clean
from engine.documents.pdf.fragments import Fragment
from engine.documents.pdf.glyphs import Array, Glyphs
from engine.documents.pdf.rulings import Cell, Grid
from engine.documents.pdf.segments import merge_touching

_LONGEST_CELL = 1_500  # characters: in a grid of two rows or columns, a frame around this much text is a page layout


@dataclass(slots=True)
class TableCell:
    column: int
    segments: list[Fragment]


@dataclass(slots=True)
class Table:
    """A ruled table with its rows of non-empty cells, in upright coordinates."""

    x0: float
    y0: float
    x1: float
    y1: float
    rows: list[list[TableCell]] = field(default_factory=list)


def split_at_cells(fragments: list[Fragment], grids: list[Grid], glyphs: Glyphs, boxes: Array) -> list[Fragment]:
    """Cut fragments that run over a cell border; boxes are the glyphs' in the fragments' coordinates."""
    result: list[Fragment] = []
    for fragment in fragments:
        borders = _borders(fragment, grids)
        result.extend(_cut(fragment, borders, glyphs, boxes) if borders else [fragment])
    return result


def _borders(fragment: Fragment, grids: list[Grid]) -> list[float]:
    borders: set[float] = set()
    for grid in grids:
        if grid.box[1] - 2 <= fragment.middle <= grid.box[3] + 2:
            for cell in grid.cells:
                x0, y0, x1, y1 = cell.box
                if y0 <= fragment.middle <= y1:
                    borders.update(x for x in (x0, x1) if fragment.x0 + 2 < x < fragment.x1 - 2)
    return sorted(borders)


def _cut(fragment: Fragment, borders: list[float], glyphs: Glyphs, boxes: Array) -> list[Fragment]:
    if fragment.first < 0:
        return [fragment]
    visible = glyphs.visible[(glyphs.visible >= fragment.first) & (glyphs.visible <= fragment.last)]
    cells = [sum((boxes[i][0] + boxes[i][2]) / 2 > border for border in borders) for i in visible.tolist()]
    parts: list[Fragment] = []
    start = 0
    for end in range(1, len(cells) + 1):
        if end < len(cells) and cells[end] == cells[start]:
            continue
        index = visible[start:end]
        text = clean(glyphs.text(int(index[0]), int(index[-1])))
        x0, y0 = boxes[index].min(0)[:2].tolist()
        x1, y1 = boxes[index].max(0)[2:].tolist()
        if text:
            style = (fragment.size, fragment.bold, fragment.rtl)
            parts.append(Fragment(x0, y0, x1, y1, text, *style, int(index[0]), int(index[-1])))
        start = end
    return parts


def take_tables(fragments: list[Fragment], grids: list[Grid]) -> tuple[list[Table], list[Fragment]]:
    """The tables that the grids make of the fragments, and the fragments outside of them."""
    tables: list[Table] = []
    for grid in sorted(grids, key=lambda g: (g.box[2] - g.box[0]) * (g.box[3] - g.box[1])):
        x0, y0, x1, y1 = grid.box
        inside = [f for f in fragments if x0 - 2 <= (f.x0 + f.x1) / 2 <= x1 + 2 and y0 - 2 <= f.middle <= y1 + 2]
        table = _fill(grid, inside)
        if table is not None:
            taken = set(map(id, inside))
            fragments = [f for f in fragments if id(f) not in taken]
            tables.append(table)
    return tables, fragments


def _fill(grid: Grid, inside: list[Fragment]) -> Table | None:
    contents: dict[int, list[Fragment]] = {}
    for fragment in inside:
        contents.setdefault(_cell_of(grid.cells, fragment), []).append(fragment)
    filled = [index for index in contents if index >= 0]
    columns = {grid.cells[index].column for index in filled}
    rows = {grid.cells[index].row for index in filled}
    if len(filled) < 3 or len(columns) < 2 or len(rows) < 2:
        return None
    framed = len(columns) < 3 or len(rows) < 3
    if framed and any(sum(len(f.text) for f in contents[index]) > _LONGEST_CELL for index in filled):
        return None
    by_row: dict[int, list[TableCell]] = {}
    for index in sorted(filled):
        cell = grid.cells[index]
        by_row.setdefault(cell.row, []).append(TableCell(cell.column, merge_touching(contents[index])))
    return Table(*grid.box, rows=[by_row[row] for row in sorted(by_row)])


def _cell_of(cells: list[Cell], fragment: Fragment) -> int:
    x, y = (fragment.x0 + fragment.x1) / 2, fragment.middle
    best, nearest = -1, 4.0
    for index, cell in enumerate(cells):
        x0, y0, x1, y1 = cell.box
        distance = max(x0 - x, x - x1, y0 - y, y - y1, 0.0)
        if distance < nearest:
            best, nearest = index, distance
    return best
