"""Pages drawn for the window."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from engine.documents.image import frame_pixels, open_image
from engine.documents.kinds import Kind, identify
from engine.documents.limits import Limits
from engine.documents.messages import PageImage, RenderPage
from engine.documents.ocr import Pixels
from engine.documents.pdf.reader import open_pdf
from engine.documents.pdf.render import render
from engine.errors import UnreadableDocument, UnsupportedDocument


def render_page(request: RenderPage, limits: Limits) -> PageImage:
    """Draw a page of a PDF or picture.

    Raises UnsupportedDocument for other kinds, UnreadableDocument, PasswordRequired.
    """
    kind = identify("", request.content)
    if kind is Kind.PDF:
        return _pdf_page(request, limits)
    if kind is Kind.IMAGE:
        with open_image(request.content, limits) as image:
            count = getattr(image, "n_frames", 1)
            _check_number(request.page, count)
            pixels, scale = frame_pixels(image, request.page - 1, limits)
        return _encoded(pixels, count, shrink=request.scale / scale)
    raise UnsupportedDocument("Only PDFs and pictures have pages to show.")


def _pdf_page(request: RenderPage, limits: Limits) -> PageImage:
    import pypdfium2

    with open_pdf(request.content, request.password) as document:
        _check_number(request.page, len(document))
        form = document.formenv.raw if document.formenv else None
        try:
            page = document[request.page - 1]
        except pypdfium2.PdfiumError as error:
            raise UnreadableDocument(f"Page {request.page} could not be read.", "", str(error)) from error
        try:
            pixels, _ = render(
                page, request.scale, max_pixels=limits.ocr_pixels, seconds=limits.page_seconds, form=form
            )
        finally:
            page.close()
        return _encoded(pixels, len(document))


def _check_number(page: int, count: int) -> None:
    if not 1 <= page <= count:
        raise UnreadableDocument(f"The document has no page {page}.")


def _encoded(pixels: Pixels, pages: int, shrink: float = 1.0) -> PageImage:
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    if shrink < 1.0:
        size = (max(round(picture.width * shrink), 1), max(round(picture.height * shrink), 1))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=1)
    return PageImage(buffer.getvalue(), picture.width, picture.height, pages)
