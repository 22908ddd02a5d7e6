"""One PDF page: its text layer if it has a usable one, otherwise text recognised on its picture."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from pypdfium2 import raw

from engine.documents.blocks import Box
from engine.documents.clean import unreadable_share
from engine.documents.limits import Limits
from engine.documents.ocr import TextRecognizer
from engine.documents.pdf.forms import annotation_fragments
from engine.documents.pdf.fragments import Fragment, displayed, fragments_by_turn, upright
from engine.documents.pdf.glyphs import OBLIQUE, Frame, Glyphs, read_glyphs
from engine.documents.pdf.hidden import hide
from engine.documents.pdf.layout import TextGroup
from engine.documents.pdf.paths import drawn_lines, rules_of
from engine.documents.pdf.render import render
from engine.documents.pdf.rulings import find_grids
from engine.documents.pdf.tables import split_at_cells
from engine.documents.scan import scan_group

_DPI = 200
_GARBAGE = 0.25  # share of unreadable characters from which a text layer is not used
_SPARSE = 120  # characters: a page picture with less text than this on it is a scan with a stamp
_COVERS = 0.5  # share of the page from which an image counts as a page picture


@dataclass(slots=True)
class PageLayer:
    """What was read of a page before layout."""

    number: int
    width: float
    height: float
    groups: list[TextGroup] = field(default_factory=list)
    ocr: bool = False
    blank: bool = False
    hid_text: bool = False


class PageReader:
    """Reads pages of one open document."""

    def __init__(
        self, form: Any | None, limits: Limits, recognizer: TextRecognizer | None, check: Callable[[], None]
    ) -> None:
        self._form = form
        self._limits = limits
        self._recognizer = recognizer
        self._check = check

    def read(self, page: Any, number: int, announce_ocr: Callable[[], None]) -> PageLayer:
        """Read a page; announce_ocr is called before text recognition starts, which takes seconds."""
        frame = Frame.of(page)
        layer = PageLayer(number, frame.width, frame.height)
        textpage = page.get_textpage()
        try:
            glyphs = read_glyphs(textpage, frame, self._limits.glyphs_per_page)
            glyphs, layer.hid_text = hide(
                page, textpage, glyphs, self._limits, lambda: _picture_share(page, frame) >= _COVERS
            )
            notes = annotation_fragments(page, self._form, frame)
            if self._recognizer is not None and _needs_ocr(page, glyphs, frame):
                announce_ocr()
                self._recognize(page, layer)
                if layer.groups:
                    return layer
            layer.groups = self._text_groups(page, textpage, glyphs, frame, notes)
        finally:
            textpage.close()
        layer.blank = not layer.groups and raw.FPDFPage_CountObjects(page) <= 0
        return layer

    def _text_groups(
        self, page: Any, textpage: Any, glyphs: Glyphs, frame: Frame, notes: list[Fragment]
    ) -> list[TextGroup]:
        by_turn = fragments_by_turn(textpage, glyphs, frame)
        if notes:
            by_turn.setdefault(0, []).extend(notes)
        ranked = sorted(by_turn, key=lambda turn: -sum(len(f.text) for f in by_turn[turn]))
        groups: list[TextGroup] = []
        for rank, turn in enumerate(ranked):
            fragments = by_turn[turn]
            turned = frame.turned(turn)
            group = TextGroup(fragments, partial(_back, turn, frame.width, frame.height), height=turned.height)
            if rank == 0 and turn != OBLIQUE and len(fragments) >= 4:
                lines, shades = drawn_lines(page, turned, self._limits.paths_per_page)
                group.rules = rules_of(lines)
                group.grids = find_grids(lines, shades)
                if group.grids:
                    boxes = upright(glyphs.boxes, turn, frame.width, frame.height)
                    group.fragments = split_at_cells(fragments, group.grids, glyphs, boxes)
            groups.append(group)
        return groups

    def _recognize(self, page: Any, layer: PageLayer) -> None:
        assert self._recognizer is not None
        limits = self._limits
        pixels, scale = render(
            page, _DPI / 72, max_pixels=limits.ocr_pixels, seconds=limits.page_seconds, form=self._form
        )
        if int(pixels.min()) > 200:  # nothing is drawn on it
            layer.blank = True
            return
        found = self._recognizer.read(np.ascontiguousarray(pixels), self._check)
        if found.lines:
            layer.ocr = True
            layer.groups = [scan_group(found, scale, layer.width, layer.height)]


def _back(turn: int, width: float, height: float, box: Box) -> Box:
    return displayed(box, turn, width, height)


def _needs_ocr(page: Any, glyphs: Glyphs, frame: Frame) -> bool:
    """Whether the text layer cannot be used: missing, garbage, or a few words over a picture of the whole page."""
    count = len(glyphs.visible)
    if not count:
        return bool(raw.FPDFPage_CountObjects(page) > 0)
    sample = "".join(map(chr, glyphs.codes[glyphs.visible[:4_000]].tolist()))
    if unreadable_share(sample.replace("\ufffe", "-")) > _GARBAGE:
        return True
    return count < _SPARSE and _picture_share(page, frame) >= _COVERS


def _picture_share(page: Any, frame: Frame) -> float:
    """The share of the page that its largest image covers."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    largest = 0.0
    for index in range(min(raw.FPDFPage_CountObjects(page), 500)):
        item = raw.FPDFPage_GetObject(page, index)
        if raw.FPDFPageObj_GetType(item) == raw.FPDF_PAGEOBJ_IMAGE and raw.FPDFPageObj_GetBounds(
            item, left, bottom, right, top
        ):
            largest = max(largest, (right.value - left.value) * (top.value - bottom.value))
    return largest / max(frame.width * frame.height, 1.0)
