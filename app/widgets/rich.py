"""Words with highlighted places, as the rich text of Qt. What documents or models wrote is escaped."""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from engine.types import CELL_MARK

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


def passage_html(text: str, rule: QColor) -> str:
    """A passage line by line. Lines with cells (" | ", as the readers of documents write rows) are a ruled table."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    style = f"border-collapse:collapse;border-style:solid;border-color:{rule.name()}"
    pieces = []
    for is_table, block in groupby((line for line in lines if line), key=lambda line: CELL_MARK in line):
        if is_table:
            rows = ("".join(f"<td>{escape(cell)}</td>" for cell in line.split(CELL_MARK)) for line in block)
            table = "".join(f"<tr>{row}</tr>" for row in rows)
            pieces.append(f'<table border="1" cellspacing="0" cellpadding="4" style="{style}">{table}</table>')
        else:
            pieces += [f'<p style="margin:0 0 4px 0">{escape(line)}</p>' for line in block]
    return "".join(pieces)


def colored_html(text: str, color: QColor) -> str:
    """text in a colour."""
    return f'<span style="color:{color.name()}">{escape(text)}</span>'
