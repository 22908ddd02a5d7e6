"""Recognised lines laid out like any other page, with boxes where they stand on the page as displayed."""

from __future__ import annotations

import math
from collections.abc import Callable

from engine.documents.blocks import Box
from engine.documents.ocr import OcrPage
from engine.documents.pdf.fragments import Fragment, displayed

_EM = 0.8  # of a recognised box's height: the type size it holds


def scan_fragments(page: OcrPage, scale: float) -> list[Fragment]:
    """Fragments in upright, deskewed coordinates; scale is pixels per point."""
    fragments: list[Fragment] = []
    for line in page.lines:
        x0, y0 = (line.x - line.width / 2) / scale, (line.y - line.height / 2) / scale
        x1, y1 = (line.x + line.width / 2) / scale, (line.y + line.height / 2) / scale
        rtl = _mostly_rtl(line.text)
        fragments.append(Fragment(x0, y0, x1, y1, line.text, (y1 - y0) * _EM, rtl=rtl))
    return fragments


def scan_mapper(page: OcrPage, width: float, height: float) -> Callable[[Box], Box]:
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
