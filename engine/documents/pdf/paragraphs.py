"""Lines of a region to paragraphs: where one ends, where a line flows on into the next, which lines are table rows."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from engine.documents.blocks import Block, BlockKind, Box, Piece
from engine.documents.pdf.columns import Item
from engine.documents.pdf.fragments import Fragment
from engine.documents.pdf.segments import group_lines
from engine.documents.pdf.strips import Strip, shared_strips, split_at
from engine.documents.pdf.tables import Table
from engine.types import CELL_MARK

_BULLET = re.compile(r"(?:[•●○◦▪■□▸►➢➤✓✔☐☑❖♦–—\-*·o]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]|\d+(?:\.\d+)+\.?)$")
_STARTS_ITEM = re.compile(r"(?:[•●○◦▪■□▸►➢➤✓✔☐☑❖♦]|[–—\-*·o] |\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{2,5})[.)] )")
_BULLETED = re.compile(r"[•●○◦▪■□▸►➢➤✓✔☐☑❖♦–—] ?\S")
_LEADS_TO_PAGE = re.compile(r"…\s*[\divxlc]+$")  # an entry of a table of contents
_SENTENCE_END = (".", "!", "?", ":", ";", "؟", "。")


@dataclass(slots=True)
class Line:
    """One visual line: segments from left to right, and the style of most of it."""

    segments: list[Fragment]
    text: str
    box: Box
    size: float
    bold: bool
    rtl: bool
    glue: str = "\n"

    @property
    def middle(self) -> float:
        return (self.box[1] + self.box[3]) / 2


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together, or a table (rows of lines, cells parted by glue).

    aside: set in another direction than the page's main text, such as a label along a table's edge.
    """

    lines: list[Line] = field(default_factory=list)
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    aside: bool = False

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)

    def block(self) -> Block:
        pieces = [Piece(line.text, line.glue, line.box) for line in self.lines]
        return Block(pieces, self.kind, self.level, flows=True)


def make_line(segments: list[Fragment], parting: str = " ") -> Line:
    """A line of segments that stand on one base line."""
    rtl = sum(len(s.text) for s in segments if s.rtl) * 2 > sum(len(s.text) for s in segments)
    ordered = sorted(segments, key=lambda s: s.x0, reverse=rtl)
    main = max(ordered, key=lambda s: len(s.text))
    box = (
        min(s.x0 for s in ordered),
        min(s.y0 for s in ordered),
        max(s.x1 for s in ordered),
        max(s.y1 for s in ordered),
    )
    bold = all(s.bold for s in ordered if len(s.text) > 1)
    return Line(ordered, parting.join(s.text for s in ordered), box, main.size, bold, rtl)


def paragraphs_of(region: Sequence[Item]) -> list[Paragraph]:
    """The paragraphs and tables of one region in reading order."""
    result: list[Paragraph] = []
    pending: list[Fragment] = []
    for item in sorted(region, key=lambda i: (i.y0, i.x0)):
        if isinstance(item, Table):
            result += _text_paragraphs(pending)
            pending = []
            result.append(_table_paragraph(item))
        else:
            pending.append(item)
    return result + _text_paragraphs(pending)


def _table_paragraph(table: Table) -> Paragraph:
    lines: list[Line] = []
    for row in table.rows:
        for number, cell in enumerate(row):
            for position, group in enumerate(group_lines(cell.segments)):
                line = make_line(group)
                line.glue = " " if position else (CELL_MARK if number else "\n")
                lines.append(line)
    return Paragraph(lines, BlockKind.TABLE)


def _text_paragraphs(segments: list[Fragment]) -> list[Paragraph]:
    rows = group_lines(segments)
    result: list[Paragraph] = []
    index = prose = 0
    while index < len(rows):
        end, strips = _table_at(rows, index)
        if end > index:
            result += _flowing([make_line(row) for row in rows[prose:index]])
            result.append(_gap_table([_apart(row) for row in rows[index:end]], strips))
            index = prose = end
        else:
            index += 1
    return result + _flowing([make_line(row) for row in rows[prose:]])


def _apart(row: list[Fragment]) -> list[Fragment]:
    """A line's segments taken apart into what they were joined from."""
    return [part for segment in row for part in (segment.parts or [segment])]


def _table_at(rows: list[list[Fragment]], start: int) -> tuple[int, list[Strip]]:
    """Where the run of table rows that begins at start ends (start if none does), and the strips that part its cells.

    The gaps of table cells stand above each other; those of justified text do so by chance only, so the fewer lines
    share a strip, the wider it must be.
    """
    if not _may_be_table_row(rows[start]):
        return start, []
    run: list[list[Fragment]] = []
    while start + len(run) < len(rows) and _may_be_table_row(rows[start + len(run)], begun=bool(run)):
        run.append(_apart(rows[start + len(run)]))
    if len(run) < 2:
        return start, []
    size = max(segment.size for segment in run[0])
    narrowest = size * {2: 2.0, 3: 0.9}.get(len(run), 0.35)
    strips = shared_strips(run, least=min(3, len(run)), share=0.7, narrowest=narrowest)
    return (start + len(run), strips) if strips else (start, [])


