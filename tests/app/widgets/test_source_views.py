"""Pages, their marks, and the text of documents without pages."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QSizeF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.theme import Theme
from app.widgets.document_pane import DocumentPane, LoadedDocument, Span
from app.widgets.document_viewer import DocumentViewer
from app.widgets.highlights import highlight_rects, page_at, section_at
from app.widgets.page_images import PdfPages, PicturePages
from app.widgets.page_view import PageView
from app.widgets.text_source_view import TextSourceView
from engine.types import DocumentText, PageText
from tests.app.fakes_library import CHARACTER, info, make_pdf

QUOTE = "adrenaline 0.5 mg into the outer thigh at once.\nRepeat after 5"


def span_of(text: DocumentText, quote: str) -> Span:
    start = text.text.index(quote)
    return Span(start, start + len(quote))


@pytest.fixture
def theme_(qapp: QApplication):
    made = Theme(qapp, "light")
    yield made
    made.close()


def test_marks_cover_the_quoted_part_of_each_line() -> None:
    _, text = make_pdf()
    span = span_of(text, QUOTE)
    rects = highlight_rects(text, span.start, span.end)
    assert list(rects) == [3]
    first, second = rects[3]
    assert first.x() == pytest.approx(72 + 5 * CHARACTER)
    assert second.x() == pytest.approx(72)
    assert second.width() == pytest.approx(len("Repeat after 5") * CHARACTER)
    assert page_at(text, span.start) == 3
    assert section_at(text, span.start) == "2 Treatment"


def test_the_quoted_letters_lie_under_the_mark(qtbot: QtBot, theme_: Theme) -> None:
    content, text = make_pdf()
    span = span_of(text, QUOTE)
    pages = PdfPages(content)
    images: list[QImage] = []
    pages.ready.connect(lambda _number, image: images.append(image))
    pages.request(3, (pages.page_size(3) * 2).toSize())
    qtbot.waitUntil(lambda: bool(images))
    rect = highlight_rects(text, span.start, span.end)[3][0]
    inside = images[0].copy((rect.x() * 2), (rect.y() * 2), (rect.width() * 2), (rect.height() * 2))
    below = images[0].copy((rect.x() * 2), 400, (rect.width() * 2), (rect.height() * 2))
    assert _dark(inside) > 200
    assert _dark(below) == 0


def _dark(image: QImage) -> int:
    return sum(QColor(image.pixel(x, y)).lightness() < 128 for x in range(image.width()) for y in range(image.height()))


def test_a_pane_goes_to_the_passage_and_moves_by_keys(qtbot: QtBot, theme_: Theme) -> None:
    content, text = make_pdf()
    pane = DocumentPane(theme_, LoadedDocument(info(1, "a.pdf"), text, content), span_of(text, QUOTE))
    qtbot.addWidget(pane)
    pane.resize(420, 500)
    pane.show()
    view = pane.view
    assert isinstance(view, PageView)
    assert view.current_page == 3
    assert view.zoom > 1.0, "a page as wide as the panel would be too small to read"
    qtbot.waitUntil(lambda: 3 in view.drawn_pages)
    grabbed = view.viewport().grab().toImage()
    mark = theme_.color("mark")
    assert any(grabbed.pixelColor(x, y) == mark for y in range(grabbed.height()) for x in range(0, grabbed.width(), 3))
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert view.current_page == 1
    pane.next.click()
    assert pane.position.text() == "Page 2 of 3"
    zoom = view.zoom
    qtbot.keyClick(view, Qt.Key.Key_Minus)
    assert view.zoom < zoom
    qtbot.keyClick(view, Qt.Key.Key_0)
    assert pane.zoom.text() == "100%"


def test_only_pages_near_the_view_are_kept(qtbot: QtBot, theme_: Theme) -> None:
    content, text = make_pdf([[f"Page {number}", "words"] for number in range(60)])
    pane = DocumentPane(theme_, LoadedDocument(info(1, "a.pdf"), text, content), None)
    qtbot.addWidget(pane)
    pane.resize(420, 500)
    pane.show()
    view = pane.view
    for number in range(1, 61, 3):
        view.show_page(number)
        qtbot.waitUntil(lambda number=number: number in view.drawn_pages)
    assert len(view.drawn_pages) <= 8


def test_a_protected_or_damaged_pdf_falls_back_to_its_text(qtbot: QtBot, theme_: Theme) -> None:
    _, text = make_pdf()
    pane = DocumentPane(theme_, LoadedDocument(info(1, "a.pdf"), text, b"%PDF-1.4 broken"), span_of(text, QUOTE))
    qtbot.addWidget(pane)
    assert isinstance(pane.view, TextSourceView)
    assert "cannot be drawn" in pane.note.text()


def test_text_offsets_hold_behind_characters_of_two_units(qtbot: QtBot, theme_: Theme) -> None:
    text = DocumentText("💉💉 Give it now.", [PageText(1, 0, 15)], [], [], "", False)
    view = TextSourceView(theme_, text, 3, 7)
    qtbot.addWidget(view)
    assert view.extraSelections()[0].cursor.selectedText() == "Give"


def test_a_picture_is_a_page(qtbot: QtBot) -> None:
    image = QImage(40, 20, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    pages = PicturePages(bytes(buffer.data()), QSizeF(400, 200))
    shown: list[QImage] = []
    pages.ready.connect(lambda _number, each: shown.append(each))
    pages.request(1, QSizeF(80, 40).toSize())
    qtbot.waitUntil(lambda: bool(shown))
    assert shown[0].pixelColor(10, 10) == QColor("white")
    with pytest.raises(ValueError, match="not a picture"):
        PicturePages(b"no", QSizeF())


def test_who_may_not_save_copies_has_no_button_for_it(qtbot: QtBot, theme_: Theme) -> None:
    content, text = make_pdf()
    asked: list[LoadedDocument] = []
    loaded = LoadedDocument(info(1, "a.pdf"), text, content)
    allowed = DocumentViewer(theme_, loaded, None, lambda document, _parent: asked.append(document))
    refused = DocumentViewer(theme_, loaded, None, None)
    for viewer in (allowed, refused):
        qtbot.addWidget(viewer)
        viewer.show()
        assert viewer.windowTitle() == "Chartside"
    allowed.save_button.click()
    assert asked == [loaded]
    assert not refused.save_button.isVisible()
