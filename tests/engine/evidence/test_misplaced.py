"""Amounts that the passages do say, but of something else."""

from __future__ import annotations

import pytest

from engine.evidence.checker import CheckedSentence, Checker
from engine.evidence.lexicons import load_lexicons
from engine.evidence.sources import SourceText
from engine.types import Verdict

PROTOCOL = (
    "A child of 20 kg gets 0.15 mg (0.15 mL). A child of 30 kg gets 0.3 mg (0.3 mL). The adult dose is 0.5 mg (0.5 mL)."
)
TABLE = (
    "Problem | Treatment | Adults | Children\n"
    "Wheeze | Albuterol by nebulizer | 5 mg, repeat after 20 minutes | 2.5 mg\n"
    "Itching | Cetirizine by mouth | 10 mg once | 5 mg"
)


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker([SourceText("protocol", PROTOCOL), SourceText("table", TABLE)], load_lexicons())


def check(checker: Checker, text: str) -> CheckedSentence:
    (checked,) = checker.check(text)
    return checked


@pytest.mark.parametrize(
    ("text", "said", "source"),
    [
        ("A child of 20 kg gets 0.3 mg.", "0.3 mg", "0.15 mg"),
        ("A child of 30 kg gets 0.15 mg (0.15 mL).", "30 kg", "20 kg"),
        ("The adult dose is 5 mg (0.5 mL).", "5 mg", "0.5 mg"),
        ("The adult dose is 0.3 mg.", "0.3 mg", "0.5 mg"),
        ("Wheeze: albuterol by nebulizer, 10 mg.", "10 mg", "5 mg"),
        ("For wheeze children get 5 mg of albuterol.", "5 mg", "2.5 mg"),
        ("Adults with itching get 5 mg of cetirizine by mouth.", "5 mg", "10 mg"),
    ],
)
def test_an_amount_of_something_else_differs(checker: Checker, text: str, said: str, source: str) -> None:
    checked = check(checker, text)
    assert checked.verdict is Verdict.DIFFERS
    assert (said, source) in [(each.said, each.source) for each in checked.findings]


@pytest.mark.parametrize(
    "text",
    [
        "A child of 20 kg gets 0.15 mg.",
        "The adult dose is 0.5 mg (0.5 mL).",
        "A child of 30 kg gets 0.3 mg and the adult dose is 0.5 mg.",
        "Wheeze: albuterol by nebulizer, 5 mg, repeat after 20 minutes.",
        "For wheeze give albuterol by nebulizer: 5 mg for adults and 2.5 mg for children.",
        "Children with itching get 5 mg of cetirizine by mouth.",
    ],
)
def test_amounts_in_their_place_are_supported(checker: Checker, text: str) -> None:
    assert check(checker, text).verdict is Verdict.SUPPORTED


def test_a_sentence_made_of_two_is_not_held_against_either() -> None:
    source = "Start amlodipine at 5 mg daily. The maximum is 10 mg."
    checker = Checker([SourceText("formulary", source)], load_lexicons())
    assert check(checker, "Amlodipine starts at 5 mg, with a maximum of 10 mg.").verdict is Verdict.SUPPORTED


SCHEDULE = (
    "The monthly dose of the slower taper is 60 mg every 8 hours for month 2, 45 mg every 8 hours for month 3, "
    "30 mg every 8 hours for month 4, 15 mg every 8 hours for month 5."
)


def test_each_entry_of_a_schedule_stands_for_itself() -> None:
    checker = Checker([SourceText("taper", SCHEDULE)], load_lexicons())
    right = check(checker, "The slower taper is 15 mg every 8 hours for month 5.")
    wrong = check(checker, "The slower taper is 60 mg every 8 hours for month 5.")
    assert right.verdict is Verdict.SUPPORTED
    assert wrong.verdict is Verdict.DIFFERS
    assert ("60 mg", "15 mg") in [(each.said, each.source) for each in wrong.findings]
    assert check(checker, SCHEDULE).verdict is Verdict.SUPPORTED


def test_semicolons_part_a_schedule_whose_entries_have_commas() -> None:
    source = "Give 75 mg in the morning, 90 mg at night in week 1; 60 mg, 75 mg in week 2; 45 mg, 60 mg in week 3."
    checker = Checker([SourceText("taper", source)], load_lexicons())
    assert check(checker, "Week 1: 75 mg in the morning, 90 mg at night.").verdict is not Verdict.DIFFERS
