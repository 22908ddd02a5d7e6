"""Recognised lines laid out like any other page, with boxes where they stand on the page as displayed."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import median

from engine.documents.blocks import Box
from engine.documents.ocr import OcrPage
from engine.documents.pdf.fragments import Fragment, displayed
from engine.documents.pdf.layout import TextGroup

_EM = 0.95  # of a line's height without its margin: the type size it holds
_MARGIN = 0.12  # of a recognised box's height: the detector draws boxes that much larger than the ink, on every side
_ALIKE = 0.3  # of the usual size: heights that differ less are noise of the detector, not other type


def scan_group(page: OcrPage, scale: float, width: float, height: float) -> TextGroup:
    """The recognised lines of a page of that displayed size (points); scale is pixels per point."""
    fragments = _fragments(page, scale)
    mapper = _mapper(page, width, height)
    # Words of one line come in one box: boxes that nearly touch belong to different columns.
    return TextGroup(fragments, mapper, height=page.height / scale, touch=0.3)


def _fragments(page: OcrPage, scale: float) -> list[Fragment]:
    """Fragments in upright, deskewed coordinates."""
    if not page.lines:
        return []
    usual = median(line.height for line in page.lines) * (1 - 2 * _MARGIN) / scale
    fragments: list[Fragment] = []
    for line in page.lines:
        margin = line.height * _MARGIN
        x0, y0 = (line.x - line.width / 2 + margin) / scale, (line.y - line.height / 2 + margin) / scale
        x1, y1 = (line.x + line.width / 2 - margin) / scale, (line.y + line.height / 2 - margin) / scale
        if x1 <= x0:
            x0, x1 = (line.x - 1) / scale, (line.x + 1) / scale
        size = usual if abs(y1 - y0 - usual) < _ALIKE * usual else y1 - y0
        fragments.append(Fragment(x0, y0, x1, y1, line.text, size * _EM, rtl=_mostly_rtl(line.text)))
    return fragments


def _mapper(page: OcrPage, width: float, height: float) -> Callable[[Box], Box]:
    """From upright, deskewed coordinates to the page as displayed (points)."""
    cos, sin = math.cos(page.skew), math.sin(page.skew)

    def to_displayed(box: Box) -> Box:
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        half_width, half_height = (box[2] - box[0]) / 2, (box[3] - box[1]) / 2
        x, y = x * cos - y * sin, x * sin + y * cos
        return displayed((x - half_width, y - half_height, x + half_width, y + half_height), page.turn, width, height)

    return to_displayed


def _mostly_rtl(text: str) -> bool:
    return sum("\u0590" <= char <= "\u08ff" for char in text) * 2 > len(text)
