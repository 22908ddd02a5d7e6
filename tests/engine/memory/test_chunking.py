"""Passages hold every word once, at exact offsets, within sizes, under their headings."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evidence.sentences import split_sentences
from engine.memory.chunking import ChunkSizes, chunk_document
from engine.memory.terms import words
from engine.types import DocumentText, Heading, PageText
from tests.engine.memory.conftest import document

SENTENCE = "Take the blood pressure twice, five minutes apart, with the patient seated and at rest. "

pieces = st.sampled_from(
    [
        "Give 5 mg b.i.d. daily. ",
        "# A heading\n",
        "## Dose\n",
        "- an item\n",
        "| a | b |\n",
        "Name | Dose | How\n",
        "A | 5 mg | b.i.d. daily\n",
        "\n",
        "\n\n",
        "x" * 300,
        "语。",
        " ",
    ]
)


@settings(deadline=None)
@given(st.lists(pieces, max_size=60), st.integers(60, 400))
def test_every_word_is_in_one_passage_at_its_place(parts: list[str], target: int) -> None:
    text = "".join(parts)
    chunks = chunk_document(document(text), ChunkSizes(target, target + 40, target // 4))
    end = 0
    for chunk in chunks:
        assert chunk.text == text[chunk.start : chunk.end] == chunk.text.strip()
        assert not words(text[end : chunk.start])
        assert 0 < len(chunk.text) <= target + 40
        end = chunk.end
    assert not words(text[end:])


def test_passages_begin_and_end_with_sentences() -> None:
    text = SENTENCE * 60
    chunks = chunk_document(document(text))
    borders = {span.start for span in split_sentences(text)}
    assert len(chunks) > 3
    assert {chunk.start for chunk in chunks} <= borders
    assert max(len(chunk.text) for chunk in chunks) < 1.3 * min(len(chunk.text) for chunk in chunks)


def test_the_section_is_the_path_of_headings() -> None:
    body = f"\n\n{SENTENCE * 5}\n\n"
    text = f"# Asthma{body}## Adults{body}### Dose{body}## Children{body}"
    sections = [chunk.section for chunk in chunk_document(document(text))]
    assert sections == ["Asthma", "Asthma › Adults", "Asthma › Adults › Dose", "Asthma › Children"]


def test_small_sections_share_a_passage_under_their_common_heading() -> None:
    text = "# Opening hours\n\n## Monday\n\n8 to 12.\n\n## Tuesday\n\n14 to 18.\n"
    (chunk,) = chunk_document(document(text))
    assert chunk.section == "Opening hours"
    assert chunk.text == text.strip()


def test_a_heading_never_stands_alone() -> None:
    text = f"# Contents\n\n# Fever\n\n## Children\n\n{SENTENCE * 9}"
    assert all(SENTENCE.strip() in chunk.text for chunk in chunk_document(document(text)))


def test_table_rows_stay_whole() -> None:
    rows = [f"| Drug {n} | {n} mg | twice daily. Max. {n} tablets |" for n in range(80)]
    text = "| Drug | Dose | How |\n|---|---|---|\n" + "\n".join(rows)
    found = "\n".join(chunk.text for chunk in chunk_document(document(text)))
    assert all(row in found for row in rows)


HEADER = "Drug | Strength | Dose | Most a day"
ROWS = [f"Drug{n} | {n} mg | {n} mg twice daily, with food | {4 * n} mg" for n in range(1, 61)]


def test_a_long_table_is_cut_into_few_rows_each_under_the_names_of_its_columns() -> None:
    text = f"# Doses\n\n{SENTENCE * 8}\n\n{HEADER}\n" + "\n".join(ROWS) + f"\n\n{SENTENCE * 8}"
    chunks = chunk_document(document(text))
    first = next(chunk for chunk in chunks if HEADER in chunk.text)
    rest = [chunk for chunk in chunks if chunk.header]
    assert len(rest) > 5
    assert {chunk.header for chunk in chunks} == {"", HEADER}
    assert first.header == ""
    assert all(chunk.text.split(" ")[0] + " |" in "\n".join(ROWS) for chunk in rest)
    assert all(chunk.shown == f"{HEADER}\n{chunk.text}" for chunk in rest)
    assert all(len(chunk.text) < 600 for chunk in [first, *rest])
    for row in ROWS:
        assert sum(row in chunk.text for chunk in chunks) == 1
    assert all(chunk.text == text[chunk.start : chunk.end] for chunk in chunks)


def test_a_table_that_fits_stays_whole_with_the_text_around_it() -> None:
    text = f"# Doses\n\nSee below.\n\n{HEADER}\n" + "\n".join(ROWS[:8]) + "\n\nNever more."
    (chunk,) = chunk_document(document(text))
    assert chunk.text == text
    assert chunk.header == ""


def test_a_short_line_beside_a_long_table_does_not_stand_alone() -> None:
    text = f"# Doses\n\n{HEADER}\n" + "\n".join(ROWS) + "\n\nNever more."
    chunks = chunk_document(document(text))
    assert chunks[0].text.startswith(f"# Doses\n\n{HEADER}")
    assert chunks[-1].text.endswith("Never more.")
    assert ROWS[-1] in chunks[-1].text


def test_the_page_is_that_of_the_passages_first_character() -> None:
    page = SENTENCE * 8
    text = page + "\n" + page
    chunks = chunk_document(document(text, pages=[0, len(page) + 1]))
    assert [chunk.page for chunk in chunks] == [1 if chunk.start <= len(page) else 2 for chunk in chunks]
    assert {chunk.page for chunk in chunks} == {1, 2}


def test_headings_out_of_order_or_overlapping_lose_nothing() -> None:
    text = "One two three. " * 30
    wrong = [Heading(200, 260, 2, "b"), Heading(0, 40, 1, "a"), Heading(30, 50, 1, "c"), Heading(440, 9999, 1, "d")]
    broken = DocumentText(text, [PageText(1, 0, len(text))], wrong, [], "", False)
    assert sum(len(words(chunk.text)) for chunk in chunk_document(broken)) == len(words(text))


def test_a_document_without_words_has_no_passages() -> None:
    assert chunk_document(document(" \n\n|---|---|\n\n- \n")) == []


@pytest.mark.parametrize(
    "unit",
    ["x", "word ", "a\n", "| a | b |\n", "# a heading here\n", ". ", "Sentence one. ", "- item\n", "语"],
    ids=repr,
)
def test_large_texts_are_cut_fast(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    begun = time.process_time()
    chunks = chunk_document(document(text))
    assert time.process_time() - begun < 3  # a megabyte of prose takes 0.1 s
    assert all(len(chunk.text) <= ChunkSizes().longest for chunk in chunks)
