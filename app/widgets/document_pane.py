"""One document to look at: its pages or its text, a passage marked, and a bar to move and zoom with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSizeF, Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.i18n import tr
from app.widgets.buttons import IconButton
from app.widgets.highlights import highlight_rects, page_at, page_text
from app.widgets.labels import label
from app.widgets.layout import SPACE_M, SPACE_S, row
from app.widgets.page_images import PageImages, PdfPages, PicturePages
from app.widgets.page_view import PageView
from app.widgets.text_source_view import TextSourceView

if TYPE_CHECKING:
    from app.theme import Theme
    from engine.types import DocumentInfo, DocumentText


@dataclass(frozen=True)
class LoadedDocument:
    """A document as the library gave it: its entry, text, and original file."""

    info: DocumentInfo
    text: DocumentText
    content: bytes


@dataclass(frozen=True)
class Span:
    """A passage of a document: offsets into its text, [start, end); words: those of it that matter."""

    start: int
    end: int
    words: tuple[tuple[int, int], ...] = ()


class DocumentPane(QWidget):
    """Shows a loaded document; span is marked and scrolled to."""

    def __init__(self, theme: Theme, loaded: LoadedDocument, span: Span | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self.note = label("", "small", wrap=True)
        self.note.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        self.note.hide()
        self._layout.addWidget(self.note)
        self.view = self._make_view(loaded, span)
        if isinstance(self.view, PageView):
            self._layout.addWidget(self._bar(self.view))
        self._layout.addWidget(self.view, 1)
        self.setFocusProxy(self.view)
        if span:
            self.view.show_marks()

    def _make_view(self, loaded: LoadedDocument, span: Span | None) -> PageView | TextSourceView:
        try:
            pages = _page_images(loaded)
        except ValueError:
            pages = None
            self.note.setText(
                tr("Source", "The pages cannot be drawn (the file is protected or damaged), so you see their text.")
            )
            self.note.show()
        if pages is None:
            words = span.words if span else ()
            return TextSourceView(
                self._theme, loaded.text, *((span.start, span.end) if span else (None, None)), words=words
            )
        marks = highlight_rects(loaded.text, span.start, span.end) if span else {}
        words_at = [highlight_rects(loaded.text, *each) for each in (span.words if span else ())]
        view = PageView(self._theme, pages, marks, words_at)
        if span and not marks:
            view.show_page(page_at(loaded.text, span.start))
        return view

    def _bar(self, view: PageView) -> QWidget:
        theme = self._theme
        self.previous = IconButton(
            theme, "chevron-up", tr("Source", "Previous page"), lambda: view.show_page(view.current_page - 1), size=16
        )
        self.next = IconButton(
            theme, "chevron-down", tr("Source", "Next page"), lambda: view.show_page(view.current_page + 1), size=16
        )
        self.position = label("", "small")
        self.zoom = label("", "small")
        self.zoom.setMinimumWidth(self.zoom.fontMetrics().horizontalAdvance("300%"))
        self.zoom.setAlignment(Qt.AlignmentFlag.AlignCenter)
        smaller = IconButton(theme, "minus", tr("Source", "Smaller"), lambda: view.zoom_step(-1), size=16, shortcut="-")
        larger = IconButton(theme, "plus", tr("Source", "Larger"), lambda: view.zoom_step(1), size=16, shortcut="+")
        view.page_changed.connect(lambda _number: self._tell(view))
        view.zoom_changed.connect(lambda _zoom: self._tell(view))
        self._tell(view)
        bar = QWidget()
        line = row(self.previous, self.next, self.position, 1, smaller, self.zoom, larger, spacing=SPACE_S)
        line.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        bar.setLayout(line)
        return bar

    def _tell(self, view: PageView) -> None:
        words = tr("Source", "Page {page} of {count}", page=view.current_page, count=view.page_count)
        _set(self.position, words)
        _set(self.zoom, f"{round(view.zoom * 100)}%")
        self.previous.setEnabled(view.current_page > 1)
        self.next.setEnabled(view.current_page < view.page_count)


def _page_images(loaded: LoadedDocument) -> PageImages | None:
    """None for a kind of document that has no page pictures. Raises ValueError where they cannot be drawn."""
    if loaded.info.kind == "pdf":
        sizes = {page.number: QSizeF(page.width, page.height) for page in loaded.text.pages}
        return PdfPages(loaded.content, sizes)
    if loaded.info.kind == "image":
        page = page_text(loaded.text, 1)
        return PicturePages(loaded.content, QSizeF(page.width, page.height) if page else QSizeF())
    return None


def _set(shown: QLabel, words: str) -> None:
    if shown.text() != words:
        shown.setText(words)
