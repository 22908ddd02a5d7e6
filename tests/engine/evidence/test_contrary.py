"""Sentences of a written source with one word that turns them round."""

from __future__ import annotations

import pytest

from engine.evidence.checker import CheckedSentence, Checker
from engine.evidence.lexicons import load_lexicons
from engine.evidence.sources import SourceText
from engine.types import Verdict

PROTOCOL = (
    "Draw up the vaccine with a 1 mL syringe. Never store diluent in the freezer door. "
    "Take the tablet 30 minutes before the first meal. Give no more than four tablets a day. "
    "Give salbutamol to children over 5 years of age, but not during an acute infection, by spacer."
)


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker([SourceText("protocol", PROTOCOL)], load_lexicons())


def check(checker: Checker, text: str) -> CheckedSentence:
    (checked,) = checker.check(text)
    return checked


@pytest.mark.parametrize(
    ("text", "said", "source"),
    [
        ("Never draw up the vaccine with a 1 mL syringe.", "Never draw", "Draw"),
        ("Do not draw up the vaccine with a 1 mL syringe.", "Do not draw", "Draw"),
        ("Store diluent in the freezer door.", "Store", "Never store"),
        ("Take the tablet 30 minutes after the first meal.", "after the", "before the"),
        ("Give salbutamol to children under 5 years of age.", "under 5", "over 5"),
    ],
)
def test_a_word_that_turns_a_sentence_round_differs(checker: Checker, text: str, said: str, source: str) -> None:
    checked = check(checker, text)
    assert checked.verdict is Verdict.DIFFERS
    assert (said, source) in [(each.said, each.source) for each in checked.findings]
    finding = next(each for each in checked.findings if each.said == said)
    assert text[finding.start : finding.end] == said
    assert PROTOCOL[finding.source_start : finding.source_end] == source


@pytest.mark.parametrize(
    "text",
    [
        "Do not store diluent in the freezer door.",
        "Give not more than four tablets a day.",
        "Give salbutamol to children over 5 years of age.",
        "Take the tablet before the first meal.",
    ],
)
def test_other_words_for_the_same_do_not(checker: Checker, text: str) -> None:
    assert check(checker, text).verdict is Verdict.SUPPORTED


def test_children_of_nobody_are_patients(checker: Checker) -> None:
    checked = check(checker, "Children over 5 years of age get salbutamol by spacer.")
    assert checked.verdict is Verdict.SUPPORTED
