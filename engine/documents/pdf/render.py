"""Pages as pictures, with a limit on size and time."""

from __future__ import annotations

import ctypes
import math
import time
from typing import Any

import numpy as np
import numpy.typing as npt
from pypdfium2 import raw

from engine.errors import UnreadableDocument

Pixels = npt.NDArray[np.uint8]


def render(
    page: Any, scale: float, *, max_pixels: int, seconds: float, form: Any | None = None
) -> tuple[Pixels, float]:
    """Draw a page as rows of RGB pixels; returns them and the scale used, smaller where max_pixels bound it.

    Raises UnreadableDocument where drawing takes longer than seconds or there is no memory for the picture.
    """
    width, height = page.get_size()
    scale = min(scale, math.sqrt(max_pixels / max(width * height, 1.0)))
    columns, rows = max(math.ceil(width * scale), 1), max(math.ceil(height * scale), 1)
    bitmap = raw.FPDFBitmap_CreateEx(columns, rows, raw.FPDFBitmap_BGR, None, 0)
    if not bitmap:
        raise UnreadableDocument("A page is too large to be drawn.")
    try:
        raw.FPDFBitmap_FillRect(bitmap, 0, 0, columns, rows, 0xFFFFFFFF)
        _draw(bitmap, page, (columns, rows), seconds)
        if form is not None:
            raw.FPDF_FFLDraw(form, bitmap, page, 0, 0, columns, rows, 0, raw.FPDF_ANNOT)
        stride = raw.FPDFBitmap_GetStride(bitmap)
        address = raw.FPDFBitmap_GetBuffer(bitmap)
        data = (ctypes.c_ubyte * (stride * rows)).from_address(ctypes.cast(address, ctypes.c_void_p).value or 0)
        pixels = np.frombuffer(data, dtype=np.uint8).reshape(rows, stride)[:, : columns * 3].reshape(rows, columns, 3)
        return np.ascontiguousarray(pixels[:, :, ::-1]), scale
    finally:
        raw.FPDFBitmap_Destroy(bitmap)


def _draw(bitmap: Any, page: Any, size: tuple[int, int], seconds: float) -> None:
    """Draw in steps, so that a page made to take for ever can be given up."""
    end = time.monotonic() + seconds
    pause = raw.IFSDK_PAUSE(version=1)
    # The callback object must outlive the drawing: pdfium keeps a bare pointer to it.
    callback = type(pause.NeedToPauseNow)(lambda _: int(time.monotonic() > end))
    pause.NeedToPauseNow = callback
    flags = raw.FPDF_ANNOT
    status = raw.FPDF_RenderPageBitmap_Start(bitmap, page, 0, 0, *size, 0, flags, pause)
    try:
        while status == raw.FPDF_RENDER_TOBECONTINUED and time.monotonic() <= end:
            status = raw.FPDF_RenderPage_Continue(page, pause)
    finally:
        raw.FPDF_RenderPage_Close(page)
    if status != raw.FPDF_RENDER_DONE:
        raise UnreadableDocument("A page took too long to be drawn.")
