"""The pictures of the pages near the view."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QImage

from app.widgets.page_images import MAX_SIDE_PX, PageImages

_KEPT = 8


class PageCache(QObject):
    """Asks for pages once per size and keeps the last ones that came. changed: another picture is at hand."""

    changed = Signal()

    def __init__(self, pages: PageImages, parent: QObject) -> None:
        super().__init__(parent)
        self._pages = pages
        pages.setParent(self)
        pages.ready.connect(self._take)
        self._images: OrderedDict[int, QImage] = OrderedDict()
        self._asked: dict[int, QSize] = {}
        self._wanted = 0

    @property
    def drawn(self) -> list[int]:
        """Numbers of the pages whose pictures are at hand."""
        return sorted(self._images)

    def image(self, number: int) -> QImage | None:
        """The picture of a page, perhaps still of another size; None before the first one came."""
        return self._images.get(number)

    def want(self, sizes: Iterable[tuple[int, QSize]]) -> None:
        """Ask for pages (by number) in pixels, where they are not at hand in that size."""
        self._wanted = 0
        for number, wanted in sizes:
            self._wanted += 1
            size = wanted.boundedTo(QSize(MAX_SIDE_PX, MAX_SIDE_PX))
            kept = self._images.get(number)
            if self._asked.get(number) != size and (kept is None or kept.size() != size):
                self._asked[number] = size
                self._pages.request(number, size)

    def _take(self, number: int, image: QImage) -> None:
        self._asked.pop(number, None)
        self._images[number] = image
        self._images.move_to_end(number)
        while len(self._images) > max(_KEPT, self._wanted):
            self._images.popitem(last=False)
        self.changed.emit()
