"""Set a sample as DOCX with python-docx, with the clinic's header, footer and table style."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Inches, Pt, RGBColor

from samples.source import CLINIC, MARK, NOTICE, Block, Bullets, Callout, Run, Sample, Table, Text, plain

_ACCENT, _TEXT, _MUTED, _WARN = "0B6E6E", "1D2528", "5B676B", "8A4B00"
_PALE, _WARN_PALE = "E6F2F1", "FDF3E2"
_FIXED = datetime(2026, 3, 2)
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_docx(sample: Sample, path: Path) -> None:
    """Write the document to path; its members are the same for the same source, with fixed dates."""
    document = Document()
    _properties(document, sample)
    _styles(document)
    _furniture(document.sections[0], sample)
    document.add_paragraph(sample.title, style="Title")
    _fill(document.add_table(rows=2, cols=len(sample.facts)), [*zip(*sample.facts, strict=True)])
    _box(document, [[Run(NOTICE)]], _WARN_PALE)
    for block in sample.blocks:
        _add(document, block)
    buffer = io.BytesIO()
    document.save(buffer)
    path.write_bytes(_with_fixed_dates(buffer.getvalue()))


def _properties(document: Any, sample: Sample) -> None:
    properties = document.core_properties
    properties.title, properties.author, properties.subject = sample.title, CLINIC, MARK
    properties.comments = properties.keywords = properties.category = ""
    properties.created = properties.modified = _FIXED
    properties.last_modified_by, properties.revision = CLINIC, 1


def _styles(document: Any) -> None:
    sizes = {"Normal": 10.5, "Title": 22, "Heading 1": 14, "Heading 2": 11.5}
    for name, size in sizes.items():
        style = document.styles[name]
        style.font.name, style.font.size = "Calibri", Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        style.font.color.rgb = RGBColor.from_string(_ACCENT if name == "Heading 1" else _TEXT)
        style.font.bold = name != "Normal"
    document.styles["Normal"].paragraph_format.space_after = Pt(6)
    for borders in document.styles["Title"].element.iter(qn("w:pBdr")):
        borders.getparent().remove(borders)


def _furniture(section: Any, sample: Sample) -> None:
    section.left_margin = section.right_margin = Inches(0.9)
    header, footer = section.header.paragraphs[0], section.footer.paragraphs[0]
    _styled(header.add_run(CLINIC), _ACCENT, bold=True)
    _styled(header.add_run(f"\t\t{sample.meta['number']} · {sample.meta['short']}"), _MUTED)
    _styled(footer.add_run(MARK), _WARN, bold=True)
    _styled(footer.add_run(f"\t\tVersion {sample.meta['version']} · Page "), _MUTED)
    _field(footer, "PAGE")
    _styled(footer.add_run(" of "), _MUTED)
    _field(footer, "NUMPAGES")


def _styled(run: Any, color: str, bold: bool = False) -> None:
    run.font.size, run.font.bold, run.font.color.rgb = Pt(8.5), bold, RGBColor.from_string(color)


def _field(paragraph: Any, name: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _add(document: Any, block: Block) -> None:
    if isinstance(block, Text):
        paragraph = document.add_paragraph(style=f"Heading {block.level}" if block.level else "Normal")
        _write(paragraph, block.runs)
    elif isinstance(block, Bullets):
        _list(document, block)
    elif isinstance(block, Table):
        _table(document, block)
    elif isinstance(block, Callout):
        _box(document, block.paragraphs, _PALE)
    else:
        document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _list(document: Any, block: Bullets) -> None:
    for number, runs in enumerate(block.items, start=1):
        if block.ordered:
            # Written out: automatic numbering would run on from one list of the document to the next.
            paragraph = document.add_paragraph(style="List Continue")
            paragraph.paragraph_format.first_line_indent = Inches(-0.25)
            _write(paragraph, [Run(f"{number}. "), *runs])
        else:
            _write(document.add_paragraph(style="List Bullet"), runs)


def _table(document: Any, block: Table) -> None:
    grid = document.add_table(rows=0, cols=len(block.rows[0]), style="Table Grid")
    for index, row in enumerate(block.rows):
        cells = grid.add_row().cells
        if index and not any(plain(cell) for cell in row[1:]):
            cells[0].merge(cells[-1])
            _shade(cells[0], _PALE)
            cells = cells[:1]
        for cell, runs in zip(cells, row, strict=False):
            _write(cell.paragraphs[0], [Run(run.text, bold=True) for run in runs] if index == 0 else runs)
            cell.paragraphs[0].paragraph_format.space_after = Pt(2)
            if index == 0:
                _shade(cell, _ACCENT)
                for run in cell.paragraphs[0].runs:
                    run.font.color.rgb = RGBColor(255, 255, 255)
    header = OxmlElement("w:tblHeader")
    grid.rows[0]._tr.get_or_add_trPr().append(header)
    document.add_paragraph().paragraph_format.space_after = Pt(2)


def _fill(grid: Any, rows: list[tuple[str, ...]]) -> None:
    for cells, row in zip(grid.rows, rows, strict=True):
        for cell, text in zip(cells.cells, row, strict=True):
            _styled(cell.paragraphs[0].add_run(text), _MUTED if row is rows[0] else _TEXT, bold=row is rows[-1])
            cell.paragraphs[0].paragraph_format.space_after = Pt(0)


def _box(document: Any, paragraphs: list[list[Run]], fill: str) -> None:
    for runs in paragraphs:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_before = Pt(6)
        shading = OxmlElement("w:shd")
        shading.set(qn("w:val"), "clear")
        shading.set(qn("w:fill"), fill)
        paragraph._p.get_or_add_pPr().append(shading)
        _write(paragraph, runs)


def _shade(cell: Any, fill: str) -> None:
    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:fill"), fill)
    cell._tc.get_or_add_tcPr().append(shading)


def _write(paragraph: Any, runs: list[Run]) -> None:
    for run in runs:
        written = paragraph.add_run(run.text)
        written.bold, written.italic = run.bold or None, run.italic or None


def _with_fixed_dates(data: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, _EPOCH), old.read(name), zipfile.ZIP_DEFLATED)
    return target.getvalue()
