"""Tables are known by their bars in whatever a reader made of them, and their columns by the first row."""

from __future__ import annotations

import io

import pytest
from reportlab.lib import colors
from reportlab.lib.pagesizes import A5
from reportlab.platypus import SimpleDocTemplate
from reportlab.platypus import Table as DrawnTable

from engine.memory.chunking import chunk_document
from engine.memory.tables import find_tables
from tests.engine.documents.builders import read

NAMES = ["Medicine", "Usual dose", "Maximum in 24 hours"]
HEADER = " | ".join(NAMES)
ROWS = [[f"Drug{n}", f"{n} mg twice daily, in the morning and at night", f"{4 * n} mg"] for n in range(1, 51)]


def tables(text: str) -> list[tuple[str, list[str]]]:
    return [(table.header, [text[start:end] for start, end in table.rows]) for table in find_tables(text, 0, len(text))]


def test_the_first_row_names_the_columns_and_belongs_to_the_second() -> None:
    text = "Before.\n\nDrug | Dose\nA | 1 mg\nB | 2 mg\n\nAfter."
    assert tables(text) == [("Drug | Dose", ["Drug | Dose\nA | 1 mg", "B | 2 mg"])]


def test_one_line_with_a_bar_is_no_table() -> None:
    assert tables("Home | About us\n\nText.\n\nPage 1 | 2026") == []


@pytest.mark.parametrize("label", ["Infection", "Infection |  |  |"])
def test_the_name_of_a_group_belongs_to_the_row_below_it(label: str) -> None:
    text = f"Drug | Dose | Most\nA | 1 mg | 2\n{label}\nB | 2 mg | 4\nC | 3 mg | 6"
    assert tables(text)[0][1][1:] == [f"{label}\nB | 2 mg | 4", "C | 3 mg | 6"]


def test_names_repeated_on_the_next_page_belong_to_the_row_below_them() -> None:
    text = "Drug | Dose\nA | 1 mg\nB | 2 mg\nDrug | Dose\nC | 3 mg"
    assert tables(text) == [("Drug | Dose", ["Drug | Dose\nA | 1 mg", "B | 2 mg", "Drug | Dose\nC | 3 mg"])]


@pytest.mark.parametrize(
    "first",
    ["5 mg | 10 mg", "Acetaminophen | 325 mg tablets", "Ask first. | Then decide.", "- | -", f"Drug | {'long ' * 20}"],
)
def test_values_and_sentences_are_no_names_of_columns(first: str) -> None:
    ((header, rows),) = tables(f"{first}\nA | 1 mg\nB | 2 mg")
    assert header == ""
    assert len(rows) == 3


def test_a_column_may_be_named_by_a_sign() -> None:
    assert tables("Topic | # | Recommendation\nFever | 1 | Measure")[0][0] == "Topic | # | Recommendation"


def test_long_lines_between_end_a_table() -> None:
    between = "This line says something about both tables and is too long for the name of a group of rows."
    assert len(tables(f"A | B\nC | D\n{between}\nE | F\nG | H")) == 2


def pdf() -> bytes:
    buffer = io.BytesIO()
    drawn = DrawnTable([NAMES, *ROWS], repeatRows=1, style=[("GRID", (0, 0), (-1, -1), 0.5, colors.black)])
    SimpleDocTemplate(buffer, pagesize=A5).build([drawn])
    return buffer.getvalue()


def docx() -> bytes:
    from docx import Document

    document, buffer = Document(), io.BytesIO()
    table = document.add_table(rows=0, cols=3)
    for row in [NAMES, *ROWS]:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.save(buffer)
    return buffer.getvalue()


def html() -> bytes:
    cells = ["".join(f"<td>{cell}</td>" for cell in row) for row in ROWS]
    names = "".join(f"<th>{name}</th>" for name in NAMES)
    body = "".join(f"<tr>{row}</tr>" for row in cells)
    return f"<html><body><table><tr>{names}</tr>{body}</table></body></html>".encode()


def markdown() -> bytes:
    lines = [NAMES, ["---"] * 3, *ROWS]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines).encode()


@pytest.mark.parametrize(
    ("name", "content"), [("t.pdf", pdf()), ("t.docx", docx()), ("t.html", html()), ("t.md", markdown())]
)
def test_tables_of_every_format_are_cut_under_the_names_of_their_columns(name: str, content: bytes) -> None:
    text = read(content, name)
    chunks = chunk_document(text)
    assert len(chunks) > 5
    for row in (" | ".join(cells) for cells in ROWS):
        (chunk,) = [each for each in chunks if row in each.text]
        assert HEADER in (chunk.header or chunk.text)
        assert chunk.text == text.text[chunk.start : chunk.end]
