"""Set a sample as a PDF with reportlab: running header and footer, tables that continue, one or two columns."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import landscape, letter
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    KeepTogether,
    ListFlowable,
    ListItem,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
)
from reportlab.platypus import Table as Grid
from reportlab.platypus.flowables import CondPageBreak

from samples import look
from samples.source import CLINIC, MARK, NOTICE, Block, Break, Bullets, Callout, Run, Sample, Table, Text, plain

_MARGIN = 54.0
_TOP, _BOTTOM = 66.0, 58.0
_GUTTER = 22.0


def write_pdf(sample: Sample, path: Path) -> None:
    """Write the document to path; the same source gives the same bytes.

    It is set twice: the first pass counts the pages that the footer of the second one names.
    """
    total = _build(sample, path, total=0)
    _build(sample, path, total=total)


def _build(sample: Sample, path: Path, total: int) -> int:
    size = landscape(letter) if sample.meta.get("layout") == "landscape" else letter
    columns = 2 if sample.meta.get("layout") == "columns" else 1
    # Uncompressed pages: deflate differs between builds of zlib, and the committed bytes are compared with new ones.
    document = BaseDocTemplate(
        str(path), pagesize=size, title=sample.title, author=CLINIC, subject=NOTICE, creator="Chartside samples",
        invariant=1, pageCompression=0,
    )  # fmt: skip
    width = size[0] - 2 * _MARGIN
    masthead = _masthead(sample, width)
    draw = partial(_furniture, sample=sample, total=total)
    document.addPageTemplates(_templates(size, columns, _height(masthead, width), draw))
    document.afterFlowable = _outline(document)
    column_width = (width - _GUTTER * (columns - 1)) / columns
    story = [*masthead, NextPageTemplate("later"), *_flow(sample.blocks, column_width)]
    document.build(story)
    return int(document.page)


def _templates(
    size: tuple[float, float], columns: int, masthead: float, draw: Callable[[Any, Any], None]
) -> list[PageTemplate]:
    """The first page has a full-width frame for the masthead where the text below it runs in columns."""
    width, height = size[0] - 2 * _MARGIN, size[1] - _TOP - _BOTTOM
    flat = {"leftPadding": 0, "rightPadding": 0, "topPadding": 0, "bottomPadding": 0}
    column = (width - _GUTTER * (columns - 1)) / columns

    def frames(tall: float) -> list[Frame]:
        lefts = [_MARGIN + index * (column + _GUTTER) for index in range(columns)]
        return [Frame(left, _BOTTOM, column, tall, **flat) for left in lefts]

    head = Frame(_MARGIN, _BOTTOM + height - masthead, width, masthead, **flat)
    first = frames(height) if columns == 1 else [head, *frames(height - masthead - 6)]
    return [
        PageTemplate("first", first, onPage=draw),
        PageTemplate("later", frames(height), onPage=draw),
    ]


def _height(flowables: list[Any], width: float) -> float:
    """The height the masthead needs, with its spaces."""
    total = 0.0
    for flowable in flowables:
        total += flowable.wrap(width, 1000)[1] + flowable.getSpaceBefore() + flowable.getSpaceAfter()
    return total + 4


def _furniture(canvas: Any, document: Any, *, sample: Sample, total: int) -> None:
    """Running header and footer of a page."""
    width, height = canvas._pagesize
    right = width - _MARGIN
    canvas.saveState()
    look.draw_mark(canvas, _MARGIN, height - 44, 13)
    canvas.setFont("Helvetica-Bold", 8.5)
    canvas.setFillColor(look.ACCENT)
    canvas.drawString(_MARGIN + 19, height - 40.5, CLINIC)
    canvas.setFont("Helvetica", 8)
    canvas.setFillColor(look.MUTED)
    canvas.drawRightString(right, height - 40.5, f"{sample.meta['number']} · {sample.meta['short']}")
    canvas.setStrokeColor(look.ACCENT)
    canvas.setLineWidth(0.8)
    canvas.line(_MARGIN, height - 50, right, height - 50)
    canvas.setStrokeColor(look.RULE)
    canvas.setLineWidth(0.5)
    canvas.line(_MARGIN, 42, right, 42)
    canvas.setFont("Helvetica-Bold", 8)
    canvas.setFillColor(look.WARN)
    canvas.drawString(_MARGIN, 30, MARK)
    canvas.setFont("Helvetica", 8)
    canvas.setFillColor(look.MUTED)
    canvas.drawRightString(right, 30, f"Version {sample.meta['version']} · Page {document.page} of {total}")
    canvas.restoreState()


def _outline(document: Any) -> Callable[[Any], None]:
    """Bookmarks for the headings, as a callback of the template."""

    def note(flowable: Any) -> None:
        level = getattr(flowable, "outline_level", None)
        if level is None:
            return
        key = f"heading-{document.seq.nextf('heading')}"
        document.canv.bookmarkPage(key)
        document.canv.addOutlineEntry(flowable.getPlainText(), key, level=level)

    return note


def _masthead(sample: Sample, width: float) -> list[Any]:
    labels = [Paragraph(escape(label), look.STYLES["label"]) for label, _ in sample.facts]
    values = [Paragraph(escape(value), look.STYLES["value"]) for _, value in sample.facts]
    strip = Grid([labels, values], colWidths=[width * share for share in (0.16, 0.12, 0.2, 0.2, 0.32)])
    strip.setStyle(look.STRIP)
    notice = _callout([[Run(NOTICE, bold=False)]], width, look.NOTICE)
    title = Paragraph(escape(sample.title), look.STYLES["title"])
    title.outline_level = 0
    return [title, strip, Spacer(1, 10), notice, Spacer(1, 6)]


def _flow(blocks: list[Block], width: float) -> list[Any]:
    flowables: list[Any] = []
    for index, block in enumerate(blocks):
        if isinstance(block, Text) and block.level:
            # A heading stays with the first lines below it, a table near it with its header and two rows.
            near = any(isinstance(follower, Table) for follower in blocks[index + 1 : index + 3])
            flowables.append(CondPageBreak(150 if near else 58))
        flowables.extend(_set(block, width))
    return flowables


def _set(block: Block, width: float) -> list[Any]:
    if isinstance(block, Text):
        paragraph = Paragraph(_markup(block.runs), look.STYLES[("body", "section", "heading")[block.level]])
        if block.level:
            paragraph.outline_level = block.level
        return [paragraph]
    if isinstance(block, Bullets):
        return [_bullets(block), Spacer(1, 5)]
    if isinstance(block, Table):
        return [Spacer(1, 3), _grid(block, width), Spacer(1, 9)]
    if isinstance(block, Callout):
        return [Spacer(1, 3), KeepTogether(_callout(block.paragraphs, width, look.CALLOUT)), Spacer(1, 9)]
    return [PageBreak()] if isinstance(block, Break) else []


def _bullets(block: Bullets) -> Any:
    items = [ListItem(Paragraph(_markup(runs), look.STYLES["item"])) for runs in block.items]
    kind = {"bulletType": "1", "bulletFormat": "%s."} if block.ordered else {"bulletType": "bullet", "start": "•"}
    return ListFlowable(
        items, leftIndent=17, bulletColor=look.ACCENT, bulletFontName="Helvetica-Bold", bulletFontSize=9, **kind
    )


def _callout(paragraphs: list[list[Run]], width: float, style: Any) -> Any:
    box = Grid([[[Paragraph(_markup(runs), look.STYLES["callout"]) for runs in paragraphs]]], colWidths=[width])
    box.setStyle(style)
    return box


def _grid(block: Table, width: float) -> Any:
    groups = [index for index, row in enumerate(block.rows) if index and not any(plain(cell) for cell in row[1:])]
    cells = [
        [Paragraph(_markup(cell), look.STYLES["head" if not index else "group" if index in groups else "cell"])
         for cell in row]
        for index, row in enumerate(block.rows)
    ]  # fmt: skip
    widths = look.column_widths([[plain(cell) for cell in row] for row in block.rows], width)
    grid = Grid(cells, colWidths=widths, repeatRows=1)
    grid.setStyle(look.grid_style(groups))
    return grid


def _markup(runs: list[Run]) -> str:
    parts = []
    for run in runs:
        text = escape(run.text)
        text = f"<i>{text}</i>" if run.italic else text
        parts.append(f"<b>{text}</b>" if run.bold else text)
    return "".join(parts)
