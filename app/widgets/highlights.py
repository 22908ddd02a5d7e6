"""Where a quoted span of a document stands on its pages."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF

if TYPE_CHECKING:
    from engine.types import DocumentText, LineBox, PageText


def highlight_rects(document: DocumentText, start: int, end: int) -> dict[int, list[QRectF]]:
    """Rectangles of text[start:end] by page number, in points from the top left of the displayed page.

    A line that the span covers only in part is narrowed in proportion to its characters: close enough to guide the eye.
    """
    rects: dict[int, list[QRectF]] = defaultdict(list)
    for line in document.lines:
        if line.start < end and start < line.end:
            rects[line.page].append(_covered(line, start, end))
    return dict(rects)


def page_at(document: DocumentText, offset: int) -> int:
    """The number of the page that holds an offset."""
    pages = document.pages
    index = bisect_right([page.start for page in pages], offset) - 1
    return pages[max(index, 0)].number if pages else 1


def page_text(document: DocumentText, number: int) -> PageText | None:
    """The page of that number, None where there is none."""
    return next((page for page in document.pages if page.number == number), None)


def section_at(document: DocumentText, offset: int) -> str:
    """The headings above an offset, outermost first, joined by " › "."""
    trail: list[tuple[int, str]] = []
    for heading in document.headings:
        if heading.start > offset:
            break
        trail = [kept for kept in trail if kept[0] < heading.level]
        trail.append((heading.level, " ".join(heading.text.split())))
    return " › ".join(text for _, text in trail)


def _covered(line: LineBox, start: int, end: int) -> QRectF:
    full = QRectF(line.x0, line.y0, line.x1 - line.x0, line.y1 - line.y0)
    length = line.end - line.start
    upright = full.width() >= full.height()
    if length <= 0 or not upright:
        return full
    left = max(start - line.start, 0) / length
    right = min(end - line.start, length) / length
    return QRectF(full.x() + left * full.width(), full.y(), (right - left) * full.width(), full.height())
