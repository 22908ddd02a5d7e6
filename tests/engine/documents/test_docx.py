"""Word documents."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from engine.documents.limits import Limits
from engine.errors import UnreadableDocument
from engine.types import DocumentText
from tests.engine.documents.builders import read


def saved(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def read_docx(document: Any) -> DocumentText:
    return read(saved(document), "file.docx")


def test_headings_paragraphs_and_title():
    document = docx.Document()
    document.add_heading("Sharps injuries", 0)
    document.add_heading("First aid", 1)
    document.add_paragraph("Let the wound bleed.")
    document.add_heading("Afterwards", 2)
    document.add_paragraph("Call occupational health.")
    text = read_docx(document)
    assert text.text.split("\n\n") == [
        "Sharps injuries", "First aid", "Let the wound bleed.", "Afterwards", "Call occupational health.",
    ]  # fmt: skip
    assert [(h.text, h.level) for h in text.headings] == [("Sharps injuries", 1), ("First aid", 1), ("Afterwards", 2)]
    assert text.title == "Sharps injuries"
    assert not text.paged
    assert text.lines == []


def test_tables_are_rows_and_merged_cells_count_once():
    document = docx.Document()
    table = document.add_table(3, 3)
    for row, cells in enumerate([("Drug", "Dose", "Note"), ("Ibuprofen", "200 mg", "food"), ("", "400 mg", "adults")]):
        for cell, words in zip(table.rows[row].cells, cells, strict=True):
            cell.text = words
    table.cell(1, 0).merge(table.cell(2, 0))
    assert read_docx(document).text.splitlines() == [
        "Drug | Dose | Note",
        "Ibuprofen | 200 mg | food",
        "400 mg | adults",
    ]


def test_nested_table_is_read_with_its_cell():
    document = docx.Document()
    outer = document.add_table(1, 2)
    outer.cell(0, 0).text = "Outer"
    inner = outer.cell(0, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "in", "ner"
    assert read_docx(document).text == "Outer | in ner"


def test_lists_carry_bullets_and_numbers():
    document = docx.Document()
    document.add_paragraph("Check the label", style="List Bullet")
    document.add_paragraph("Wash hands", style="List Number")
    document.add_paragraph("Put on gloves", style="List Number")
    assert read_docx(document).text.splitlines() == ["• Check the label", "1. Wash hands", "2. Put on gloves"]


def test_page_headers_deleted_and_hidden_text_are_left_out():
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Confidential header"
    document.sections[0].footer.paragraphs[0].text = "Page footer"
    paragraph = document.add_paragraph("Shown. ")
    hidden = paragraph.add_run("Hidden.")
    hidden.font.hidden = True
    deleted = parse_xml(f'<w:del {nsdecls("w")} w:id="1" w:author="x"><w:r><w:delText>Gone.</w:delText></w:r></w:del>')
    inserted = parse_xml(f'<w:ins {nsdecls("w")} w:id="2" w:author="x"><w:r><w:t>Added.</w:t></w:r></w:ins>')
    paragraph._p.append(deleted)
    paragraph._p.append(inserted)
    assert read_docx(document).text == "Shown. Added."


def test_text_boxes_and_content_controls_are_read_once():
    document = docx.Document()
    paragraph = document.add_paragraph("Before.")
    box = (
        f'<w:r {nsdecls("w")} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        "<mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>"
        "<w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></w:txbxContent>"
        "</w:drawing></mc:Choice><mc:Fallback><w:pict>"
        "<w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></w:txbxContent>"
        "</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    paragraph._p.append(parse_xml(box))
    control = f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>Controlled.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    document.element.body.insert(1, parse_xml(control))
    assert read_docx(document).text.split("\n\n") == ["Before.", "In a box.", "Controlled."]


def test_line_breaks_tabs_and_outline_levels():
    document = docx.Document()
    paragraph = document.add_paragraph("One\nTwo\tThree")
    heading = document.add_paragraph("By outline level")
    heading._p.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="1"/>'))
    text = read_docx(document)
    assert paragraph._p.find(qn("w:r")) is not None
    assert text.text == "One\nTwo Three\n\nBy outline level"
    assert [(h.text, h.level) for h in text.headings] == [("By outline level", 2)]


def test_archive_that_unpacks_to_far_more_is_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 30_000_000)
    with pytest.raises(UnreadableDocument, match="unpacks"):
        read(buffer.getvalue(), "bomb.docx")
    with pytest.raises(UnreadableDocument, match="unpacks"):
        read(saved(docx.Document()), "large.docx", limits=Limits(unpacked_bytes=1000))


def test_empty_document_is_refused():
    with pytest.raises(UnreadableDocument, match="no text"):
        read_docx(docx.Document())


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9])
def test_truncated_file_is_refused(kept: float):
    document = docx.Document()
    document.add_paragraph("Words")
    content = saved(document)
    with pytest.raises(UnreadableDocument, match="damaged"):
        read(content[: int(len(content) * kept)], "cut.docx")


@pytest.mark.parametrize(
    "part", [b"", b"<not xml", b"<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'/>"]
)
def test_broken_main_part_is_refused(part: bytes):
    document = docx.Document()
    document.add_paragraph("Words")
    source, target = zipfile.ZipFile(io.BytesIO(saved(document))), io.BytesIO()
    with source, zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            archive.writestr(name, part if name == "word/document.xml" else source.read(name))
    with pytest.raises(UnreadableDocument):
        read(target.getvalue(), "broken.docx")


def test_entities_are_not_expanded():
    document = docx.Document()
    document.add_paragraph("Words")
    source, target = zipfile.ZipFile(io.BytesIO(saved(document))), io.BytesIO()
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    with source, zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            data = source.read(name)
            if name == "word/document.xml":
                data = bomb + data.split(b"?>", 1)[1].replace(b"Words", b"Words&x;")
            archive.writestr(name, data)
    assert read(target.getvalue(), "entity.docx").text == "Words"
