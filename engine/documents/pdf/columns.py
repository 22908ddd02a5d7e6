"""Reading order of a page: a recursive cut along empty vertical strips that part columns.

The idea is the X-Y cut (Nagy and Seth, 1984), driven by gutters: a gutter is a strip with no text in it that
has lines of prose on both sides over some height, and that no drawn rule crosses. What stands above and below it
(titles, footnotes) is read before and after.
Table-like text, whose short entries line up across the strip, is never cut, so that rows stay together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from engine.documents.pdf.fragments import Fragment
from engine.documents.pdf.paths import Ruling
from engine.documents.pdf.segments import group_lines
from engine.documents.pdf.strips import shared_strips, split_at
from engine.documents.pdf.tables import Table

Item = Fragment | Table

_MIN_LINES = 3
_PROSE = 16  # characters of a typical line: shorter ones are labels, numbers, bullets
_DEPTH = 12
_APART = 2.0  # line heights: a single row this far from the columns is no part of them
_REACH = 36.0  # points: a rule that runs on this far to both sides of a strip ends the gutter there


@dataclass(slots=True)
class Gutter:
    x: float
    top: float
    bottom: float
    weight: int


def reading_order(
    items: Sequence[Item], rules: Sequence[Ruling] = (), *, rtl: bool = False, depth: int = 0
) -> list[list[Item]]:
    """Regions of items in the order they are read; inside a region lines run from top to bottom.

    rules: the long horizontal lines drawn on the page; columns do not run across one.
    """
    if not items:
        return []
    gutter = _best_gutter(items, rules) if depth < _DEPTH and len(items) >= 2 * _MIN_LINES else None
    if gutter is None:
        return [sorted(items, key=lambda i: (i.y0, i.x0))]
    above = [i for i in items if _middle(i) < gutter.top]
    below = [i for i in items if _middle(i) > gutter.bottom]
    between = [i for i in items if gutter.top <= _middle(i) <= gutter.bottom]
    left = [i for i in between if (i.x0 + i.x1) / 2 < gutter.x]
    right = [i for i in between if (i.x0 + i.x1) / 2 >= gutter.x]
    parts = [above, right, left, below] if rtl else [above, left, right, below]
    return [region for part in parts for region in reading_order(part, rules, rtl=rtl, depth=depth + 1)]


def _middle(item: Item) -> float:
    return (item.y0 + item.y1) / 2


def _best_gutter(items: Sequence[Item], rules: Sequence[Ruling]) -> Gutter | None:
    texts = [item for item in items if isinstance(item, Fragment)]
    if len(texts) < 2 * _MIN_LINES:
        return None
    width = max(0.9 * median(text.size for text in texts), 6.0)
    best: Gutter | None = None
    for x in _candidates(texts) + _table_edges(items, texts):
        low, high = x - width, x
        crossing = [(i.y0, i.y1) for i in items if i.x0 < high - 0.5 and i.x1 > low + 0.5]
        crossing += [(r.at, r.at) for r in rules if r.low < low - _REACH and r.high > high + _REACH]
        for stretch in _free_stretches(crossing, min(i.y0 for i in items), max(i.y1 for i in items)):
            weight = _weight(texts, low, high, *stretch)
            core = _without_margin_rows(items, (low + high) / 2, *stretch) if weight else stretch
            if core != stretch:
                weight = _weight(texts, low, high, *core)
            if weight and (best is None or weight > best.weight):
                best = Gutter((low + high) / 2, *core, weight)
    return best


def _weight(texts: list[Fragment], low: float, high: float, top: float, bottom: float) -> int:
    """Characters beside a strip that parts columns over that height; 0 where it does not."""
    inside = [t for t in texts if top <= _middle(t) <= bottom]
    left = [t for t in inside if t.x1 <= low + 0.5]
    right = [t for t in inside if t.x0 >= high - 0.5]
    return sum(len(t.text) for t in inside) if _parts_columns(left, right) else 0


def _candidates(texts: list[Fragment]) -> list[float]:
    """x positions where several lines begin that have text to their left."""
    ordered = sorted(texts, key=lambda t: t.y0)
    beside: list[Fragment] = []
    for index, text in enumerate(ordered):
        for other in ordered[index + 1 :]:
            if other.y0 >= text.y1 - 0.3 * text.height:
                break
            beside.append(other if other.x0 > text.x0 else text)
    starts = sorted({text.x0 for text in beside})
    found: list[float] = []
    for x in starts:
        if sum(abs(text.x0 - x) <= 4 for text in beside) >= 2 and not (found and x - found[-1] < 4):
            found.append(x)
    return found


def _table_edges(items: Sequence[Item], texts: list[Fragment]) -> list[float]:
    """Left edges of tables that have text to their left: the border stands out to the left of its column's text."""
    edges = {item.x0 for item in items if isinstance(item, Table)}
    return sorted(x for x in edges if any(text.x1 < x for text in texts))


