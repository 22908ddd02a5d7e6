"""Words with highlighted places, as the rich text of Qt. What documents or models wrote is escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QColor


def tip_html(tip: str) -> str:
    """A tool tip that breaks its lines; "" stays ""."""
    return f"<div>{escape(tip).replace(chr(10), '<br>')}</div>" if tip else ""


def highlighted_html(text: str, spans: Iterable[tuple[int, int]], background: QColor, color: QColor) -> str:
    """text with spans (offsets, [start, end)) on a background and underlined: not by colour alone."""
    style = f"background-color:{background.name()};color:{color.name()};text-decoration:underline;font-weight:600"
    pieces, last = [], 0
    for start, end in sorted(spans):
        begin = max(start, last)
        if begin < end:
            pieces += [escape(text[last:begin]), f'<span style="{style}">{escape(text[begin:end])}</span>']
            last = end
    pieces.append(escape(text[last:]))
    return "".join(pieces).replace("\n", "<br>")


def colored_html(text: str, color: QColor) -> str:
    """text in a colour."""
    return f'<span style="color:{color.name()}">{escape(text)}</span>'
