"""Sentences about rows of a table are checked with the names of its columns; sources stay exact."""

from __future__ import annotations

import pytest

from engine.assistant.checking import AnswerCheck
from engine.evidence.lexicons import load_lexicons
from engine.evidence.sentences import split_sentences
from engine.types import Hit, Passage, Sentence, Verdict

HEADER = "Medicine | Strengths | Usual adult dose | Maximum in 24 hours"
ROWS = (
    "Naproxen | 250 mg, 500 mg tablets | 250 to 500 mg twice daily with food | 1,000 mg\n"
    "Amoxicillin | 500 mg capsules | 500 mg three times daily for 5 to 7 days | 3,000 mg"
)
START = 400


def checked(text: str, header: str = HEADER, rows: str = ROWS) -> Sentence:
    document = " " * START + rows
    passage = Passage(1, 1, "Clinic formulary.pdf", 1, "2. Medicines", rows, START, START + len(rows), header)
    check = AnswerCheck([Hit(1, passage, 0.9)], lambda _document, _offset: 1, load_lexicons())
    sentence = check(split_sentences(text)[0])
    for source in sentence.sources:
        assert document[source.start : source.end] == source.quote != ""
    return sentence


@pytest.mark.parametrize(
    "text",
    [
        "The maximum dose of naproxen is 1,000 mg.",
        "The usual adult dose of naproxen is 250 to 500 mg twice daily with food.",
        "Amoxicillin comes in strengths of 500 mg capsules.",
    ],
)
def test_the_names_of_the_columns_support_a_sentence(text: str) -> None:
    assert checked(text).verdict is Verdict.SUPPORTED


def test_a_difference_points_into_the_rows() -> None:
    sentence = checked("The maximum of naproxen in 24 hours is 2,000 mg.")
    assert sentence.verdict is Verdict.DIFFERS
    (finding,) = sentence.findings
    assert ROWS[finding.source_start - START : finding.source_end - START] == finding.source


def test_what_only_the_names_say_is_proved_by_the_rows_below_them() -> None:
    """Rows that begin with a bar are sentences of their own, and so are the names above them."""
    header, rows = "| Medicine | Maximum in 24 hours |", "| Naproxen | 1,000 mg |\n| Amoxicillin | 3,000 mg |"
    (source,) = checked("The maximum of each medicine in 24 hours is listed.", header, rows).sources
    assert source.quote == rows
