"""Where pages stand when they are laid out below each other; lengths in pixels of the whole scrolled area."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, QSizeF

GAP_PX = 12
ZOOM_STEPS = (0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0)
# A line of a passage that was opened is about this high, in a window whose text lines are 16 px high.
_LEGIBLE_LINE_PX = 14.0
_MOST_ZOOM_FOR_LEGIBILITY = 2.0


class PageLayout:
    """Pages of these sizes (points), each as wide as view_width times zoom, less the gaps at both sides."""

    def __init__(self, points: Sequence[QSizeF], view_width: int, zoom: float) -> None:
        self._points = points
        self.width = max(int((view_width - 2 * GAP_PX) * zoom), 40)
        self.sizes: list[QSize] = []
        self.tops: list[int] = []
        top = GAP_PX
        for size in points:
            ratio = size.height() / size.width() if size.width() > 0 else 1.4
            self.sizes.append(QSize(self.width, max(round(self.width * ratio), 1)))
            self.tops.append(top)
            top += self.sizes[-1].height() + GAP_PX
        self.height = top

    def index_at(self, y: float) -> int:
        """The page at or above a height, counted from 0."""
        return max(bisect_right(self.tops, y) - 1, 0)

    def visible(self, top: int, height: int) -> range:
        """The pages between top and top + height."""
        return range(self.index_at(top), self.index_at(top + height) + 1) if self.tops else range(0)

    def scale(self, index: int) -> float:
        """Pixels for a point of a page."""
        return self.width / max(self._points[index].width(), 1.0)

    def share_at(self, y: float) -> tuple[int, float]:
        """A height as page and share of its height: what stays under the eye when everything is laid out anew."""
        index = self.index_at(y)
        return index, (y - self.tops[index]) / self.sizes[index].height()

    def height_of(self, index: int, share: float) -> float:
        """The height that share_at told."""
        return self.tops[index] + share * self.sizes[index].height()


def legible_zoom(line: QRectF, page_points: float, view_width: int, text_line_px: int) -> float:
    """The zoom at which a line of a page can be read; 1 where a page as wide as the view does that already."""
    shown = line.height() * view_width / max(page_points, 1.0)
    wanted = min(_LEGIBLE_LINE_PX * text_line_px / 16 / max(shown, 0.1), _MOST_ZOOM_FOR_LEGIBILITY)
    return max([step for step in ZOOM_STEPS if step <= wanted * 1.1] + [1.0])