def _free_stretches(crossing: list[tuple[float, float]], top: float, bottom: float) -> list[tuple[float, float]]:
    stretches: list[tuple[float, float]] = []
    reached = top - 1
    for y0, y1 in sorted(crossing):
        if y0 > reached:
            stretches.append((reached, y0))
        reached = max(reached, y1)
    stretches.append((reached, bottom + 1))
    return [(a, b) for a, b in stretches if b - a > 20]


def _without_margin_rows(items: Sequence[Item], x: float, top: float, bottom: float) -> tuple[float, float]:
    """The stretch less a row at its top or bottom that stands apart on both sides of x: a header or footer."""
    inside = sorted((i for i in items if top <= _middle(i) <= bottom), key=_middle)
    for ordered in (inside, inside[::-1]):
        if not ordered or isinstance(ordered[0], Table):
            continue
        edge = ordered[0]
        row = [i for i in ordered if abs(_middle(i) - _middle(edge)) < 0.45 * edge.height]
        rest = ordered[len(row) :]
        if not rest or not any(i.x1 <= x for i in row) or not any(i.x0 >= x for i in row):
            continue
        apart = _APART * edge.height
        if ordered is inside and min(i.y0 for i in rest) - edge.y1 > apart:
            top = max(i.y1 for i in row)
        elif ordered is not inside and edge.y0 - max(i.y1 for i in rest) > apart:
            bottom = min(i.y0 for i in row)
    return top, bottom


def _parts_columns(left: list[Fragment], right: list[Fragment]) -> bool:
    if len(left) < _MIN_LINES or len(right) < _MIN_LINES:
        return False
    left_lines, right_lines = _lines(left), _lines(right)
    if min(len(left_lines), len(right_lines)) < _MIN_LINES:
        return False
    left_length, right_length = (median(line.length for line in lines) for lines in (left_lines, right_lines))
    if min(left_length, right_length) < _PROSE:
        return False
    top = max(min(t.y0 for t in left), min(t.y0 for t in right))
    bottom = min(max(t.y1 for t in left), max(t.y1 for t in right))
    shorter = min(max(t.y1 for t in side) - min(t.y0 for t in side) for side in (left, right))
    if bottom - top < 0.4 * shorter:
        return False
    if min(left_length, right_length) >= 30:
        return True
    return (_filled(left_lines) >= 0.5 and _filled(right_lines) >= 0.5) or _aligned(left_lines, right_lines) < 0.4


@dataclass(slots=True)
class _Line:
    """A line of one column: its extent and number of characters, gaps of justified text closed."""

    width: float
    bottom: float
    height: float
    length: int


def _lines(side: list[Fragment]) -> list[_Line]:
    rows = group_lines(side)
    strips = shared_strips(rows)
    return [
        _Line(
            width=group[-1].x1 - group[0].x0,
            bottom=group[0].y1,
            height=group[0].height,
            length=sum(len(segment.text) + 1 for segment in group) - 1,
        )
        for row in rows
        for group in split_at(row, strips)
    ]


def _filled(side: list[_Line]) -> float:
    """Share of lines that run to nearly the full width, as wrapped prose does and table entries do not."""
    widths = sorted(line.width for line in side)
    full = widths[int(len(widths) * 0.9)]
    return sum(width >= 0.75 * full for width in widths) / len(widths)


def _aligned(left: list[_Line], right: list[_Line]) -> float:
    """Share of the lines on the side with fewer of them that have a partner on the same base line."""
    few, many = (left, right) if len(left) <= len(right) else (right, left)
    hits = sum(any(abs(line.bottom - other.bottom) < 0.15 * line.height for other in many) for line in few)
    return hits / len(few)
