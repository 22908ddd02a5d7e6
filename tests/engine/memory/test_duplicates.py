"""Near-duplicates leave the results, unless a number differs."""

from __future__ import annotations

from engine.memory.duplicates import without_duplicates

TEXT = (
    "Adults with a first uncomplicated episode take 500 mg of the medicine by mouth twice a day for seven days, and are"
    " told to come back when the fever has not gone after three days of treatment or when a rash appears on the skin."
)


def left(*texts: str) -> list[int]:
    return list(without_duplicates(enumerate(texts)))


def test_the_same_text_in_another_typeface_is_one() -> None:
    assert left(TEXT, TEXT.upper(), TEXT.replace(",", " –")) == [0]


def test_one_changed_word_is_still_the_same() -> None:
    assert left(TEXT * 3, (TEXT * 3).replace("skin", "face", 1)) == [0]


def test_another_dose_is_another_passage() -> None:
    assert left(TEXT * 2, (TEXT * 2).replace("500", "250", 1)) == [0, 1]


def test_a_negation_makes_another_passage() -> None:
    assert left(TEXT * 3, (TEXT * 3).replace("take", "never take", 1)) == [0, 1]


def test_other_texts_stay() -> None:
    assert left(TEXT, "Opening hours", "", "Opening times", "ok") == [0, 1, 2, 3, 4]


def test_short_texts_compare_whole() -> None:
    assert left("See page", "see page.") == [0]
