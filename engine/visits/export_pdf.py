"""A note as a PDF, with the marks of its sentences."""

from __future__ import annotations

import io
from typing import Any
from xml.sax.saxutils import escape

from engine.types import Visit
from engine.visits.heading import facts, local, signature_lines
from engine.visits.marks import LEGEND, LIMITS, Run, lines
from engine.visits.paper import BULLETS, COLOURS, MUTED, page_line
from engine.visits.pdf_fonts import Fonts, fonts_for

_MARGIN_MM = 20
_PADDING = 6  # points that a frame keeps free on its sides
# The shapes stand in one of the fonts that every PDF reader has (PDF 32000-1, annex D.6).
_SHAPES = "ZapfDingbats"


def as_pdf(visit: Visit, title: str) -> bytes:
    """The note of a visit as an A4 PDF. The visit must have a note."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.platypus import SimpleDocTemplate

    fonts = fonts_for(_all_words(visit, title))
    file = io.BytesIO()
    margin = _MARGIN_MM * mm
    document = SimpleDocTemplate(
        file, pagesize=A4, leftMargin=margin, rightMargin=margin, topMargin=margin, bottomMargin=margin,
        title=title, author=visit.info.author_name, creator="Chartside",
    )  # fmt: skip
    foot = _foot(page_line(visit), fonts)
    document.build(_story(visit, title, fonts), onFirstPage=foot, onLaterPages=foot)
    return file.getvalue()


def _story(visit: Visit, title: str, fonts: Fonts) -> list[Any]:
    from reportlab.lib.units import mm
    from reportlab.platypus import Paragraph, Spacer, Table

    styles = _styles(fonts)
    rows = [
        [Paragraph(escape(name), styles["bold"]), Paragraph(escape(value), styles["text"])]
        for name, value in facts(visit)
    ]
    tight = [(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "TOP", "BOTTOM")]
    table = Table(rows, colWidths=[28 * mm, None], hAlign="LEFT", style=tight)
    story: list[Any] = [Paragraph(escape(title), styles["title"]), table]
    for section in visit.note.sections if visit.note is not None else []:
        if section.text.strip():
            story.append(Paragraph(escape(section.title), styles["heading"]))
            story += [_line(line, styles) for line in lines(section)]
    story.append(Spacer(1, 6 * mm))
    story += [Paragraph(escape(line), styles["text"]) for line in signature_lines(visit)]
    for each in visit.addenda:
        story.append(Paragraph(escape(f"Addendum by {each.name}, {local(each.at)}"), styles["heading"]))
        story += [Paragraph(escape(text), styles["text"]) for text in each.text.splitlines() if text.strip()]
    legend = " &nbsp; ".join(f"{_sign(sign)} {escape(meaning)}" for sign, meaning in LEGEND)
    story += [Spacer(1, 8 * mm), Paragraph(legend, styles["small"]), Paragraph(escape(LIMITS), styles["small"])]
    return story


def _line(line: list[Run], styles: dict[str, Any]) -> Any:
    from reportlab.platypus import Paragraph

    bullet = line[0][0].lstrip().startswith(BULLETS)
    if bullet:
        line = [(line[0][0].lstrip()[2:], line[0][1]), *line[1:]]
    words = "".join(escape(text) + (f" {_sign(sign)}" if sign else "") for text, sign in line)
    return Paragraph(words, styles["bullet" if bullet else "text"], bulletText="–" if bullet else None)


def _sign(sign: str) -> str:
    return f'<font name="{_SHAPES}" size="7" color="#{COLOURS[sign]}">{sign}</font>'


def _styles(fonts: Fonts) -> dict[str, Any]:
    from reportlab.lib.colors import HexColor
    from reportlab.lib.styles import ParagraphStyle

    text = ParagraphStyle("text", fontName=fonts.regular, fontSize=10, leading=14, spaceAfter=3)
    return {
        "text": text,
        "bold": ParagraphStyle("bold", text, fontName=fonts.bold),
        "bullet": ParagraphStyle("bullet", text, leftIndent=12, bulletIndent=2, bulletFontName=fonts.regular),
        "title": ParagraphStyle("title", text, fontName=fonts.bold, fontSize=18, leading=22, spaceAfter=8),
        "heading": ParagraphStyle(
            "heading", text, fontName=fonts.bold, fontSize=12, leading=16, spaceBefore=10, keepWithNext=1
        ),
        "small": ParagraphStyle("small", text, fontSize=8, leading=11, textColor=HexColor(f"#{MUTED}")),
    }


def _foot(words: str, fonts: Fonts) -> Any:
    def draw(canvas: Any, document: Any) -> None:
        from reportlab.lib.colors import HexColor
        from reportlab.lib.units import mm

        canvas.setFont(fonts.regular, 8)
        canvas.setFillColor(HexColor(f"#{MUTED}"))
        left = _MARGIN_MM * mm + _PADDING
        canvas.drawString(left, 10 * mm, words)
        canvas.drawRightString(document.pagesize[0] - left, 10 * mm, f"page {document.page}")

    return draw


def _all_words(visit: Visit, title: str) -> str:
    note = visit.note
    parts = [title, visit.info.patient, visit.info.author_name, *(f"{a.name}{a.text}" for a in visit.addenda)]
    parts += [f"{each.title}{each.text}" for each in (note.sections if note is not None else [])]
    return "".join(parts)
