"""Text-layer PDFs: order, positions, hyphens, headings, tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table, TableStyle

from tests.engine.documents.builders import LOREM, SIZE, both, box_of, column, line, make_pdf, read, wrapped


def test_paragraph_lines_flow_into_one_paragraph():
    document = read(make_pdf([column(LOREM, 50, 500, 300)]))
    assert document.text == LOREM.strip()
    assert len(document.lines) == len(wrapped(LOREM, 300))
    assert document.paged


def test_blank_space_parts_paragraphs():
    document = read(make_pdf([both(column("One two three.", 50, 500, 300), column("Four five six.", 50, 470, 300))]))
    assert document.text == "One two three.\n\nFour five six."


@pytest.mark.parametrize("words", ["first words", "second line"])
def test_line_box_is_where_the_text_was_drawn(words: str):
    page = both(line("The first words", 60, 520, 12), line("A second line", 80, 300, 12))
    box = box_of(read(make_pdf([page])), words)
    x, baseline = (60, 520) if words == "first words" else (80, 300)
    assert box.x0 == pytest.approx(x, abs=2)
    assert box.y0 < SIZE[1] - baseline < box.y1 + 0.1
    assert box.y1 - box.y0 == pytest.approx(12, abs=4)


@pytest.mark.parametrize(("turn", "corner"), [(90, "right"), (180, "bottom"), (270, "left")])
def test_rotated_page_boxes_are_as_displayed(turn: int, corner: str):
    """The words start near the top left of the unrotated page; turning it clockwise moves them along."""

    def page(canvas: Canvas) -> None:
        canvas.setPageRotation(turn)
        height = SIZE[1] if turn == 180 else SIZE[0]  # the canvas swaps the sides of a page turned by a quarter
        line("Some rotated words", 20, height - 30, 12)(canvas)

    content = make_pdf([page])
    document = read(content)
    assert document.text == "Some rotated words"
    shown, box = document.pages[0], document.lines[0]
    distances = {"right": shown.width - box.x1, "bottom": shown.height - box.y1, "left": box.x0}
    assert distances[corner] == pytest.approx(20, abs=8)
    assert (box.x1 - box.x0 > box.y1 - box.y0) == (turn == 180)
    assert 0 <= box.x0 <= box.x1 <= shown.width
    assert 0 <= box.y0 <= box.y1 <= shown.height


def test_page_drawn_sideways_reads_in_order():
    def page(canvas: Canvas) -> None:
        canvas.rotate(90)
        canvas.translate(0, -SIZE[0])
        column(LOREM, 50, 300, 400)(canvas)

    document = read(make_pdf([page]))
    assert document.text == LOREM.strip()
    box = document.lines[0]
    assert box.y1 - box.y0 > box.x1 - box.x0


def test_two_columns_are_read_one_after_the_other_below_the_title():
    page = both(
        line("A title across both of the columns of this page", 50, 560, 14),
        column("Left begins here. " + LOREM, 30, 520, 160),
        column("Right begins here. " + LOREM, 215, 520, 160),
        line("A foot note that runs under both columns of this page", 50, 60, 8),
    )
    text = read(make_pdf([page])).text
    order = [text.index(words) for words in ("A title", "Left begins", "Right begins", "A foot note")]
    assert order == sorted(order)
    assert LOREM.strip() in text[order[1] : order[2]]
    assert LOREM.strip() in text[order[2] : order[3]]


def test_columns_drawn_line_by_line_across_the_page_are_still_parted():
    left, right = wrapped("Left. " + LOREM, 160), wrapped("Right. " + LOREM, 160)

    def page(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        for number in range(len(left)):
            canvas.drawString(30, 520 - number * 12, left[number])
            canvas.drawString(215, 520 - number * 12, right[number])

    text = read(make_pdf([page])).text
    assert "Left. " + LOREM.strip() in text
    assert "Right. " + LOREM.strip() in text


def test_justified_text_is_no_table():
    def page(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        for number, words in enumerate(wrapped(LOREM, 240)[:-1]):
            gaps = words.count(" ")
            slack = (270 - canvas.stringWidth(words, "Helvetica", 10)) / gaps
            canvas.drawString(50, 500 - number * 12, words, wordSpace=slack)

    text = read(make_pdf([page])).text
    assert "|" not in text
    assert LOREM.strip().startswith(text)


def test_ruled_table_keeps_cells_of_a_row_together():
    rows = [["Drug", "Dose", "Note"], ["Amoxicillin", "500 mg\nthree times", "with food"], ["Ibuprofen", "200 mg", ""]]

    def page(canvas: Canvas) -> None:
        table = Table(rows, colWidths=[90, 90, 90])
        table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black")]))
        table.wrapOn(canvas, 300, 300)
        table.drawOn(canvas, 50, 300)

    text = read(make_pdf([page])).text
    assert text.splitlines() == [
        "Drug | Dose | Note",
        "Amoxicillin | 500 mg three times | with food",
        "Ibuprofen | 200 mg",
    ]


def test_table_without_rulings_is_recognised_by_its_gaps():
    def page(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        for number, row in enumerate([("Age", "Dose", "Times"), ("1-5", "5 ml", "3"), ("6-12", "10 ml", "3")]):
            for x, cell in zip((50, 150, 250), row, strict=True):
                canvas.drawString(x, 500 - 14 * number, cell)

    assert read(make_pdf([page])).text.splitlines() == ["Age | Dose | Times", "1-5 | 5 ml | 3", "6-12 | 10 ml | 3"]


def test_bullets_stay_on_lines_of_their_own():
    def page(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        for number, words in enumerate(["check the label", "check the date", "sign the log"]):
            canvas.drawString(50, 500 - 14 * number, "•")
            canvas.drawString(68, 500 - 14 * number, words)

    assert read(make_pdf([page])).text.splitlines() == ["• check the label", "• check the date", "• sign the log"]


def test_soft_hyphen_at_line_end_is_joined_and_offsets_stay_exact():
    page = both(line("Treatment of hyper-", 50, 500), line("tension needs a plan.", 50, 488))
    document = read(make_pdf([page]))
    assert document.text == "Treatment of hypertension needs a plan."
    first, second = document.lines
    assert document.text[first.start : first.end] == "Treatment of hyper"
    assert document.text[second.start : second.end] == "tension needs a plan."


def test_hyphen_of_the_word_itself_is_kept():
    page = both(
        line("We give evidence-based advice here, and it is well", 50, 500),
        line("known that the best advice is evidence-", 50, 488),
        line("based.", 50, 476),
    )
    assert "evidence-based." in read(make_pdf([page])).text


def test_headings_by_size_with_levels():
    page = both(
        line("Cold chain", 50, 560, 20, "Helvetica-Bold"),
        line("Storage", 50, 520, 14, "Helvetica-Bold"),
        column(LOREM, 50, 490, 300),
        line("Transport", 50, 380, 14, "Helvetica-Bold"),
        column(LOREM, 50, 350, 300),
    )
    document = read(make_pdf([page]))
    assert [(h.text, h.level) for h in document.headings] == [("Cold chain", 1), ("Storage", 2), ("Transport", 2)]
    assert document.title == "Cold chain"


def test_outline_gives_heading_levels():
    def page(canvas: Canvas) -> None:
        for key, title, level, y in (("a", "Part one", 0, 560), ("b", "Chapter", 1, 500), ("c", "Detail", 2, 440)):
            canvas.bookmarkPage(key)
            canvas.addOutlineEntry(title, key, level)
            line(title, 50, y, 14, "Helvetica-Bold")(canvas)
            column("Some body text that is long enough to count as such.", 50, y - 20, 300)(canvas)

    document = read(make_pdf([page]))
    assert [(h.text, h.level) for h in document.headings] == [("Part one", 1), ("Chapter", 2), ("Detail", 3)]


def test_headings_one_below_the_other_are_not_joined_and_wrapped_ones_are():
    page = both(
        line("A. Screening", 50, 560, 12, "Helvetica-Bold"),
        line("Recommendation", 50, 545, 12, "Helvetica-Bold"),
        column(LOREM, 50, 520, 300),
        line("Monitoring of blood pressure between two of the", 50, 430, 12, "Helvetica-Bold"),
        line("visits", 50, 415, 12, "Helvetica-Bold"),
        column(LOREM, 50, 390, 300),
    )
    found = [heading.text for heading in read(make_pdf([page])).headings]
    assert found == ["A. Screening", "Recommendation", "Monitoring of blood pressure between two of the visits"]


def test_right_to_left_text_reads_in_logical_order():
    """Hebrew as PDF producers write it: glyphs from left to right, so words and letters backwards, numbers not."""
    font = next(Path("/usr/share/fonts").rglob("DejaVuSans.ttf"), None)
    if font is None:
        pytest.skip("no font with Hebrew letters on this machine")
    registerFont(TTFont("Hebrew", str(font)))
    logical = ["שלום לכולם זה מסמך בדיקה", "נתן 500 מג תרופה ביום"]

    def page(canvas: Canvas) -> None:
        canvas.setFont("Hebrew", 12)
        for number, words in enumerate(logical):
            visual = " ".join(word if word.isdigit() else word[::-1] for word in reversed(words.split()))
            canvas.drawRightString(350, 500 - 16 * number, visual)

    document = read(make_pdf([page]))
    assert [document.text[box.start : box.end] for box in document.lines] == logical


def test_title_of_the_metadata_wins_and_file_names_in_it_do_not():
    def titled(title: str) -> bytes:
        def page(canvas: Canvas) -> None:
            canvas.setTitle(title)
            column(LOREM, 50, 500, 300)(canvas)

        return make_pdf([page])

    assert read(titled("Vaccine storage"), "x.pdf").title == "Vaccine storage"
    assert read(titled("draft3.docx"), "Fridge rules.pdf").title == "Fridge rules"


def test_text_drawn_twice_counts_once():
    page = both(line("Shadowed words", 50, 500, 12), line("Shadowed words", 50.4, 499.8, 12))
    assert read(make_pdf([page])).text == "Shadowed words"


def test_text_off_the_page_is_not_read():
    page = both(line("Shown", 50, 500), line("Hidden beyond the edge", 50, 900))
    assert read(make_pdf([page])).text == "Shown"


def test_ligatures_soft_hyphens_and_odd_spaces_are_cleaned():
    page = line("The patient\u00a0was re\u00adferred")
    assert read(make_pdf([page])).text in ("The patient was referred", "The patient was re-ferred")
