"""Which questions are searched together with the one before."""

from __future__ import annotations

import pytest

from engine.assistant.followup import is_follow_up, standalone_question


@pytest.mark.parametrize(
    "question",
    [
        "And for children?",
        "What about pregnancy?",
        "Why?",
        "How often should it be repeated?",
        "What is its maximum dose?",
        "For how long?",
        "What if they are allergic to penicillin?",
    ],
)
def test_questions_that_point_back(question: str) -> None:
    assert is_follow_up(question)


@pytest.mark.parametrize(
    "question",
    [
        "What is the adult dose of adrenaline in anaphylaxis?",
        "How often is the vaccine fridge temperature recorded?",
        "Who may release medical records to an insurance company?",
        "When should a patient with stage 2 hypertension be reviewed after starting amlodipine?",
    ],
)
def test_questions_that_stand_alone(question: str) -> None:
    assert not is_follow_up(question)


def test_a_follow_up_carries_the_question_it_follows() -> None:
    earlier = ["What is the adult dose of adrenaline in anaphylaxis?"]
    assert standalone_question("And for children?", earlier) == f"{earlier[0]} And for children?"


def test_the_first_question_is_searched_as_it_is() -> None:
    assert standalone_question(" And for children? ", []) == "And for children?"
