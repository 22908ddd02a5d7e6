"""Pages below each other, of which only the visible ones are drawn, with marked passages."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from app.i18n import tr
from app.palette import Palette
from app.theme import Theme
from app.widgets.page_images import MAX_SIDE_PX, PageImages

GAP_PX = 12
ZOOM_STEPS = (0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0)
# A line of a passage that was opened is at least this high (with 16 px high text in the window).
LEGIBLE_LINE_PX = 16
LEFT_PT = 24
_KEPT_PAGES = 8
_SETTLE_MS = 60


class PageView(QAbstractScrollArea):
    """Shows page images as wide as the view times zoom.

    page_changed: the page in the middle is another one. zoom_changed: the factor is another one.
    """

    page_changed = Signal(int)
    zoom_changed = Signal(float)

    def __init__(
        self, theme: Theme, pages: PageImages, marks: dict[int, list[QRectF]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pages = pages
        pages.setParent(self)
        self._marks = marks
        self._zoom = 1.0
        self._tops: list[int] = []
        self._sizes: list[QSize] = []
        self._images: OrderedDict[int, QImage] = OrderedDict()
        self._asked: dict[int, QSize] = {}
        self._current = 0
        self._want_legible = False
        self._goal: tuple[int, QRectF] | None = None
        # Paper is white in the dark theme too, so its marker is the light theme's.
        self._marker = Palette.load("light").color("mark")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setObjectName("pages")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("PageView", "Page of the document"))
        # Drawing pages for every pixel of a resize would only heat the room.
        self._settle = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._settle.timeout.connect(self._request_visible)
        pages.ready.connect(self._take)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        theme.changed.connect(self.viewport().update)

    @property
    def page_count(self) -> int:
        return self._pages.page_count()

    @property
    def current_page(self) -> int:
        """The number of the page in the middle of the view."""
        return self._current or 1

    @property
    def zoom(self) -> float:
        """1.0 is a page as wide as the view."""
        return self._zoom

    def show_page(self, number: int) -> None:
        """Scroll to the top of a page."""
        self._goal = None
        if self._tops and 1 <= number <= self.page_count:
            self.verticalScrollBar().setValue(self._tops[number - 1] - GAP_PX // 2)

    def show_marks(self) -> None:
        """Scroll so that the first marked passage stands in the upper third."""
        if not self._marks:
            return
        number = min(self._marks)
        rects = self._marks[number]
        first = min(rects, key=lambda rect: rect.y())
        self._goal = (number, QRectF(min(rect.x() for rect in rects), first.y(), first.width(), first.height()))
        self._want_legible = True
        self._reach_goal()

    def set_zoom(self, zoom: float) -> None:
        """Zoom around the middle of the view."""
        zoom = min(max(zoom, ZOOM_STEPS[0]), ZOOM_STEPS[-1])
        if zoom == self._zoom:
            return
        self._zoom = zoom
        self._lay_out()
        self.zoom_changed.emit(zoom)

    def zoom_step(self, step: int) -> None:
        """The next larger (1) or smaller (-1) of the usual factors."""
        larger = [factor for factor in ZOOM_STEPS if factor > self._zoom]
        smaller = [factor for factor in ZOOM_STEPS if factor < self._zoom]
        if step > 0 and larger:
            self.set_zoom(larger[0])
        elif step < 0 and smaller:
            self.set_zoom(smaller[-1])

    def _lay_out(self) -> None:
        anchor = self._anchor()
        width = max(int((self.viewport().width() - 2 * GAP_PX) * self._zoom), 40)
        self._sizes, self._tops, top = [], [], GAP_PX
        for number in range(1, self.page_count + 1):
            points = self._pages.page_size(number)
            ratio = points.height() / points.width() if points.width() > 0 else 1.4
            self._sizes.append(QSize(width, max(round(width * ratio), 1)))
            self._tops.append(top)
            top += self._sizes[-1].height() + GAP_PX
        view = self.viewport().size()
        self.verticalScrollBar().setRange(0, max(top - view.height(), 0))
        self.verticalScrollBar().setPageStep(view.height())
        self.verticalScrollBar().setSingleStep(40)
        self.horizontalScrollBar().setRange(0, max(width + 2 * GAP_PX - view.width(), 0))
        self.horizontalScrollBar().setPageStep(view.width())
        if self._goal:
            self._reach_goal()
        elif anchor:
            page, share = anchor
            at = self._tops[page] + share * self._sizes[page].height()
            self.verticalScrollBar().setValue(round(at - view.height() / 2))
        self._settle.start()
        self.viewport().update()

    def _anchor(self) -> tuple[int, float] | None:
        if not self._tops:
            return None
        middle = self.verticalScrollBar().value() + self.viewport().height() / 2
        page = max(bisect_right(self._tops, middle) - 1, 0)
        return page, (middle - self._tops[page]) / self._sizes[page].height()

    def _reach_goal(self) -> None:
        if self._goal and self._tops:
            number, rect = self._goal
            if self._want_legible:
                self._make_legible(number, rect)
            index = min(number, self.page_count) - 1
            scale = self._sizes[index].width() / max(self._pages.page_size(index + 1).width(), 1)
            self.verticalScrollBar().setValue(
                round(self._tops[index] + rect.y() * scale - self.viewport().height() / 3)
            )
            self.horizontalScrollBar().setValue(round((rect.x() - LEFT_PT) * scale))
            self._scrolled()

    def _make_legible(self, number: int, rect: QRectF) -> None:
        """Zoom in, once, where a page as wide as the view would show the passage too small to read."""
        self._want_legible = False
        points = self._pages.page_size(min(number, self.page_count)).width()
        line = rect.height() * self.viewport().width() / max(points, 1)
        wanted = LEGIBLE_LINE_PX * self.fontMetrics().height() / 16 / max(line, 1)
        self.set_zoom(next((step for step in ZOOM_STEPS if step >= min(wanted, 2.0)), 1.0) if wanted > 1 else 1.0)

    def _visible(self) -> range:
        if not self._tops:
            return range(0)
        top = self.verticalScrollBar().value()
        first = max(bisect_right(self._tops, top) - 1, 0)
        last = max(bisect_right(self._tops, top + self.viewport().height()) - 1, first)
        return range(first, last + 1)

    def _scrolled(self) -> None:
        # The page being read is the one below the upper edge, not the one that fills most of a tall view.
        top = self.verticalScrollBar().value() + self.viewport().height() // 4
        page = max(bisect_right(self._tops, top), 1) if self._tops else 0
        if page and page != self._current:
            self._current = page
            self.page_changed.emit(self._current)
        self._settle.start()
        self.viewport().update()

    def _request_visible(self) -> None:
        ratio = self.devicePixelRatioF()
        for index in self._visible():
            size = (self._sizes[index] * ratio).boundedTo(QSize(MAX_SIDE_PX, MAX_SIDE_PX))
            kept = self._images.get(index)
            if self._asked.get(index) != size and (kept is None or kept.size() != size):
                self._asked[index] = size
                self._pages.request(index + 1, size)

    def _take(self, number: int, image: QImage) -> None:
        index = number - 1
        self._asked.pop(index, None)
        self._images[index] = image
        self._images.move_to_end(index)
        while len(self._images) > max(_KEPT_PAGES, len(self._visible())):
            self._images.popitem(last=False)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paper, the page's picture where it is drawn already, and the marks."""
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._theme.color("sunken"))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for index in self._visible():
            place = self._place(index)
            painter.fillRect(place, Qt.GlobalColor.white)
            if index in self._images:
                painter.drawImage(place, self._images[index])
            self._paint_marks(painter, index, place)
            painter.setPen(self._theme.color("border"))
            painter.drawRect(place)
        if self.hasFocus():
            painter.setPen(self._theme.color("focus"))
            painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _place(self, index: int) -> QRect:
        size = self._sizes[index]
        spare = self.viewport().width() - size.width()
        left = spare // 2 if spare >= 2 * GAP_PX else GAP_PX - self.horizontalScrollBar().value()
        return QRect(left, self._tops[index] - self.verticalScrollBar().value(), size.width(), size.height())

    def _paint_marks(self, painter: QPainter, index: int, place: QRect) -> None:
        scale = place.width() / max(self._pages.page_size(index + 1).width(), 1)
        # Multiplied like a text marker, the letters stay black under it.
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
        for rect in self._marks.get(index + 1, []):
            at = QRectF(place.x() + rect.x() * scale, place.y() + rect.y() * scale, rect.width() * scale, 0)
            at.setHeight(rect.height() * scale)
            painter.fillRect(at.adjusted(-2, -1, 2, 1), self._marker)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Page Up/Down scroll, Ctrl+Home/End and plus/minus jump and zoom."""
        bar = self.verticalScrollBar()
        steps = {
            Qt.Key.Key_Home: lambda: bar.setValue(0),
            Qt.Key.Key_End: lambda: bar.setValue(bar.maximum()),
            Qt.Key.Key_Plus: lambda: self.zoom_step(1),
            Qt.Key.Key_Minus: lambda: self.zoom_step(-1),
            Qt.Key.Key_0: lambda: self.set_zoom(1.0),
        }
        act = steps.get(Qt.Key(event.key()))
        if act:
            act()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_step(1 if event.angleDelta().y() > 0 else -1)
        else:
            self._goal = None
            super().wheelEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.viewport().update()
        return super().event(event)
