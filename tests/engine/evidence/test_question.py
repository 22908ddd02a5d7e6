"""What a question is about, and whether passages speak of it."""

from __future__ import annotations

import pytest

from engine.evidence.lexicons import Lexicons
from engine.evidence.question import Coverage, coverage
from engine.types import Passage

SORE_THROAT = "Amoxicillin 500 mg twice daily for 10 days in children with strep pharyngitis. Acetaminophen for fever."


def covered(question: str, lexicons: Lexicons, text: str = SORE_THROAT, document: str = "Sore throat.pdf") -> Coverage:
    return coverage(question, [Passage(1, 1, document, 1, "", text, 0, len(text))], lexicons)


def test_another_condition_than_the_passages_is_beside_the_question(lexicons: Lexicons) -> None:
    found = covered("What is the dose of amoxicillin in otitis media?", lexicons)
    assert found.unmentioned == ["otitis media"]
    assert found.beside_the_question


@pytest.mark.parametrize(
    "question",
    [
        "What is the dose of amoxicillin in strep pharyngitis?",
        "Is paracetamol given for a high temperature?",  # by other names
        "What is the dose for a child?",
        "How long is it given?",  # names nothing of the clinic
    ],
)
def test_what_the_passages_mention_by_any_name_is_covered(lexicons: Lexicons, question: str) -> None:
    found = covered(question, lexicons)
    assert found.unmentioned == []
    assert not found.beside_the_question


def test_titles_count_as_words_of_the_passage(lexicons: Lexicons) -> None:
    question = "Who is treated for anaphylaxis?"
    assert covered(question, lexicons, "Everyone with symptoms.", "Other.pdf").beside_the_question
    assert not covered(question, lexicons, "Everyone with symptoms.", "Anaphylaxis.pdf").beside_the_question


def test_one_of_many_terms_may_be_the_setting_of_the_question(lexicons: Lexicons) -> None:
    found = covered("A patient on warfarin has strep pharyngitis and fever: how much amoxicillin?", lexicons)
    assert found.unmentioned == ["warfarin"]
    assert not found.beside_the_question


def test_what_is_said_of_others_says_nothing_of_newborns(lexicons: Lexicons) -> None:
    found = covered("How much amoxicillin do newborns with strep pharyngitis and fever get?", lexicons)
    assert found.unmentioned == ["newborns"]
    assert found.beside_the_question


def test_a_word_that_can_mean_something_else_asks_for_no_group_but_speaks_of_one(lexicons: Lexicons) -> None:
    assert not covered("Who keeps the nursing rota?", lexicons).beside_the_question
    text = "Nursing mothers may take acetaminophen."
    assert not covered("Is acetaminophen safe while breastfeeding?", lexicons, text).beside_the_question
    assert covered("Is amoxicillin safe while breastfeeding?", lexicons).unmentioned == ["breastfeeding"]


def test_an_abbreviation_is_not_the_word_that_is_written_like_it(lexicons: Lexicons) -> None:
    text = "A lot of side effects were seen."
    assert covered("What are the side effects of LOT?", lexicons, text).unmentioned == ["LOT"]
    assert not covered("What are the side effects of LOTs?", lexicons, "LOT has side effects.").unmentioned
    assert not covered("WHAT ARE THE SIDE EFFECTS OF LOT?", lexicons, text).unmentioned
    assert not covered("Which BP is too high?", lexicons, "Blood pressure above 180 is too high.").unmentioned
