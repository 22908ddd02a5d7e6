"""When an answer is possible at all, and how models say that it is not."""

from __future__ import annotations

import pytest

from engine.evidence.relevance import (
    LEAST_SCORE,
    SURE_SCORE,
    holds_answer,
    is_refusal,
    surely_holds_answer,
    unseen_words,
)
from engine.types import Hit, Passage


def hit(score: float) -> Hit:
    return Hit(1, Passage(1, 1, "a", None, "", "text", 0, 4), score)


def test_the_best_passage_decides() -> None:
    assert holds_answer("a question", [hit(LEAST_SCORE), hit(0.0)])
    assert not holds_answer("a question", [hit(LEAST_SCORE - 0.01)])
    assert not holds_answer("a question", [])
    assert not holds_answer("  ", [hit(0.9)])


def test_a_very_near_passage_makes_sure() -> None:
    assert surely_holds_answer([hit(SURE_SCORE)])
    assert not surely_holds_answer([hit(SURE_SCORE - 0.01), hit(0.9)])
    assert not surely_holds_answer([])


@pytest.mark.parametrize(
    ("question", "unseen"),
    [
        ("What is the price of a flu vaccine?", ["price"]),
        ("When is the flu vaccination due?", ["due"]),  # another word for the vaccine
        ("Is the vaccines' refridgerator locked?", ["locked"]),  # a slip, and a plural
        ("Where is it?", []),
    ],
)
def test_words_of_a_question_that_no_passage_has(question: str, unseen: list[str]) -> None:
    text = "Flu vaccines stay in the refrigerator for 28 days."
    passage = Passage(1, 1, "Cold chain.pdf", None, "Storage", text, 0, len(text))
    assert unseen_words(question, [Hit(1, passage, 0.6)]) == unseen


@pytest.mark.parametrize(
    "text",
    [
        "The documents do not say how often.",
        "The provided context does not mention the dose.",
        "I don't have enough information to answer.",
        "I could not find this in the library.",
        "There is no information about this in the sources.",
        "The answer is not in the passages.",
        "This isn't mentioned in your documents.",
        "Sorry, I cannot answer that from the given text.",
    ],
)
def test_refusals(text: str) -> None:
    assert is_refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        "Do not give aspirin to children.",
        "There is no improvement after 5 minutes.",
        "The protocol says to call an ambulance.",
        "Patients who did not respond should be referred.",
        "It is not recommended in pregnancy.",
    ],
)
def test_statements(text: str) -> None:
    assert not is_refusal(text)
