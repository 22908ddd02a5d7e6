"""Small documents made on the spot, and the checks that hold for every document read."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

from reportlab.lib import pdfencrypt
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from engine.documents.limits import Limits
from engine.documents.messages import ReadDocument
from engine.documents.ocr import TextRecognizer
from engine.documents.reader import DocumentReader
from engine.types import DocumentText, LineBox

Page = Callable[[Canvas], None]
SIZE = (400.0, 600.0)
LOREM = (
    "The nurse checks the fridge temperature twice a day and writes it into the log before the first vaccine is given "
    "to a patient. When the temperature leaves the range of two to eight degrees the vaccines are marked and kept "
    "apart until the supplier has answered. Nobody throws a vaccine away before that answer has been written down. "
)


def make_pdf(pages: Sequence[Page], size: tuple[float, float] = SIZE, password: str | None = None) -> bytes:
    """A PDF with one page for each drawing function."""
    buffer = io.BytesIO()
    encryption = pdfencrypt.StandardEncryption(password, strength=128) if password else None
    canvas = Canvas(buffer, pagesize=size, encrypt=encryption)
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def wrapped(text: str, width: float, size: float = 10, font: str = "Helvetica") -> list[str]:
    """Text broken into lines that fit the width in points."""
    lines: list[str] = [""]
    for word in text.split():
        candidate = f"{lines[-1]} {word}".strip()
        if stringWidth(candidate, font, size) > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = candidate
    return lines


def column(text: str, x: float, top: float, width: float, size: float = 10) -> Page:
    """Draws wrapped text; top is measured from the bottom of the page, as PDF does."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", size)
        for number, line in enumerate(wrapped(text, width, size)):
            canvas.drawString(x, top - number * size * 1.2, line)

    return draw


def both(*pages: Page) -> Page:
    def draw(canvas: Canvas) -> None:
        for page in pages:
            page(canvas)

    return draw


def line(text: str, x: float = 50, y: float = 500, size: float = 10, font: str = "Helvetica") -> Page:
    def draw(canvas: Canvas) -> None:
        canvas.setFont(font, size)
        canvas.drawString(x, y, text)

    return draw


def read(
    content: bytes,
    name: str = "file.pdf",
    *,
    password: str | None = None,
    ocr: bool = False,
    limits: Limits | None = None,
    progress: list[tuple[int, int, bool]] | None = None,
) -> DocumentText:
    """Read a document and check what must hold for all of them."""
    reader = DocumentReader(limits or Limits(), TextRecognizer())

    def report(done: int, total: int, recognizing: bool) -> None:
        if progress is not None:
            progress.append((done, total, recognizing))

    text = reader.read(ReadDocument(name, content, password, ocr), report, lambda: None)
    check_consistent(text)
    return text


def check_consistent(document: DocumentText) -> None:
    """Pages tile the text; headings are where they say; every line box holds text of its own page."""
    text = document.text
    assert document.pages
    position = 0
    for number, page in enumerate(document.pages, start=1):
        assert page.number == number
        assert page.start == position
        assert page.end >= page.start
        position = page.end + 1
        if number < len(document.pages):
            assert text[page.end] == "\n"
    assert document.pages[-1].end == len(text)
    for heading in document.headings:
        assert text[heading.start : heading.end] == heading.text.strip()
        assert 1 <= heading.level <= 9
    reached = 0
    for box in document.lines:
        page = document.pages[box.page - 1]
        assert page.start <= box.start < box.end <= page.end
        assert box.start >= reached
        reached = box.end
        assert text[box.start : box.end].strip()
        assert box.x1 > box.x0
        assert box.y1 > box.y0
    assert "\x00" not in text


def box_of(document: DocumentText, words: str) -> LineBox:
    """The box of the line that holds these words."""
    return next(box for box in document.lines if words in document.text[box.start : box.end])
