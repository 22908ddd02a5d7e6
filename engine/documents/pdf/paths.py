"""The straight lines drawn on a page: rulings of tables, rules that part the text, edges of shaded areas."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from pypdfium2 import raw

from engine.documents.pdf.glyphs import Frame

SNAP = 3.0  # points: ends and lines this close belong together
_THIN = 3.0  # points: a filled box this thin is a line
_SHORT = 6.0  # points: shorter strokes are drawings, not rulings
_RULE = 72.0  # points: a horizontal line this long may part what is above it from what is below


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


def drawn_lines(page: Any, frame: Frame, limit: int) -> tuple[Rulings, Rulings]:
    """The drawn lines of a page, and the edges of its shaded areas, in the frame's coordinates.

    A page with more objects than limit gives none.
    """
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


def rules_of(lines: Rulings) -> list[Ruling]:
    """The long horizontal lines, pieces of one line joined."""
    return [line for line in merged(lines.horizontal) if line.high - line.low >= _RULE]


def merged(rulings: list[Ruling]) -> list[Ruling]:
    """Lines on one axis that overlap or nearly touch, as one."""
    result: list[Ruling] = []
    for ruling in sorted(rulings, key=lambda r: (round(r.at / SNAP), r.low)):
        for other in reversed(result[-12:]):
            if abs(other.at - ruling.at) <= SNAP and ruling.low <= other.high + SNAP and other.low <= ruling.high:
                other.high = max(other.high, ruling.high)
                other.low = min(other.low, ruling.low)
                break
        else:
            result.append(Ruling(ruling.at, ruling.low, ruling.high))
    return result
