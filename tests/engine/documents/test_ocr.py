"""Text recognition with the real models: scans, pictures, every way up, skewed, mixed with text layers."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import reportlab
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from engine.documents.limits import Limits
from engine.errors import UnreadableDocument
from tests.engine.documents.builders import both, box_of, line, make_pdf, read

FONT = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
WORDS = [
    "Amoxicillin 500 mg three times a day",
    "Ibuprofen 200 mg with food only",
    "Review the patient after one week",
    "Call the clinic if fever returns",
]
slow = pytest.mark.slow


def picture(words: list[str] | None = None, size: tuple[int, int] = (1000, 700)) -> Image.Image:
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(FONT), 34)
    for number, text in enumerate(WORDS if words is None else words):
        draw.text((80, 80 + number * 90), text, fill="black", font=font)
    return image


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def found_words(text: str) -> int:
    """How many of the lines were read, spaces aside."""
    squeezed = text.replace(" ", "").replace("\n", "")
    return sum(words.replace(" ", "") in squeezed for words in WORDS)


def scanned(image: Image.Image):
    def page(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(image), 0, 0, 400, 280)

    return page


@slow
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "BMP"])
def test_pictures_of_every_kind_are_read(kind: str):
    document = read(encoded(picture(), kind, dpi=(150, 150)), f"scan.{kind.lower()}", ocr=True)
    assert found_words(document.text) == len(WORDS)
    assert document.paged
    assert document.pages[0].ocr
    if kind in ("PNG", "TIFF"):
        assert document.pages[0].width == pytest.approx(480, abs=1)
        box = box_of(document, "Amoxicillin")
        assert box.x0 == pytest.approx(80 * 72 / 150, abs=6)
        assert box.y0 == pytest.approx(86 * 72 / 150, abs=6)


@slow
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_pictures_lying_any_way_are_read_in_order(turn: int):
    image = picture().rotate(turn, expand=True)
    document = read(encoded(image, "PNG"), "scan.png", ocr=True)
    assert found_words(document.text) == len(WORDS)
    positions = [document.text.index(words.split()[0]) for words in WORDS]
    assert positions == sorted(positions)
    page, box = document.pages[0], document.lines[0]
    assert 0 <= box.x0 < box.x1 <= page.width
    assert 0 <= box.y0 < box.y1 <= page.height
    if turn == 180:
        assert box.y0 > page.height / 2
    else:
        assert box.y1 - box.y0 > box.x1 - box.x0


@slow
def test_skewed_scan_is_read_in_order():
    image = picture().rotate(4, expand=True, fillcolor="white")
    document = read(encoded(image, "PNG"), "scan.png", ocr=True)
    assert found_words(document.text) == len(WORDS)


@slow
def test_photograph_turned_by_its_exif_tag_is_read():
    exif = Image.Exif()
    exif[0x0112] = 6
    document = read(encoded(picture().rotate(90, expand=True), "JPEG", exif=exif), "photo.jpg", ocr=True)
    assert found_words(document.text) == len(WORDS)
    assert document.pages[0].width > document.pages[0].height


@slow
def test_tiff_of_several_pages_transparent_and_grey_pictures():
    first, second = picture(WORDS[:2]), picture(WORDS[2:]).convert("L")
    content = encoded(first, "TIFF", save_all=True, append_images=[second])
    document = read(content, "fax.tif", ocr=True)
    assert len(document.pages) == 2
    assert "Amoxicillin" in document.text[: document.pages[0].end]
    assert "Review" in document.text[document.pages[1].start :]
    glass = picture().convert("RGBA")
    glass.putalpha(Image.fromarray(np.where(np.asarray(glass)[:, :, 0] < 128, 255, 0).astype(np.uint8)))
    assert found_words(read(encoded(glass, "PNG"), "x.png", ocr=True).text) == len(WORDS)


@slow
def test_scanned_pdf_pages_are_recognised_and_text_pages_are_not():
    seen: list[tuple[int, int, bool]] = []
    document = read(make_pdf([line("A page with text"), scanned(picture())]), ocr=True, progress=seen)
    assert [page.ocr for page in document.pages] == [False, True]
    assert found_words(document.text) == len(WORDS)
    assert (1, 2, True) in seen
    box = box_of(document, "Amoxicillin")
    assert box.page == 2
    assert box.x0 == pytest.approx(80 * 0.4, abs=6)
    assert box.y0 == pytest.approx(320 + 86 * 0.4, abs=6)


@slow
def test_scan_with_a_stamp_as_text_layer_is_recognised():
    document = read(
        make_pdf([both(scanned(picture()), line("Scanned 2026-03-01", 50, 20, 6))], size=(400, 280)), ocr=True
    )
    assert document.pages[0].ocr
    assert found_words(document.text) == len(WORDS)


@slow
def test_text_layer_of_unreadable_characters_is_recognised_from_the_page():
    registerFont(TTFont("Vera", str(FONT)))

    def page(canvas: Canvas) -> None:
        scanned(picture())(canvas)
        text = canvas.beginText(20, 200)
        text.setTextRenderMode(3)
        text.setFont("Vera", 8)
        text.textLine("\ue123\ue124\ue125\ue126" * 60)
        canvas.drawText(text)

    document = read(make_pdf([page]), ocr=True)
    assert document.pages[0].ocr
    assert found_words(document.text) == len(WORDS)


def test_a_page_that_takes_too_long_to_draw_is_named():
    def endless(canvas: Canvas) -> None:
        for _ in range(20_000):
            canvas.rect(0, 0, 400, 600, fill=1)

    document = read(make_pdf([line("Sound page"), endless]), ocr=True, limits=Limits(page_seconds=0.02))
    assert document.text.strip() == "Sound page"
    assert document.warnings == ["Page 2 could not be read."]


@slow
def test_pictures_without_text_are_refused():
    with pytest.raises(UnreadableDocument, match="No text"):
        read(encoded(Image.new("RGB", (800, 600), "white"), "PNG"), "white.png", ocr=True)


def test_scan_without_recognition_is_refused_with_advice():
    with pytest.raises(UnreadableDocument) as caught:
        read(make_pdf([scanned(picture())]), ocr=False)
    assert "recognition" in caught.value.advice
    with pytest.raises(UnreadableDocument):
        read(encoded(picture(), "PNG"), "x.png", ocr=False)


@pytest.mark.parametrize("kept", [0.02, 0.4])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "BMP"])
def test_truncated_pictures_are_refused(kind: str, kept: float):
    content = encoded(picture(), kind)
    with pytest.raises(UnreadableDocument, match=r"damaged|not what"):
        read(content[: int(len(content) * kept)], f"cut.{kind.lower()}", ocr=True)


def test_decompression_bombs_are_refused():
    content = encoded(Image.new("1", (4000, 4000)), "PNG")
    with pytest.raises(UnreadableDocument, match="too large"):
        read(content, "bomb.png", ocr=True, limits=Limits(pixels=1_000_000))
