"""Pictures of a document's pages, drawn off the GUI thread from bytes in memory: nothing is written to disk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QObject, QRunnable, QSize, QSizeF, Qt, QThreadPool, Signal
from PySide6.QtGui import QImage, QPainter

if TYPE_CHECKING:
    from PySide6.QtCore import SignalInstance
    from PySide6.QtPdf import QPdfDocumentRenderOptions

# A page larger than this would take more memory than its sharpness is worth.
MAX_SIDE_PX = 4000


class PageImages(QObject):
    """Draws pages on request. ready: page number from 1, the picture."""

    ready = Signal(int, QImage)

    def page_count(self) -> int:
        raise NotImplementedError

    def page_size(self, number: int) -> QSizeF:
        """Size of a page as displayed, in points."""
        raise NotImplementedError

    def request(self, number: int, size: QSize) -> None:
        """Ask for a page as a picture of size pixels; ready brings it. Later requests are drawn later."""
        raise NotImplementedError


class PdfPages(PageImages):
    """Pages of a PDF. Raises ValueError where PDFium cannot open it (damaged, or protected by a password).

    sizes: what the document's reader found, in points by page number; asking PDFium opens every page, which takes long.
    """

    def __init__(
        self, content: bytes, sizes: Mapping[int, QSizeF] | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._sizes = sizes or {}
        from PySide6.QtPdf import QPdfDocument, QPdfPageRenderer

        self._buffer = QBuffer(self)
        self._buffer.setData(content)
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._pdf = QPdfDocument(self)
        self._pdf.load(self._buffer)
        if self._pdf.status() != QPdfDocument.Status.Ready or self._pdf.pageCount() == 0:
            raise ValueError(str(self._pdf.error()))
        self._renderer = QPdfPageRenderer(self)
        self._renderer.setRenderMode(QPdfPageRenderer.RenderMode.MultiThreaded)
        self._renderer.setDocument(self._pdf)
        self._renderer.pageRendered.connect(self._rendered)

    def page_count(self) -> int:
        return self._pdf.pageCount()

    def page_size(self, number: int) -> QSizeF:
        known = self._sizes.get(number)
        return known if known is not None and not known.isEmpty() else self._pdf.pagePointSize(number - 1)

    def request(self, number: int, size: QSize) -> None:
        self._renderer.requestPage(number - 1, size)

    def _rendered(
        self,
        page: int,
        size: QSize,  # noqa: ARG002
        image: QImage,
        options: QPdfDocumentRenderOptions,  # noqa: ARG002
        request: int,  # noqa: ARG002
    ) -> None:
        self.ready.emit(page + 1, on_white(image))


class PicturePages(PageImages):
    """A scanned picture as a document of one page. Raises ValueError where it cannot be read.

    points: the page's size as the document's reader gave it, so that its line boxes fit the picture.
    """

    _scaled = Signal(QImage)

    def __init__(self, content: bytes, points: QSizeF, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._image = QImage.fromData(content)
        if self._image.isNull():
            raise ValueError("not a picture")
        self._points = points if not points.isEmpty() else QSizeF(self._image.size())
        self._scaled.connect(lambda image: self.ready.emit(1, image), Qt.ConnectionType.QueuedConnection)

    def page_count(self) -> int:
        return 1

    def page_size(self, number: int) -> QSizeF:  # noqa: ARG002
        return self._points

    def request(self, number: int, size: QSize) -> None:  # noqa: ARG002
        QThreadPool.globalInstance().start(_Scale(self._image, size, self._scaled))


class _Scale(QRunnable):
    """Scales a picture on a pool thread."""

    def __init__(self, image: QImage, size: QSize, done: SignalInstance) -> None:
        super().__init__()
        self._image, self._size, self._done = image, size, done

    def run(self) -> None:
        modes = (Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
        self._done.emit(on_white(self._image.scaled(self._size, *modes)))


def on_white(image: QImage) -> QImage:
    """The picture on white paper, where it has transparent parts."""
    if not image.hasAlphaChannel():
        return image
    paper = QImage(image.size(), QImage.Format.Format_RGB32)
    paper.fill(Qt.GlobalColor.white)
    painter = QPainter(paper)
    painter.drawImage(0, 0, image)
    painter.end()
    return paper
