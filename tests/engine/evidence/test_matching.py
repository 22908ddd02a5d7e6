"""Sources are exact spans, numbers must agree, and what is not there gets no source."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.evidence.matching import match_sentence, numbers_in
from engine.types import Hit, Passage, Source

BEFORE = "Anaphylaxis protocol\n"
TEXT = (
    "Give epinephrine 0.5 mg into the outer thigh at once. Lay the patient flat with legs raised.\n"
    "Repeat the dose after 5 minutes if there is no improvement. Call an ambulance in every case.\n"
    "Children under 6 years receive 0.15 mg."
)
OTHER = "Observe every patient for at least 4 hours after recovery. Write an incident report the same day."
Match = Callable[[str], list[Source]]


def hit(id_: int, document_id: int, text: str, start: int) -> Hit:
    passage = Passage(id_, document_id, f"document {document_id}", None, "", text, start, start + len(text))
    return Hit(id_, passage, 0.9)


@pytest.fixture
def match() -> Match:
    hits = [hit(1, 1, TEXT, len(BEFORE)), hit(2, 2, OTHER, 0)]
    return lambda sentence: match_sentence(sentence, hits, lambda document, offset: 7 if document == 1 else None)


def test_a_copied_sentence_has_exactly_its_source(match: Match) -> None:
    (source,) = match("Repeat the dose after 5 minutes if there is no improvement.")
    document = BEFORE + TEXT
    assert document[source.start : source.end] == source.quote
    assert source.quote == "Repeat the dose after 5 minutes if there is no improvement."
    assert (source.document_id, source.page, source.passage_id) == (1, 7, 1)


def test_the_page_is_that_of_the_middle_of_the_quote() -> None:
    asked: list[tuple[int, int]] = []

    def page_of(document_id: int, offset: int) -> int:
        asked.append((document_id, offset))
        return 3

    (source,) = match_sentence("Lay the patient flat with raised legs.", [hit(1, 9, TEXT, 100)], page_of)
    assert asked == [(9, (source.start + source.end) // 2)]
    assert source.page == 3


@pytest.mark.parametrize(
    "sentence",
    [
        "If there is no improvement, the dose is repeated after 5 minutes.",
        "- **Repeat** the dose after 5 minutes if no improvement [1].",
        "2. Repeat dose after 5 minutes when there is no improvement (source 1).",
    ],
)
def test_a_paraphrase_is_found_whatever_its_marks(match: Match, sentence: str) -> None:
    (source,) = match(sentence)
    assert source.quote.startswith("Repeat the dose")


@pytest.mark.parametrize(
    "sentence",
    [
        "Repeat the dose after 15 minutes if there is no improvement.",
        "Give epinephrine 5 mg into the outer thigh at once.",
        "Prescribe amoxicillin for a week.",
        "The documents do not say.",
        "Yes.",
        "",
        "| --- |",
    ],
)
def test_a_wrong_number_or_a_statement_of_its_own_has_no_source(match: Match, sentence: str) -> None:
    assert match(sentence) == []


def test_a_sentence_made_of_two_places_names_both(match: Match) -> None:
    sources = match("Call an ambulance in every case and observe the patient for at least 4 hours after recovery.")
    assert {source.document_id for source in sources} == {1, 2}


def test_two_sentences_that_belong_together_are_one_quote(match: Match) -> None:
    (source,) = match("Give epinephrine 0.5 mg into the outer thigh and lay the patient flat with legs raised.")
    assert source.quote == TEXT.split("\n", maxsplit=1)[0]


def test_the_same_passage_found_twice_is_named_once() -> None:
    hits = [hit(1, 1, TEXT, 0), hit(2, 2, TEXT, 0)]
    assert len(match_sentence("Lay the patient flat with legs raised.", hits, lambda *_: None)) == 1


def test_without_hits_there_is_no_source() -> None:
    assert match_sentence("Lay the patient flat with legs raised.", [], lambda *_: None) == []


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("0.50 mg", {"0.5"}), ("1,000 mg", {"1000"}), ("0,5 ml", {"0.5"}), ("132/78", {"132", "78"}), ("none", set())],
)
def test_numbers_compare_by_value(text: str, numbers: set[str]) -> None:
    assert numbers_in(text) == numbers
