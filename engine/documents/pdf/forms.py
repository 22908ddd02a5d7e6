"""What people filled into a PDF form or wrote on a page: shown there, but not part of the text layer."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

import numpy as np
from pypdfium2 import raw

from engine.documents.clean import clean
from engine.documents.pdf.fragments import Fragment
from engine.documents.pdf.glyphs import Frame

_NOT_SHOWN = 0x02 | 0x20  # annotation flags Hidden and NoView (ISO 32000-1, 12.5.3)
_MOST = 5_000
_TEXT_FIELDS = (raw.FPDF_FORMFIELD_TEXTFIELD, raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX)
_CHECKED_FIELDS = (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON)


def annotation_fragments(page: Any, form: Any | None, frame: Frame) -> list[Fragment]:
    """Form values and free text as fragments in displayed coordinates; a ticked box reads "☑"."""
    fragments: list[Fragment] = []
    for index in range(min(raw.FPDFPage_GetAnnotCount(page), _MOST)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        try:
            if not raw.FPDFAnnot_GetFlags(annotation) & _NOT_SHOWN:
                fragments.extend(_fragments(annotation, form, frame))
        finally:
            raw.FPDFPage_CloseAnnot(annotation)
    return fragments


def _fragments(annotation: Any, form: Any | None, frame: Frame) -> Iterator[Fragment]:
    value = _shown_value(annotation, form)
    rectangle = raw.FS_RECTF()
    if not value or not raw.FPDFAnnot_GetRect(annotation, rectangle):
        return
    corners = (np.array([v]) for v in (rectangle.left, rectangle.bottom, rectangle.right, rectangle.top))
    x0, y0, x1, y1 = frame.boxes(*corners)[0].tolist()
    lines = [line for line in map(clean, value.splitlines()) if line]
    height = (y1 - y0) / max(len(lines), 1)
    for number, line in enumerate(lines):
        size = min(height * 0.7, 12.0)
        top = y0 + number * height
        yield Fragment(x0, top, x1, top + height, line, size)


def _shown_value(annotation: Any, form: Any | None) -> str:
    kind = raw.FPDFAnnot_GetSubtype(annotation)
    if kind == raw.FPDF_ANNOT_FREETEXT:
        return _string(lambda buffer, size: raw.FPDFAnnot_GetStringValue(annotation, b"Contents", buffer, size))
    if kind != raw.FPDF_ANNOT_WIDGET or form is None:
        return ""
    field = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    if field in _TEXT_FIELDS:
        return _string(lambda buffer, size: raw.FPDFAnnot_GetFormFieldValue(form, annotation, buffer, size))
    if field in _CHECKED_FIELDS and raw.FPDFAnnot_IsChecked(form, annotation):
        return "☑"
    return ""


def _string(call: Any) -> str:
    """A UTF-16 string from a pdfium function that reports its size in bytes, terminator included."""
    size = call(None, 0)
    if size <= 2 or size > 200_000:
        return ""
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    call(buffer, size)
    return bytes(buffer)[: size - 2].decode("utf-16-le", errors="replace")
