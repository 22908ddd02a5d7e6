"""The generator of planted errors, on made-up notes."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest

from engine.documents.transcript import parse_transcript
from tests.benchmarks.planted.generate import generate
from tests.benchmarks.planted.mutation import Change, Kind
from tests.benchmarks.planted.statements import statements
from tests.benchmarks.planted.values import amounts
from tests.benchmarks.planted.visits import Visit, is_heading
from tests.benchmarks.planted.words import Spoken, tokens

NOTE = """PLAN

Continue atenolol 50 mg twice daily for 3 weeks.
His father has gout. No chest pain.
He reports pain in the left knee.
"""
SAID = """[doctor] keep taking atenolol fifty milligrams twice a day for three weeks
[patient] my left knee hurts , no chest pain"""


def visit() -> Visit:
    return Visit("made-up", parse_transcript("made-up", SAID), NOTE)


def changed(text: str, kind: Kind, said: str = "") -> list[str]:
    spoken, out = Spoken(said), []
    for seed in range(5):
        changes: Iterable[Change] = [
            *amounts(text, spoken, random.Random(seed)),
            *statements(text, spoken, random.Random(seed)),
        ]
        out += [change.apply(text) for change in changes if change.kind is kind]
    return out


def test_spelled_numbers_are_numbers() -> None:
    assert tokens("one hundred and twenty over eighty five, twenty-five milligrams") == [
        "120",
        "over",
        "85",
        "25",
        "mg",
    ]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.DOSE_TENFOLD, "Take atenolol 50 mg."),
        (Kind.DOSE_OTHER, "Take atenolol 50 mg."),
        (Kind.UNIT, "Take atenolol 50 mg."),
        (Kind.FREQUENCY, "Take it twice daily."),
        (Kind.DURATION, "Take it for 3 weeks."),
        (Kind.SIDE, "Pain in the left knee."),
        (Kind.NEGATION_DROPPED, "She denies any fever."),
        (Kind.NEGATION_ADDED, "Endorses cough."),
        (Kind.DRUG, "Take atenolol."),
        (Kind.VITAL, "Blood pressure 130/80."),
        (Kind.VALUE, "Hemoglobin A1c is elevated at 8."),
        (Kind.DATE, "It began on Monday."),
        (Kind.FAMILY, "She has had a rash."),
    ],
)
def test_each_kind_changes_the_fact(kind: Kind, text: str) -> None:
    mutants = changed(text, kind)
    assert mutants
    assert all(mutant != text for mutant in mutants)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.SIDE, "She left the clinic right away."),
        (Kind.FREQUENCY, "It limits her daily activities."),
        (Kind.DURATION, "A 40-year-old man."),
        (Kind.DRUG, "Insulin resistance."),
        (Kind.VALUE, "2. Vitamin B 12 was taken."),
        (Kind.NEGATION_ADDED, "She has had no falls."),
    ],
)
def test_what_only_looks_like_a_fact_is_left(kind: Kind, text: str) -> None:
    assert changed(text, kind) == []


def test_a_tenfold_dose_is_tenfold() -> None:
    assert set(changed("Take 50 mg.", Kind.DOSE_TENFOLD)) == {"Take 500 mg.", "Take 5 mg."}


def test_no_error_that_the_visit_makes_true() -> None:
    said = "or five hundred milligrams"
    assert set(changed("Take 50 mg.", Kind.DOSE_TENFOLD, said)) == {"Take 5 mg."}
    assert "Take Tylenol." not in changed("Take Motrin.", Kind.DRUG, "tylenol")


def test_generation_is_reproducible_and_marks_the_change() -> None:
    mutants = generate([visit()], 1)
    assert mutants == generate([visit()], 1)
    assert {Kind.DOSE_TENFOLD, Kind.SIDE, Kind.FAMILY, Kind.PLAN, Kind.FINDING} <= {mutant.kind for mutant in mutants}
    for mutant in mutants:
        removed = len(mutant.original) - (len(mutant.text) - (mutant.end - mutant.start))
        assert mutant.original[: mutant.start] == mutant.text[: mutant.start] or not mutant.original
        assert removed >= 0 or not mutant.original


def test_the_same_mutants_whichever_kinds_are_asked_for() -> None:
    sides = [mutant for mutant in generate([visit()], 1) if mutant.kind is Kind.SIDE]
    assert generate([visit()], 1, frozenset({Kind.SIDE})) == sides


def test_headings_are_no_claims() -> None:
    assert visit().claims[0].text.startswith("Continue")
    assert is_heading("CHIEF COMPLAINT")
    assert is_heading("PMH:")
    assert is_heading("Cardiovascular")
    assert not is_heading("NKDA")
    assert not is_heading("PMH: asthma")


def test_literal_means_said_close_together() -> None:
    literal = {mutant.original: mutant.literal for mutant in generate([visit()], 1) if mutant.original}
    assert literal["Continue atenolol 50 mg twice daily for 3 weeks."] is False  # "keep taking", "a day"
    assert literal["No chest pain."] is True
