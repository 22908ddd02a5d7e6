"""Characters of a PDF page that a reader does not see: drawn without ink, in the colour of the paper, or tiny.

The text layer of a scan is drawn without ink over the picture of the same words, and is kept: what decides is whether
anything is to be seen where the characters stand. Almost all pages hold no suspicious text object, and cost one look at
each object; only the others are drawn.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from pypdfium2 import raw

from engine.documents.limits import Limits
from engine.documents.pdf.glyphs import Glyphs
from engine.documents.pdf.render import Pixels, render

_SCALE = 1.5  # pixels per point: enough to see strokes of 4 point text
_PALE = 225  # of 255, each colour: ink that may vanish on paper
_TINY_PT = 1.0
_CONTRAST = 24  # of 255: less is nothing to be seen
_MOST_OBJECTS = 20_000
_DEEPEST = 4
_INKLESS = (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP)
_LETTERS_TOLD = 8


def hide(page: Any, textpage: Any, glyphs: Glyphs, limits: Limits, is_scan: Callable[[], bool]) -> tuple[Glyphs, bool]:
    """The characters without those that cannot be seen, and whether there were words among these.

    is_scan: whether a picture covers the page; the text layer over one may lie a line beside the words it stands for.
    """
    if not len(glyphs.visible):
        return glyphs, False
    suspicious, tiny = _suspicious(page)
    if not suspicious and not tiny:
        return glyphs, False
    owners = np.array([_address(raw.FPDFText_GetTextObject(textpage, int(at))) for at in glyphs.visible])
    gone = np.isin(owners, list(tiny))
    doubtful = np.flatnonzero(np.isin(owners, list(suspicious)) & ~gone)
    if len(doubtful):
        pixels, scale = render(page, _SCALE, max_pixels=limits.ocr_pixels, seconds=limits.page_seconds)
        boxes = glyphs.boxes[glyphs.visible[doubtful]] * scale
        if is_scan():
            reach = (boxes[:, 3] - boxes[:, 1])[:, None]
            boxes = boxes + reach * np.array([-1, -1, 1, 1])
        gone[doubtful] = ~_seen(pixels, boxes, owners[doubtful])
    if not gone.any():
        return glyphs, False
    hidden = glyphs.visible[gone]
    told = sum(chr(code).isalpha() for code in glyphs.codes[hidden].tolist()) >= _LETTERS_TOLD
    codes = glyphs.codes.copy()
    codes[hidden] = 0
    return Glyphs(codes, glyphs.boxes, glyphs.visible[~gone]), told


def _suspicious(page: Any) -> tuple[set[int], set[int]]:
    """Text objects that may not be seen, and those too small to be."""
    suspicious, tiny = set(), set()
    size, matrix = ctypes.c_float(), raw.FS_MATRIX()
    for item in _objects(page):
        raw.FPDFTextObj_GetFontSize(item, size)
        raw.FPDFPageObj_GetMatrix(item, matrix)
        if 0 < size.value * math.hypot(matrix.c, matrix.d) < _TINY_PT:
            tiny.add(_address(item))
        elif raw.FPDFTextObj_GetTextRenderMode(item) in _INKLESS or _pale(item):
            suspicious.add(_address(item))
    return suspicious, tiny


def _pale(item: Any) -> bool:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not raw.FPDFPageObj_GetFillColor(item, red, green, blue, alpha):
        return False
    return min(red.value, green.value, blue.value) >= _PALE or alpha.value < 255 - _PALE


def _objects(page: Any) -> Iterator[Any]:
    """The text objects of a page, those inside forms too."""
    left = _MOST_OBJECTS
    todo = [(raw.FPDFPage_GetObject(page, at), 0) for at in range(min(raw.FPDFPage_CountObjects(page), left))]
    while todo and left:
        item, depth = todo.pop()
        left -= 1
        kind = raw.FPDFPageObj_GetType(item)
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            yield item
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
            count = min(max(raw.FPDFFormObj_CountObjects(item), 0), left)
            todo += [(raw.FPDFFormObj_GetObject(item, at), depth + 1) for at in range(count)]


def _address(item: Any) -> int:
    return ctypes.cast(item, ctypes.c_void_p).value or 0


def _seen(pixels: Pixels, boxes: npt.NDArray[np.float64], owners: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Whether anything is to be seen where characters stand. One is judged with the others of its object: a comma
    alone may fall between the pixels."""
    grey = pixels.mean(axis=2)
    rows, columns = grey.shape
    seen = np.zeros(len(boxes), dtype=bool)
    for owner in np.unique(owners):
        own = np.flatnonzero(owners == owner)
        shown = 0
        for at in own.tolist():
            x0, y0, x1, y1 = boxes[at].tolist()
            part = grey[
                max(math.floor(y0), 0) : min(math.ceil(y1), rows), max(math.floor(x0), 0) : min(math.ceil(x1), columns)
            ]
            shown += bool(part.size and part.max() - part.min() >= _CONTRAST)
        seen[own] = shown >= 0.5 * len(own)
    return seen
