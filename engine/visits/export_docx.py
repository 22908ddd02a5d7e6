"""A note as a Word document, with the marks of its sentences."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from engine.types import Visit
from engine.visits.heading import facts, local, signature_lines
from engine.visits.marks import LEGEND, LIMITS, Run, lines
from engine.visits.paper import BULLETS, COLOURS, MUTED, page_line


def as_docx(visit: Visit, title: str) -> bytes:
    """The note of a visit as a DOCX file. The visit must have a note."""
    import docx
    from docx.shared import Pt

    document = docx.Document()
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title, visit.info.author_name, ""
    properties.created = properties.modified = datetime.fromisoformat(visit.info.changed_at)
    normal = document.styles["Normal"].font
    normal.name, normal.size = "Calibri", Pt(11)
    document.add_heading(title, 0)
    _facts(document, visit)
    for section in visit.note.sections if visit.note is not None else []:
        if section.text.strip():
            document.add_heading(section.title, 2)
            for line in lines(section):
                _line(document, line)
    document.add_paragraph()
    for text in signature_lines(visit):
        document.add_paragraph(text)
    for each in visit.addenda:
        document.add_heading(f"Addendum by {each.name}, {local(each.at)}", 2)
        for text in each.text.splitlines():
            document.add_paragraph(text)
    _legend(document)
    document.sections[0].footer.paragraphs[0].text = page_line(visit)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _facts(document: Any, visit: Visit) -> None:
    table = document.add_table(rows=0, cols=2)
    for name, value in facts(visit):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = name, value
        cells[0].paragraphs[0].runs[0].bold = True


def _line(document: Any, line: list[Run]) -> None:
    bullet = line[0][0].lstrip().startswith(BULLETS)
    if bullet:
        line = [(line[0][0].lstrip()[2:], line[0][1]), *line[1:]]
    paragraph = document.add_paragraph(style="List Bullet" if bullet else None)
    for text, sign in line:
        paragraph.add_run(text)
        if sign:
            _sign(paragraph, f" {sign}")


def _sign(paragraph: Any, text: str) -> None:
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(text)
    run.font.color.rgb = RGBColor.from_string(COLOURS[text.strip()])
    run.font.size = Pt(8)


def _legend(document: Any) -> None:
    from docx.shared import Pt, RGBColor

    legend = document.add_paragraph()
    for sign, meaning in LEGEND:
        _sign(legend, f"{sign} ")
        legend.add_run(f"{meaning}   ")
    legend.add_run(LIMITS)
    for run in legend.runs:
        run.font.size = Pt(8)
        if run.font.color.rgb is None:
            run.font.color.rgb = RGBColor.from_string(MUTED)
