"""Reading order of two-column pages with ruled tables, rules, headers and footers."""

from __future__ import annotations

import pytest
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table, TableStyle

from tests.engine.documents.builders import LOREM, Page, both, column, line, make_pdf, read

_STEPS = "The pharmacist counts the tablets and a second person checks the count against the order. "


def _ruled(rows: list[list[str]], x: float, y: float) -> Page:
    """A ruled table whose lower left corner is at x, y."""

    def draw(canvas: Canvas) -> None:
        table = Table(rows, colWidths=[80, 80])
        table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black")]))
        table.wrapOn(canvas, 200, 300)
        table.drawOn(canvas, x, y)

    return draw


def _rule(y: float) -> Page:
    return lambda canvas: canvas.line(30, y, 375, y)


def _columns(standing_out: float) -> Page:
    """Two columns with a table at a different height in each, its border standing out to the left of the text."""
    left = [["Target", "Range"], ["Valve", "3.0"], ["Clot", "2.5"]]
    right = [["Tablet", "Color"], ["1 mg", "Pink"], ["2 mg", "Lavender"], ["5 mg", "Peach"]]
    return both(
        column("Left begins. " + LOREM, 30, 520, 160),
        _ruled(left, 30 - standing_out, 280),
        column("Left ends. " + _STEPS, 30, 250, 160),
        column("Right begins. " + _STEPS, 215, 520, 160),
        _ruled(right, 215 - standing_out, 370),
        column("Right ends. " + LOREM, 215, 340, 160),
    )


def _in_order(text: str, *words: str) -> None:
    found = [text.index(each) for each in words]
    assert found == sorted(found)


@pytest.mark.parametrize("standing_out", [0.0, 1.0, 5.4])
def test_a_ruled_table_in_each_column_does_not_break_the_columns(standing_out: float):
    text = read(make_pdf([_columns(standing_out)])).text
    _in_order(text, "Left begins", "Target | Range", "Left ends", "Right begins", "Tablet | Color", "Right ends")
    assert LOREM.strip() in text[: text.index("Target")]
    assert _STEPS.strip() in text[text.index("Right begins") : text.index("Tablet")]


@pytest.mark.parametrize("ruled", [True, False])
def test_halves_of_header_and_footer_are_read_outside_the_columns(ruled: bool):
    parts = [
        line("Riverside Practice", 30, 575, 8),
        line("Patient leaflet L-09", 290, 575, 8),
        _columns(1.0),
        line("Not for clinical use", 30, 40, 8),
        line("Version two of this", 300, 40, 8),
    ]
    if ruled:
        parts += [_rule(545), _rule(55)]
    text = read(make_pdf([both(*parts)])).text
    _in_order(text, "Riverside", "Patient leaflet", "Left begins", "Left ends", "Right begins", "Right ends")
    _in_order(text, "Right ends", "Not for clinical", "Version two")


def test_columns_above_and_below_a_rule_are_read_apart():
    page = both(
        column("One. " + _STEPS, 30, 520, 160),
        column("Two. " + _STEPS, 215, 520, 160),
        _rule(440),
        column("Three. " + _STEPS, 30, 420, 160),
        column("Four. " + _STEPS, 215, 420, 160),
    )
    _in_order(read(make_pdf([page])).text, "One.", "Two.", "Three.", "Four.")


def test_a_table_with_a_very_long_cell_stays_a_table():
    long = LOREM * 6
    rows = [["Set", "Concept", "Strategy"], ["1", "Cold chain", "#1"], ["2", "Storage", "#2"]]

    def page(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 4)
        cells = [*rows[:2], ["2", "Storage", "\n".join(long[i : i + 110] for i in range(0, len(long), 110))]]
        table = Table(cells, colWidths=[30, 60, 250])
        table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black"), ("FONTSIZE", (0, 0), (-1, -1), 4)]))
        table.wrapOn(canvas, 380, 500)
        table.drawOn(canvas, 20, 100)

    lines = read(make_pdf([page])).text.splitlines()
    assert lines[:2] == ["Set | Concept | Strategy", "1 | Cold chain | #1"]
    assert lines[2].startswith("2 | Storage | The nurse checks")


def test_a_sentence_that_ends_in_bold_stays_one_paragraph():
    page = both(
        line("Your dose changes, so two people with the", 50, 500), line("same illness.", 50, 488, 10, "Helvetica-Bold")
    )
    assert read(make_pdf([page])).text == "Your dose changes, so two people with the same illness."