def _may_be_table_row(row: list[Fragment], *, begun: bool = False) -> bool:
    """Whether a line has clear gaps; inside a table a line whose cells nearly touch counts as well."""
    ordered = sorted(row, key=lambda s: s.x0)
    if len(ordered) == 1:
        return begun and len(ordered[0].parts) > 2
    return len(ordered) > 2 or not (_BULLET.match(ordered[0].text) or _BULLET.match(ordered[1].text))


def _gap_table(rows: list[list[Fragment]], strips: list[Strip]) -> Paragraph:
    lines: list[Line] = []
    for row in rows:
        cells = split_at(row, strips)
        rtl = sum(segment.rtl for segment in row) * 2 > len(row)
        for number, cell in enumerate(reversed(cells) if rtl else cells):
            line = make_line(cell)
            line.glue = CELL_MARK if number else "\n"
            lines.append(line)
    return Paragraph(lines, BlockKind.TABLE)


def _flowing(lines: list[Line]) -> list[Paragraph]:
    if not lines:
        return []
    pitch = _usual_pitch(lines)
    left, right = min(line.box[0] for line in lines), max(line.box[2] for line in lines)
    result = [Paragraph([lines[0]])]
    for before, line in itertools.pairwise(lines):
        apart = _parts(before, line, pitch) and not _lists_on(result[-1], before, line)
        if apart or _stacked(before, line, left, right):
            result.append(Paragraph([line]))
        else:
            line.glue = " " if _flows_on(before, line, left, right) else "\n"
            result[-1].lines.append(line)
    return result


def _usual_pitch(lines: list[Line]) -> float:
    """The distance between base lines inside paragraphs of this region, in line sizes."""
    steps = [
        (after.middle - before.middle) / max(after.size, 1.0)
        for before, after in itertools.pairwise(lines)
        if abs(after.size - before.size) < 0.1 * after.size
    ]
    near = [step for step in steps if 0.8 <= step <= 2.6]
    return min(median(near), 2.4) if len(near) >= 3 else 1.35


def _parts(before: Line, line: Line, pitch: float) -> bool:
    """Whether a new paragraph begins: a wider step, another size, or a change between bold and regular."""
    bigger, smaller = max(before.size, line.size), max(min(before.size, line.size), 0.1)
    if bigger / smaller > 1.12 and min(len(before.text), len(line.text)) > 2:
        return True
    step = (line.middle - before.middle) / max(line.size, 1.0)
    if step > max(pitch * 1.3, pitch + 0.25) or step < -0.5:
        return True
    if before.bold != line.bold:
        unfinished = line.text[:1].islower() and not before.text.endswith(_SENTENCE_END)
        mid_sentence = unfinished and not _STARTS_ITEM.match(line.text)
        return not (mid_sentence or _STARTS_ITEM.match(before.text) or before.text.endswith((",", "-")))
    return False


def _stacked(before: Line, line: Line, left: float, right: float) -> bool:
    """Whether two bold lines are headings one below the other, not one heading that needs two lines."""
    centred = abs(before.box[0] + before.box[2] - line.box[0] - line.box[2]) < 8
    return before.bold and line.bold and not centred and not _flows_on(before, line, left, right)


def _lists_on(paragraph: Paragraph, before: Line, line: Line) -> bool:
    """Whether line is the next item of a list whose items stand a little apart."""
    if not (_BULLETED.match(line.text) and _BULLETED.match(paragraph.lines[0].text)):
        return False
    step = (line.middle - before.middle) / max(line.size, 1.0)
    return 0 < step < 2.5 and abs(line.size - before.size) < 0.15 * line.size


def _flows_on(before: Line, line: Line, left: float, right: float) -> bool:
    """Whether the sentence goes on: the next word would not have fitted, or the line plainly is unfinished."""
    if (
        _LEADS_TO_PAGE.search(before.text)
        or _STARTS_ITEM.match(line.text)
        or (len(line.segments) > 1 and _BULLET.match(line.segments[0].text))
    ):
        return False
    word = line.text.split(" ", 1)[0]
    width = (line.box[2] - line.box[0]) / max(len(line.text), 1) * (len(word) + 1)
    full = before.box[0] - width <= left + 2 if before.rtl else before.box[2] + width >= right - 2
    if full:
        return True
    unfinished = not before.text.endswith(_SENTENCE_END)
    return unfinished and word[:1].islower()
