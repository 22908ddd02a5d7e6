"""PDF pages: running heads, forms, passwords, damage, blank pages, progress, cancelling."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from engine.cancellation import Cancelled
from engine.documents.limits import Limits
from engine.documents.messages import ReadDocument
from engine.documents.ocr import TextRecognizer
from engine.documents.reader import DocumentReader
from engine.errors import PasswordRequired, UnreadableDocument, UserError
from tests.engine.documents.builders import LOREM, Page, both, column, line, make_pdf, read


def numbered(number: int, body: str) -> Page:
    return both(
        line("Riverside Clinic - Cold chain policy", 50, 580, 8),
        line(f"Page {number} of 4", 300, 20, 8),
        line("Version 3, June 2026", 50, 20, 8),
        column(body, 50, 540, 300),
    )


def test_headers_and_footers_are_removed_and_the_body_is_kept():
    bodies = [f"Chapter {word} begins. {LOREM}" for word in ("one", "two", "three", "four")]
    document = read(make_pdf([numbered(n, body) for n, body in enumerate(bodies, start=1)]))
    for page, body in zip(document.pages, bodies, strict=True):
        assert document.text[page.start : page.end] == body.strip()


def test_headers_that_alternate_between_left_and_right_pages_are_removed():
    pages = [
        both(line("Cold chain" if n % 2 else "Riverside Clinic", 50, 580, 8), column(f"{n}. {LOREM}", 50, 540, 300))
        for n in range(1, 9)
    ]
    text = read(make_pdf(pages)).text
    assert "Cold chain" not in text
    assert "Riverside" not in text


def test_bare_page_numbers_are_removed_and_other_numbers_stay():
    words = {7: "seven", 8: "eight", 9: "nine", 10: "ten"}
    pages = [both(column(f"On {w}: {LOREM}", 50, 540, 300), line(str(n), 200, 20)) for n, w in words.items()]
    pages[2] = both(pages[2], line("42", 50, 300))
    document = read(make_pdf(pages))
    shown = [document.text[page.start : page.end].split("\n\n") for page in document.pages]
    assert [len(blocks) for blocks in shown] == [1, 1, 2, 1]
    assert shown[2] == [f"On nine: {LOREM.strip()}", "42"]


def on_two_pages(*repeated: Page, bodies: tuple[str, str] = (f"One. {LOREM}", f"Two. {LOREM}")) -> str:
    return read(make_pdf([both(*repeated, column(body, 50, 540, 300)) for body in bodies])).text


def test_headers_and_footers_of_two_pages_are_removed():
    header, footer = line("Riverside Clinic - Cold chain", 50, 580, 8), line("Version 3, June 2026", 50, 20, 8)
    assert on_two_pages(header, footer) == f"One. {LOREM.strip()}\nTwo. {LOREM.strip()}"


def test_page_numbers_in_the_footer_of_two_pages_are_removed():
    pages = [
        both(line(f"RFP-C-04, version 7, page {n}", 50, 20, 8), column(f"{word}. {LOREM}", 50, 540, 300))
        for n, word in ((3, "Three"), (4, "Four"))
    ]
    assert "RFP" not in read(make_pdf(pages)).text


def test_the_title_of_two_pages_stays_where_it_stands_first():
    text = on_two_pages(line("Sharps injuries", 50, 580, 14))
    assert text.count("Sharps injuries") == 1
    assert text.startswith("Sharps injuries")


@pytest.mark.parametrize(
    "repeated",
    [
        line("Wash the wound at once.", 50, 480, 8),  # inside the page
        line("Wash the wound at once.", 50, 549, 8),  # the first line of the text
        both(*(line(f"{n}. Wash the wound.", 50, 590 - 10 * n, 8) for n in range(1, 6))),  # two copies of a text
    ],
    ids=["inside", "joined", "long"],
)
def test_text_that_two_pages_share_is_kept(repeated: Page):
    assert on_two_pages(repeated, bodies=("One.", "Two.")).count("Wash the wound") in (2, 10)


def test_two_copies_of_one_page_are_kept():
    text = on_two_pages(bodies=(LOREM, LOREM))
    assert text == f"{LOREM.strip()}\n{LOREM.strip()}"


def test_rows_that_differ_on_two_pages_are_kept():
    pages = [both(line(f"Dose {n} mg", 50, 580, 8), column(f"{n}. {LOREM}", 50, 540, 300)) for n in (5, 10)]
    text = read(make_pdf(pages)).text
    assert "Dose 5 mg" in text
    assert "Dose 10 mg" in text


def test_pages_that_say_nothing_but_the_same_words_are_kept():
    document = read(make_pdf([line("This page is a form", 50, 580)] * 3))
    assert document.text == "\n".join(["This page is a form"] * 3)


def test_password_is_asked_for_and_opens():
    content = make_pdf([line("Locked words")], password="tetanus")
    with pytest.raises(PasswordRequired) as missing:
        read(content)
    assert "password" in missing.value.message
    with pytest.raises(PasswordRequired) as wrong:
        read(content, password="rabies")  # pragma: allowlist secret
    assert wrong.value.message != missing.value.message
    assert read(content, password="tetanus").text == "Locked words"  # pragma: allowlist secret


def test_form_values_are_read_where_they_stand():
    def page(canvas: Canvas) -> None:
        line("Name:", 50, 500)(canvas)
        canvas.acroForm.textfield(name="name", x=100, y=494, width=150, height=18, value="Ada Lovelace")
        line("Smoker", 80, 460)(canvas)
        canvas.acroForm.checkbox(name="smoker", x=50, y=456, size=16, checked=True)
        line("Pregnant", 80, 430)(canvas)
        canvas.acroForm.checkbox(name="pregnant", x=50, y=426, size=16, checked=False)

    lines = read(make_pdf([page])).text.splitlines()
    assert "Name: Ada Lovelace" in lines
    assert any("☑" in found and "Smoker" in found for found in lines)
    assert any(found == "Pregnant" for found in lines)


def test_blank_document_is_refused_as_blank():
    with pytest.raises(UnreadableDocument, match="blank"):
        read(make_pdf([lambda canvas: None] * 2))


def test_blank_page_between_others_is_an_empty_page():
    document = read(make_pdf([line("One"), lambda canvas: None, line("Three")]))
    assert [document.text[p.start : p.end] for p in document.pages] == ["One", "", "Three"]
    assert document.warnings == []


def test_a_page_that_fails_is_named_and_the_rest_is_read():
    pages = [line("Short one"), column(LOREM, 50, 540, 300), line("Short three")]
    document = read(make_pdf(pages), limits=Limits(glyphs_per_page=100))
    assert document.warnings == ["Page 2 could not be read."]
    assert [document.text[p.start : p.end] for p in document.pages] == ["Short one", "", "Short three"]


def test_document_of_which_every_page_fails_is_refused():
    with pytest.raises(UnreadableDocument, match="None of the PDF's pages"):
        read(make_pdf([column(LOREM, 50, 540, 300)]), limits=Limits(glyphs_per_page=10))


def test_too_many_pages_and_too_large_files_are_refused():
    content = make_pdf([line("a"), line("b"), line("c")])
    with pytest.raises(UnreadableDocument, match="3 pages"):
        read(content, limits=Limits(pages=2))
    with pytest.raises(UnreadableDocument, match="too large"):
        read(content, limits=Limits(file_bytes=100))


def test_progress_counts_pages_to_the_end():
    seen: list[tuple[int, int, bool]] = []
    read(make_pdf([line("a"), line("b"), line("c")]), progress=seen)
    assert seen == [(0, 3, False), (1, 3, False), (2, 3, False), (3, 3, False)]


def test_cancelling_stops_between_pages():
    reader = DocumentReader(Limits(), TextRecognizer())
    calls = 0

    def check() -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        reader.read(ReadDocument("a.pdf", make_pdf([line("a")] * 9)), lambda _d, _t, _o: None, check)
    assert calls == 3


SOUND = make_pdf([both(line("A heading", 50, 560, 16), column(LOREM, 50, 540, 300)), line("Second page")])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_damaged_files_are_read_or_refused_but_never_empty(data: st.DataObject):
    damaged = bytearray(SOUND)
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    del damaged[data.draw(st.integers(0, len(damaged))) :]
    try:
        document = read(bytes(damaged))
    except UserError as error:
        assert error.message
    else:
        assert document.text.strip()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=60),
            st.floats(10, 350),
            st.floats(10, 580),
            st.sampled_from([8.0, 10.0, 16.0]),
            st.sampled_from([0, 0, 0, 90, 30]),
        ),
        min_size=1,
        max_size=25,
    )
)
def test_any_scatter_of_text_gives_consistent_offsets(items: list[tuple[str, float, float, float, int]]):
    def page(canvas: Canvas) -> None:
        for text, x, y, size, angle in items:
            canvas.saveState()
            canvas.translate(x, y)
            canvas.rotate(angle)
            canvas.setFont("Helvetica", size)
            canvas.drawString(0, 0, text)
            canvas.restoreState()

    try:
        document = read(make_pdf([page, page]))  # read() checks the offsets
    except UnreadableDocument:
        assert not any(character.isalnum() for text, *_ in items for character in text[:2])
    else:
        assert len(document.pages) == 2
