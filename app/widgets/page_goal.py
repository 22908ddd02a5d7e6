"""Where a page view scrolls to, so that what is looked for is seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF

_MARGIN_PT = 24
# Of a passage that begins at the end of a line, so much is to be seen.
_BEGINNING_PT = 150.0


@dataclass(frozen=True)
class Goal:
    """A page (index), or a line on it in points. seen: the words in or below the line that are looked for."""

    index: int
    line: QRectF | None = None
    seen: QRectF | None = None

    def left_edge(self, scale: float, view_width: int) -> int:
        """The horizontal position in pixels: from the line's left edge on, moved right only as far as seen needs."""
        if self.line is None or self.seen is None:
            return 0
        at_line = (self.line.x() - _MARGIN_PT) * scale
        needed = (self.seen.right() + _MARGIN_PT) * scale - view_width
        latest = (self.seen.x() - _MARGIN_PT) * scale
        return round(max(at_line, min(needed, latest)))


def goal_of(marks: Mapping[int, Sequence[QRectF]], words: Sequence[Mapping[int, Sequence[QRectF]]]) -> Goal | None:
    """The first marked line, and of it the words that are underlined or the beginning of the passage."""
    if not marks:
        return None
    number = min(marks)
    first = min(marks[number], key=lambda rect: rect.y())
    left = min(rect.x() for rect in marks[number])
    underlined = [rect for each in words for rect in each.get(number, [])]
    beginning = QRectF(first.x(), first.y(), min(first.width(), _BEGINNING_PT), first.height())
    seen = min(underlined, key=lambda rect: rect.y(), default=beginning)
    return Goal(number - 1, QRectF(left, first.y(), first.width(), first.height()), seen)
