"""Colours, paragraph and table styles of the sample PDFs."""

from __future__ import annotations

from typing import Any

from reportlab.lib.colors import HexColor, white
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import TableStyle

ACCENT = HexColor("#0b6e6e")
ACCENT_PALE = HexColor("#e6f2f1")
TEXT = HexColor("#1d2528")
MUTED = HexColor("#5b676b")
RULE = HexColor("#cfd6d8")
PALE = HexColor("#f5f7f7")
WARN = HexColor("#8a4b00")
WARN_PALE = HexColor("#fdf3e2")

_CELL_PADDING = 5.0


def _style(name: str, **changes: Any) -> ParagraphStyle:
    settings: dict[str, Any] = {"fontName": "Helvetica", "fontSize": 9.6, "leading": 13.4, "textColor": TEXT}
    return ParagraphStyle(name, **(settings | changes))


STYLES = {
    "title": _style("title", fontName="Helvetica-Bold", fontSize=21, leading=25, spaceBefore=2, spaceAfter=9),
    "label": _style("label", fontSize=7.4, leading=9, textColor=MUTED),
    "value": _style("value", fontName="Helvetica-Bold", fontSize=8.8, leading=11),
    "section": _style(
        "section", fontName="Helvetica-Bold", fontSize=13, leading=16, textColor=ACCENT, spaceBefore=12, spaceAfter=4
    ),
    "heading": _style("heading", fontName="Helvetica-Bold", fontSize=10.6, leading=14, spaceBefore=7, spaceAfter=3),
    "body": _style("body", spaceAfter=6),
    "item": _style("item", spaceAfter=3),
    "callout": _style("callout", fontSize=9.2, leading=12.6),
    "cell": _style("cell", fontSize=8.6, leading=11.2),
    "head": _style("head", fontName="Helvetica-Bold", fontSize=8.6, leading=11.2, textColor=white),
    "group": _style("group", fontName="Helvetica-Bold", fontSize=8.8, leading=11.2, textColor=ACCENT),
}

_PADDING = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), _CELL_PADDING),
    ("RIGHTPADDING", (0, 0), (-1, -1), _CELL_PADDING),
    ("TOPPADDING", (0, 0), (-1, -1), 3.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 4.0),
]

STRIP = TableStyle([
    *_PADDING,
    ("BACKGROUND", (0, 0), (-1, -1), PALE),
    ("LINEABOVE", (0, 0), (-1, 0), 0.6, RULE),
    ("LINEBELOW", (0, 1), (-1, 1), 0.6, RULE),
    ("BOTTOMPADDING", (0, 0), (-1, 0), 0),
    ("TOPPADDING", (0, 1), (-1, 1), 1),
])  # fmt: skip


def _box(fill: Any, bar: Any) -> TableStyle:
    return TableStyle([
        *_PADDING,
        ("BACKGROUND", (0, 0), (-1, -1), fill),
        ("LINEBEFORE", (0, 0), (0, -1), 3, bar),
        ("LEFTPADDING", (0, 0), (-1, -1), 10),
        ("TOPPADDING", (0, 0), (-1, -1), 5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 7),
    ])  # fmt: skip


NOTICE = _box(WARN_PALE, WARN)
CALLOUT = _box(ACCENT_PALE, ACCENT)


def grid_style(groups: list[int]) -> TableStyle:
    """Style of a data table; groups are the rows that are group titles across all columns."""
    commands: list[tuple[Any, ...]] = [
        *_PADDING,
        ("BACKGROUND", (0, 0), (-1, 0), ACCENT),
        ("LINEBELOW", (0, 0), (-1, 0), 0.5, ACCENT),
        ("LINEAFTER", (0, 0), (-2, 0), 0.5, ACCENT_PALE),
        ("LINEBELOW", (0, 1), (-1, -1), 0.5, RULE),
        ("LINEAFTER", (0, 1), (-2, -1), 0.5, RULE),
        ("BOX", (0, 0), (-1, -1), 0.6, RULE),
        # A table that continues takes at least two rows along.
        ("NOSPLIT", (0, 0), (0, 2)),
        ("NOSPLIT", (0, -2), (0, -1)),
    ]
    for row in groups:
        commands += [("SPAN", (0, row), (-1, row)), ("BACKGROUND", (0, row), (-1, row), ACCENT_PALE)]
    return TableStyle(commands)


def column_widths(rows: list[list[str]], width: float) -> list[float]:
    """Share width (points) among columns: none narrower than its longest word, the rest by what the text needs."""
    padding = 2 * _CELL_PADDING + 1
    narrow, wanted = [], []
    for column in zip(*(row for row in rows if any(row[1:])), strict=True):
        words = [word for cell in column for word in cell.split()]
        narrow.append(max(_measure(word) for word in words) + padding)
        wanted.append(max(_measure(cell) for cell in column) + padding)
    if sum(wanted) <= width:
        spare = (width - sum(wanted)) / len(wanted)
        return [value + spare for value in wanted]
    # The square root keeps one long cell from starving its neighbours.
    needs = [max(0.0, want - least) ** 0.5 for want, least in zip(wanted, narrow, strict=True)]
    rest = width - sum(narrow)
    return [least + rest * need / sum(needs) for least, need in zip(narrow, needs, strict=True)]


def _measure(text: str) -> float:
    return float(stringWidth(text, "Helvetica-Bold", 8.6))


def draw_mark(canvas: Any, x: float, y: float, size: float) -> None:
    """The clinic's mark: a cross above a line of water, in a rounded square with its lower left corner at x, y."""
    canvas.setFillColor(ACCENT)
    canvas.roundRect(x, y, size, size, size * 0.22, stroke=0, fill=1)
    canvas.setFillColor(white)
    arm, thick = size * 0.5, size * 0.17
    middle_x, middle_y = x + size / 2, y + size * 0.58
    canvas.rect(middle_x - arm / 2, middle_y - thick / 2, arm, thick, stroke=0, fill=1)
    canvas.rect(middle_x - thick / 2, middle_y - arm / 2, thick, arm, stroke=0, fill=1)
    canvas.rect(x + size * 0.2, y + size * 0.14, size * 0.6, size * 0.08, stroke=0, fill=1)
