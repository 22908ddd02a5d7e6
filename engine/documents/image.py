"""Pictures of text (PNG, JPEG, TIFF with pages, WebP, BMP) to document text."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from engine.documents.assemble import assemble
from engine.documents.blocks import PageContent
from engine.documents.limits import Limits
from engine.documents.ocr import Pixels, TextRecognizer
from engine.documents.pdf.headings import mark_headings, title_of
from engine.documents.pdf.layout import lay_out
from engine.documents.pdf.paragraphs import Paragraph
from engine.documents.scan import scan_group
from engine.errors import UnreadableDocument
from engine.types import DocumentText

_PLAUSIBLE_DPI = (60, 1300)
_PAPER_INCHES = 11.0  # the long side assumed where a picture does not say its resolution

Report = Callable[[int, int, bool], None]


@contextmanager
def open_image(content: bytes, limits: Limits) -> Iterator[Any]:
    """A Pillow image. Raises UnreadableDocument for damaged files and decompression bombs."""
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit below is ours
            image = Image.open(io.BytesIO(content))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise _damaged(error) from error
    try:
        if image.width * image.height > limits.pixels:
            raise UnreadableDocument(
                f"The picture is too large ({image.width} × {image.height} pixels).",
                "Save it smaller and add it again.",
            )
        yield image
    finally:
        image.close()


def _damaged(error: Exception) -> UnreadableDocument:
    return UnreadableDocument(
        "The picture is damaged and cannot be opened.", "Get a fresh copy of the file and add it again.", str(error)
    )


class ImageReader:
    """Reads the text of pictures; each frame of a TIFF is a page."""

    def __init__(self, limits: Limits, recognizer: TextRecognizer) -> None:
        self._limits = limits
        self._recognizer = recognizer

    def read(self, content: bytes, report: Report, check: Callable[[], None]) -> DocumentText:
        """Raises UnreadableDocument where no page holds text."""
        pages: list[PageContent] = []
        laid: list[list[Paragraph]] = []
        failed: list[int] = []
        with open_image(content, self._limits) as image:
            total = min(getattr(image, "n_frames", 1), self._limits.image_pages)
            skipped = getattr(image, "n_frames", 1) - total
            for index in range(total):
                check()
                report(index, total, True)
                try:
                    pixels, scale = frame_pixels(image, index, self._limits)
                    page, paragraphs = self._page(index + 1, pixels, scale, check)
                except UnreadableDocument:
                    failed.append(index + 1)
                    page, paragraphs = PageContent(index + 1), []
                pages.append(page)
                laid.append(paragraphs)
        mark_headings(laid, [])
        for page, paragraphs in zip(pages, laid, strict=True):
            page.blocks = [paragraph.block() for paragraph in paragraphs]
        notes = [f"Page {number} could not be read." for number in failed]
        if skipped > 0:
            notes.append(f"Pages {total + 1} to {total + skipped} were not read: a picture may have {total} pages.")
        text = assemble(pages, title_of(laid), paged=True, warnings=notes)
        if not text.text.strip():
            raise _no_text(failed, total)
        report(total, total, False)
        return text

    def _page(
        self, number: int, pixels: Pixels, scale: float, check: Callable[[], None]
    ) -> tuple[PageContent, list[Paragraph]]:
        height, width = pixels.shape[0] / scale, pixels.shape[1] / scale
        found = self._recognizer.read(pixels, check)
        group = scan_group(found, scale, width, height)
        return PageContent(number, [], width, height, ocr=True), lay_out([group], set())


def frame_pixels(image: Any, index: int, limits: Limits) -> tuple[Pixels, float]:
    """One frame as RGB pixels the way up that it is meant to be seen, and its pixels per point.

    Raises UnreadableDocument where the frame is damaged or larger than the limits.
    """
    from PIL import Image, ImageOps

    try:
        image.seek(index)
        if image.width * image.height > limits.pixels:
            raise UnreadableDocument("The picture is too large.")
        frame = ImageOps.exif_transpose(image)
        dpi = float((image.info.get("dpi") or (0, 0))[0])
        if frame.mode in ("RGBA", "LA", "PA") or "transparency" in frame.info:
            frame = frame.convert("RGBA")
            ground = Image.new("RGBA", frame.size, (255, 255, 255, 255))
            frame = Image.alpha_composite(ground, frame)
        elif frame.mode in ("I", "I;16", "I;16B", "I;16L", "F"):
            frame = _eight_bit(frame)
        frame = frame.convert("RGB")
    except UnreadableDocument:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, Image.DecompressionBombError) as error:
        raise _damaged(error) from error
    if not _PLAUSIBLE_DPI[0] < dpi < _PLAUSIBLE_DPI[1]:
        dpi = max(frame.size) / _PAPER_INCHES
    shrink = min((limits.ocr_pixels / (frame.width * frame.height)) ** 0.5, 1.0)
    if shrink < 1:
        size = (max(int(frame.width * shrink), 1), max(int(frame.height * shrink), 1))
        frame = frame.resize(size, Image.Resampling.LANCZOS)
    return np.asarray(frame, dtype=np.uint8), dpi / 72 * shrink


def _eight_bit(frame: Any) -> Any:
    """Sixteen-bit and float greys, such as scanners write, stretched to what a screen shows."""
    from PIL import Image

    values = np.asarray(frame, dtype=np.float64)
    low, high = float(values.min()), float(values.max())
    scaled = (values - low) * (255.0 / (high - low)) if high > low else np.full(values.shape, 255.0)
    return Image.fromarray(scaled.astype(np.uint8))


def _no_text(failed: list[int], total: int) -> UnreadableDocument:
    if len(failed) == total:
        return UnreadableDocument(
            "The picture is damaged and cannot be read.", "Get a fresh copy of the file and add it again."
        )
    return UnreadableDocument("No text was found in the picture.", "Take it again, straight, sharp and well lit.")
