"""A dose whose number the recognizer wrote down in two parts is shown to be unsure."""

from __future__ import annotations

import pytest

from engine.evidence.lexicons import load_lexicons
from engine.speech.messages import HeardWord
from engine.speech.segments import Segment
from engine.speech.split_numbers import with_doubts


def heard(text: str) -> list[Segment]:
    words = [HeardWord(f" {word}", at, at + 0.9, 0.9) for at, word in enumerate(text.split())]
    return [Segment(words, -0.3, 0.1)]


@pytest.mark.parametrize(
    ("text", "doubted"),
    [
        ("his digoxin 100 and 25 micrograms yesterday", ["100", "and", "25"]),
        ("take 100 and 25mcg now", ["100", "and", "25mcg"]),
        ("give 1,000 and 50 units now", ["1,000", "and", "50"]),
        ("take 300 and seventy five mg", ["300", "and", "seventy", "five"]),
        ("take 50 and 25 micrograms", []),  # two doses
        ("take 100 and 125 micrograms", []),
        ("take 100 mg and 25 mg", []),
        ("take one hundred and twenty five micrograms", []),  # one number
        ("100 and 25 people came", []),
        ("a pulse of 100 and 25 breaths", []),
    ],
)
def test_number_in_two_parts_before_a_unit_is_unsure_and_stays(text: str, doubted: list[str]) -> None:
    (segment,) = with_doubts(heard(text), load_lexicons())
    assert "".join(word.text for word in segment.words).strip() == text
    assert [word.text.strip() for word in segment.words if word.probability < 0.4] == doubted
