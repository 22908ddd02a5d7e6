"""The characters of a PDF page with their boxes, read from pdfium in bulk.

A page holds about 3,000 characters and a call through ctypes costs half a microsecond, so only the box is asked for
every character; everything else is asked once per run (see fragments).
"""

from __future__ import annotations

import ctypes
import math
from collections import deque
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt
from pypdfium2 import raw

from engine.errors import UnreadableDocument

Array = npt.NDArray[np.float64]
HYPHENS = (0x02, 0xFFFE)  # what pdfium puts in place of a hyphen at a line end
OBLIQUE = 4
_BLANK = np.array([0, 9, 10, 11, 12, 13, 32, 0xA0, 0xAD, 0x200B, 0x2028, 0x2029, 0xFEFF, 0x3000], dtype=np.uint32)


@dataclass(frozen=True)
class Frame:
    """From pdfium's page space (y up, unrotated) to the page as displayed: points from its top left corner."""

    width: float
    height: float
    matrix: tuple[float, float, float, float, float, float]

    @classmethod
    def of(cls, page: Any) -> Frame:
        width, height = page.get_size()
        if width < 1 or height < 1:  # boxes that do not meet: pdfium would show nothing at all
            left, bottom, right, top = page.get_mediabox()
            return cls(max(right - left, 1.0), max(top - bottom, 1.0), (1.0, 0.0, 0.0, -1.0, -left, top))
        # PageToDevice answers in whole device units: a large device and far points make the matrix exact enough.
        scale, reach = 1000.0, 1000.0
        size = (max(int(width * scale), 1), max(int(height * scale), 1))

        def device(x: float, y: float) -> tuple[float, float]:
            left, top = ctypes.c_int(), ctypes.c_int()
            raw.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, left, top)
            return left.value / scale, top.value / scale

        e, f = device(0, 0)
        ax, ay = device(reach, 0)
        bx, by = device(0, reach)
        matrix = ((ax - e) / reach, (ay - f) / reach, (bx - e) / reach, (by - f) / reach, e, f)
        return cls(width, height, matrix)

    def turned(self, turn: int) -> Frame:
        """The frame in which text of that turn (see turn()) stands upright."""
        a, b, c, d, e, f = self.matrix
        if turn == 1:
            return Frame(self.height, self.width, (b, -a, d, -c, f, self.width - e))
        if turn == 2:
            return Frame(self.width, self.height, (-a, -b, -c, -d, self.width - e, self.height - f))
        if turn == 3:
            return Frame(self.height, self.width, (-b, a, -d, c, self.height - f, e))
        return self

    def boxes(self, left: Array, bottom: Array, right: Array, top: Array) -> Array:
        """Rows of x0, y0, x1, y1 as displayed."""
        a, b, c, d, e, f = self.matrix
        x = np.stack([a * left + c * bottom + e, a * right + c * top + e])
        y = np.stack([b * left + d * bottom + f, b * right + d * top + f])
        return np.stack([x.min(0), y.min(0), x.max(0), y.max(0)], axis=1)

    def turn(self, angle: float) -> int:
        """Quarter turns clockwise of text at pdfium's character angle (radians) as displayed; OBLIQUE if none."""
        a, b, c, d = self.matrix[:4]
        dx, dy = math.cos(angle), -math.sin(angle)
        degrees = math.degrees(math.atan2(b * dx + d * dy, a * dx + c * dy)) % 360
        nearest = round(degrees / 90)
        return nearest % 4 if abs(degrees - nearest * 90) <= 12 else OBLIQUE


@dataclass(frozen=True)
class Glyphs:
    """Characters in pdfium's order. codes and boxes (as displayed) are parallel; visible indexes those drawn."""

    codes: npt.NDArray[np.uint32]
    boxes: Array
    visible: npt.NDArray[np.intp]

    def text(self, first: int, last: int) -> str:
        """The characters first to last, both included; a line-end hyphen is a plain hyphen."""
        codes = self.codes[first : last + 1].tolist()
        return "".join(["-" if code in HYPHENS else chr(code) for code in codes])


def read_glyphs(textpage: Any, frame: Frame, limit: int) -> Glyphs:
    """Read a page's characters. Raises UnreadableDocument where there are more than limit."""
    count = max(raw.FPDFText_CountChars(textpage), 0)
    if count > limit:
        raise UnreadableDocument(f"The page holds {count:,} characters, more than can be read.")
    codes = _codes(textpage, count)
    boxes = _boxes(textpage, count, frame)
    centre_x, centre_y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    on_page = (centre_x >= -1) & (centre_x <= frame.width + 1) & (centre_y >= -1) & (centre_y <= frame.height + 1)
    has_box = (boxes[:, 2] > boxes[:, 0]) | (boxes[:, 3] > boxes[:, 1])
    blank = np.isin(codes, _BLANK)
    drawn = on_page & has_box & ~blank
    codes[~on_page & ~blank] = 0  # what lies off the page is not shown and not read
    _restore_replacement_text(codes, boxes)
    return Glyphs(codes, boxes, np.flatnonzero(drawn))


def is_rtl(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    """Which code points are Hebrew or Arabic script."""
    return ((codes >= 0x0590) & (codes <= 0x08FF)) | ((codes >= 0xFB1D) & (codes <= 0xFEFC))


def _restore_replacement_text(codes: npt.NDArray[np.uint32], boxes: Array) -> None:
    """Turn right-to-left replacement text (ActualText) round, in place.

    pdfium takes it for glyphs in visual order and reverses it; all its letters share one box, by which it is known.
    """
    rtl = is_rtl(codes)
    if not rtl.any():
        return
    joined = rtl[1:] & rtl[:-1] & (boxes[1:] == boxes[:-1]).all(axis=1)
    edges = np.diff(np.concatenate([[False], joined, [False]]).astype(np.int8))
    for start, end in zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True):
        codes[start : end + 1] = codes[start : end + 1][::-1].copy()


def _codes(textpage: Any, count: int) -> npt.NDArray[np.uint32]:
    buffer = (ctypes.c_ushort * (count + 1))()
    if raw.FPDFText_GetText(textpage, 0, count, buffer) == count + 1:
        units: npt.NDArray[np.uint32] = np.ctypeslib.as_array(buffer)[:count].astype(np.uint32)
        if not ((units >= 0xD800) & (units < 0xE000)).any():
            return units
    # Some characters take no or two UTF-16 units: the bulk text does not run parallel to the boxes.
    codes = list(map(raw.FPDFText_GetUnicode, repeat(textpage.raw), range(count)))
    return np.array(codes, dtype=np.uint32)


def _boxes(textpage: Any, count: int, frame: Frame) -> Array:
    rectangles = (raw.FS_RECTF * max(count, 1))()
    pointer = ctypes.POINTER(raw.FS_RECTF)
    size, start = ctypes.sizeof(raw.FS_RECTF), ctypes.addressof(rectangles)
    addresses = map(ctypes.cast, range(start, start + size * count, size), repeat(pointer))
    deque(map(raw.FPDFText_GetLooseCharBox, repeat(textpage.raw), range(count), addresses), maxlen=0)
    # FS_RECTF is left, top, right, bottom
    values = np.frombuffer(rectangles, dtype=np.float32).reshape(-1, 4)[:count].astype(np.float64)
    values = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    left, top, right, bottom = values.T
    return frame.boxes(left, bottom, right, top)
