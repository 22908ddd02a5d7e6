"""Runs of characters that belong together on one line, cut where the pen jumps."""

from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from pypdfium2 import raw

from engine.documents.blocks import Box
from engine.documents.clean import clean
from engine.documents.pdf.glyphs import OBLIQUE, Array, Frame, Glyphs, is_rtl

_BOLD_WEIGHT = 600
_JUMP = 0.5  # of the line height: wider gaps may part columns or cells; words part at about 0.25


@dataclass(slots=True)
class Fragment:
    """A piece of a line in upright coordinates (the page turned so that this text reads left to right).

    size in points as displayed; first and last index the page's glyphs (-1 where the text is not from glyphs).
    parts holds what it was joined from, if it was.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    text: str
    size: float
    bold: bool = False
    rtl: bool = False
    first: int = -1
    last: int = -1
    parts: list[Fragment] = field(default_factory=list)

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def middle(self) -> float:
        return (self.y0 + self.y1) / 2


def upright(boxes: Array, turn: int, width: float, height: float) -> Array:
    """Boxes of the displayed page turned back by quarter turns so that text of that turn reads left to right."""
    x0, y0, x1, y1 = boxes.T
    if turn == 1:
        return np.stack([y0, width - x1, y1, width - x0], axis=1)
    if turn == 2:
        return np.stack([width - x1, height - y1, width - x0, height - y0], axis=1)
    if turn == 3:
        return np.stack([height - y1, x0, height - y0, x1], axis=1)
    return boxes


def displayed(box: Box, turn: int, width: float, height: float) -> Box:
    """The inverse of upright for one box; width and height are the displayed page's."""
    x0, y0, x1, y1 = box
    if turn == 1:
        return width - y1, x0, width - y0, x1
    if turn == 2:
        return width - x1, height - y1, width - x0, height - y0
    if turn == 3:
        return y0, height - x1, y1, height - x0
    return box


def fragments_by_turn(textpage: Any, glyphs: Glyphs, frame: Frame) -> dict[int, list[Fragment]]:
    """All fragments of a page, grouped by the direction their text runs (see Frame.turn)."""
    if not len(glyphs.visible):
        return {}
    turns = _turns(textpage, glyphs.visible, frame)
    groups: dict[int, list[Fragment]] = {}
    for turn in np.unique(turns).tolist():
        index = glyphs.visible[turns == turn]
        boxes = upright(glyphs.boxes[index], turn, frame.width, frame.height)
        starts = _starts(glyphs, index, boxes, oblique=turn == OBLIQUE)
        found = _build(textpage, glyphs, index, boxes, starts)
        if found:
            groups[turn] = _without_doubles(found)
    return groups


def _turns(textpage: Any, visible: npt.NDArray[np.intp], frame: Frame) -> npt.NDArray[np.intp]:
    """The turn of each visible glyph; a sample decides whether asking for every one is worth it."""
    step = max(len(visible) // 200, 1)
    sample = {frame.turn(raw.FPDFText_GetCharAngle(textpage, index)) for index in visible[::step].tolist()}
    if len(sample) == 1:
        return np.full(len(visible), sample.pop())
    angles = [raw.FPDFText_GetCharAngle(textpage, index) for index in visible.tolist()]
    known = {angle: frame.turn(angle) for angle in set(angles)}
    return np.array([known[angle] for angle in angles])


def _starts(glyphs: Glyphs, index: npt.NDArray[np.intp], boxes: Array, *, oblique: bool) -> npt.NDArray[np.intp]:
    """Positions in index at which a new fragment begins."""
    codes = glyphs.codes
    newline = np.concatenate([[0], np.cumsum((codes == 10) | (codes == 13))])
    crossed = newline[index[1:]] != newline[index[:-1]]
    if oblique:
        return np.concatenate([[0], np.flatnonzero(crossed) + 1])
    x0, y0, x1, y1 = boxes.T
    height = np.maximum(y1 - y0, 1.0)
    lower = np.minimum(height[1:], height[:-1])
    overlap = np.minimum(y1[1:], y1[:-1]) - np.maximum(y0[1:], y0[:-1])
    tall = np.maximum(height[1:], height[:-1])
    ahead = x0[1:] - x1[:-1]
    behind = x0[:-1] - x1[1:]
    runs_on = (ahead <= _JUMP * tall) & (ahead >= -0.6 * tall)
    rtl = is_rtl(codes[index])
    # In right-to-left lines pdfium gives logical order: a number inside steps back over its own width first.
    runs_back = (rtl[1:] | rtl[:-1]) & (np.minimum(np.abs(behind), np.abs(ahead)) <= 6 * tall)
    same_line = (overlap >= 0.4 * lower) & (runs_on | runs_back) & ~(crossed & ~runs_on)
    same_line |= (boxes[1:] == boxes[:-1]).all(axis=1)  # the letters of one ligature share its box
    return np.concatenate([[0], np.flatnonzero(~same_line) + 1])


def _build(
    textpage: Any, glyphs: Glyphs, index: npt.NDArray[np.intp], boxes: Array, starts: npt.NDArray[np.intp]
) -> list[Fragment]:
    low = np.minimum.reduceat(boxes, starts, axis=0).tolist()
    high = np.maximum.reduceat(boxes, starts, axis=0).tolist()
    rtl = np.add.reduceat(is_rtl(glyphs.codes[index]).astype(int), starts).tolist()
    ends = [*starts[1:].tolist(), len(index)]
    found: list[Fragment] = []
    for position, start, end in zip(range(len(ends)), starts.tolist(), ends, strict=True):
        first, last = int(index[start]), int(index[end - 1])
        text = clean(glyphs.text(first, last))
        if not text:
            continue
        middle = int(index[(start + end) // 2])
        size, bold = _style(textpage, first, middle)
        x0, y0 = low[position][:2]
        x1, y1 = high[position][2:]
        found.append(Fragment(x0, y0, x1, y1, text, size, bold, rtl[position] * 2 > end - start, first, last))
    return found


def _style(textpage: Any, first: int, middle: int) -> tuple[float, bool]:
    """Size in points with the text matrix applied, and whether the run is bold."""
    matrix = raw.FS_MATRIX()
    scale = 1.0
    if raw.FPDFText_GetMatrix(textpage, middle, matrix):
        scale = math.hypot(matrix.c, matrix.d) or 1.0
    size = raw.FPDFText_GetFontSize(textpage, middle) * scale
    return size, _is_bold(textpage, middle) and (middle == first or _is_bold(textpage, first))


def _is_bold(textpage: Any, index: int) -> bool:
    if raw.FPDFText_GetFontWeight(textpage, index) >= _BOLD_WEIGHT:
        return True
    name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    raw.FPDFText_GetFontInfo(textpage, index, name, 128, flags)
    lowered = name.value.lower()
    return any(word in lowered for word in (b"bold", b"black", b"heavy", b"semibold", b"demi"))


def _without_doubles(found: list[Fragment]) -> list[Fragment]:
    """Drop text drawn twice in almost the same place, a common way to fake bold or shadow."""
    seen: dict[str, list[Fragment]] = {}
    kept: list[Fragment] = []
    for fragment in found:
        twins = seen.setdefault(fragment.text, [])
        reach = max(fragment.height * 0.2, 1.0)
        if any(abs(twin.x0 - fragment.x0) < reach and abs(twin.y0 - fragment.y0) < reach for twin in twins):
            continue
        twins.append(fragment)
        kept.append(fragment)
    return kept
