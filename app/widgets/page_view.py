"""Pages below each other, of which only the visible ones are drawn, with marked passages."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from app.i18n import tr
from app.palette import Palette
from app.theme import Theme
from app.widgets.page_cache import PageCache
from app.widgets.page_goal import Goal, goal_of
from app.widgets.page_images import PageImages
from app.widgets.page_layout import GAP_PX, ZOOM_STEPS, PageLayout, legible_zoom

_KEPT_PAGES = 8
_SETTLE_MS = 60


class PageView(QAbstractScrollArea):
    """Shows page images as wide as the view times zoom; marks are passages, words are underlined in them.

    page_changed: another page is being read. zoom_changed: the factor is another one.
    """

    page_changed = Signal(int)
    zoom_changed = Signal(float)

    def __init__(
        self,
        theme: Theme,
        pages: PageImages,
        marks: dict[int, list[QRectF]],
        words: Sequence[dict[int, list[QRectF]]] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._cache = PageCache(pages, self)
        self._cache.changed.connect(self.viewport().update)
        self._marks = marks
        self._words = words
        self._points = [pages.page_size(number) for number in range(1, pages.page_count() + 1)]
        self._zoom = 1.0
        self._layout: PageLayout | None = None
        self._current = 1
        self._goal: Goal | None = None
        self._want_legible = False
        # Paper is white in the dark theme too, so its marker is the light theme's.
        paper = Palette.load("light")
        self._marker, self._pencil = paper.color("mark"), paper.color("warn")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setObjectName("pages")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("PageView", "Page of the document"))
        # Drawing pages for every pixel of a resize would only heat the room.
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._request_visible)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        theme.changed.connect(self.viewport().update)

    @property
    def page_count(self) -> int:
        return len(self._points)

    @property
    def current_page(self) -> int:
        """The number of the page that is being read."""
        return self._current

    @property
    def zoom(self) -> float:
        """1.0 is a page as wide as the view."""
        return self._zoom

    @property
    def drawn_pages(self) -> list[int]:
        """Numbers of the pages whose pictures are at hand."""
        return self._cache.drawn

    def show_page(self, number: int) -> None:
        """Scroll to the top of a page."""
        if 1 <= number <= self.page_count:
            self._goal = Goal(number - 1)
            self._reach_goal()

    def show_marks(self) -> None:
        """Scroll so that the first marked passage stands in the upper third, large enough to read."""
        goal = goal_of(self._marks, self._words)
        if goal is not None and goal.index < self.page_count:
            self._goal = goal
            self._want_legible = True
            self._reach_goal()

    def set_zoom(self, zoom: float) -> None:
        """Zoom around the middle of the view."""
        zoom = min(max(zoom, ZOOM_STEPS[0]), ZOOM_STEPS[-1])
        if zoom != self._zoom:
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

    # layout and scrolling

    def _lay_out(self) -> None:
        view, bar = self.viewport().size(), self.verticalScrollBar()
        before, middle = self._layout, bar.value() + view.height() / 2
        self._layout = layout = PageLayout(self._points, view.width(), self._zoom)
        bar.setRange(0, max(layout.height - view.height(), 0))
        bar.setPageStep(view.height())
        bar.setSingleStep(40)
        self.horizontalScrollBar().setRange(0, max(layout.width + 2 * GAP_PX - view.width(), 0))
        self.horizontalScrollBar().setPageStep(view.width())
        if self._goal:
            self._reach_goal()
        elif before is not None:
            bar.setValue(round(layout.height_of(*before.share_at(middle)) - view.height() / 2))
        self._scrolled()

    def _reach_goal(self) -> None:
        """Go where show_page or show_marks wanted to go; before there is a layout, the first one comes back here."""
        if self._goal is None or self._layout is None:
            return
        index, rect = self._goal.index, self._goal.line
        if rect is not None and self._want_legible:
            self._want_legible = False
            points = self._points[index].width()
            self.set_zoom(legible_zoom(rect, points, self.viewport().width(), self.fontMetrics().height()))
        layout = self._layout
        if rect is None:
            self.verticalScrollBar().setValue(layout.tops[index] - GAP_PX // 2)
        else:
            scale = layout.scale(index)
            third = self.viewport().height() / 3
            self.verticalScrollBar().setValue(round(layout.tops[index] + rect.y() * scale - third))
            self.horizontalScrollBar().setValue(self._goal.left_edge(scale, self.viewport().width()))

    def _scrolled(self) -> None:
        if self._layout is not None:
            # The page being read is the one below the upper edge, not the one that fills most of a tall view.
            top = self.verticalScrollBar().value() + self.viewport().height() // 4
            page = self._layout.index_at(top) + 1
            if page != self._current:
                self._current = page
                self.page_changed.emit(page)
        self._settle.start()
        self.viewport().update()

    def _visible(self) -> range:
        if self._layout is None:
            return range(0)
        return self._layout.visible(self.verticalScrollBar().value(), self.viewport().height())

    # pictures

    def _request_visible(self) -> None:
        layout, ratio = self._layout, self.devicePixelRatioF()
        if layout is not None:
            self._cache.want([(index + 1, layout.sizes[index] * ratio) for index in self._visible()])

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paper, the page's picture where it is drawn already, and the marks."""
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._theme.color("sunken"))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for index in self._visible():
            place = self._place(index)
            painter.fillRect(place, Qt.GlobalColor.white)
            image = self._cache.image(index + 1)
            if image is not None:
                painter.drawImage(place, image)
            self._paint_marks(painter, index, place)
            painter.setPen(self._theme.color("border"))
            painter.drawRect(place)
        if self.hasFocus():
            painter.setPen(self._theme.color("focus"))
            painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _place(self, index: int) -> QRect:
        layout = self._layout
        if layout is None:
            return QRect()
        spare = self.viewport().width() - layout.width
        left = spare // 2 if spare >= 2 * GAP_PX else GAP_PX - self.horizontalScrollBar().value()
        top = layout.tops[index] - self.verticalScrollBar().value()
        return QRect(left, top, layout.width, layout.sizes[index].height())

    def _paint_marks(self, painter: QPainter, index: int, place: QRect) -> None:
        if self._layout is None:
            return
        scale = self._layout.scale(index)
        # Multiplied like a text marker, the letters stay black under it.
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
        for rect in self._marks.get(index + 1, []):
            at = QRectF(rect.x() * scale, rect.y() * scale, rect.width() * scale, rect.height() * scale)
            painter.fillRect(at.translated(place.x(), place.y()).adjusted(-2, -1, 2, 1), self._marker)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        for rect in (rect for words in self._words for rect in words.get(index + 1, [])):
            at = QRectF(rect.x() * scale, rect.y() * scale, rect.width() * scale, rect.height() * scale)
            at = at.translated(place.x(), place.y())
            painter.fillRect(QRectF(at.x() - 2, at.bottom(), at.width() + 4, 2), self._pencil)

    # events

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Home, End, plus, minus and 0; the arrows and Page keys scroll as usual."""
        bar = self.verticalScrollBar()
        steps = {
            Qt.Key.Key_Home: lambda: bar.setValue(0),
            Qt.Key.Key_End: lambda: bar.setValue(bar.maximum()),
            Qt.Key.Key_Plus: lambda: self.zoom_step(1),
            Qt.Key.Key_Minus: lambda: self.zoom_step(-1),
            Qt.Key.Key_0: lambda: self.set_zoom(1.0),
        }
        self._goal = None
        act = steps.get(Qt.Key(event.key()))
        if act:
            act()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._goal = None
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_step(1 if event.angleDelta().y() > 0 else -1)
        else:
            super().wheelEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.viewport().update()
        return super().event(event)
