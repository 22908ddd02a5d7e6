"""Ages that nobody said."""

from __future__ import annotations

import pytest

from engine.evidence.lexicons import Lexicons
from engine.scribe.ages import without_unsaid_age
from engine.scribe.checking import NoteCheck
from engine.scribe.spoken import Spoken
from tests.engine.scribe.scripted import transcript


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("The patient is a 45-year-old who has a cough.", "The patient has a cough."),
        ("Ann Lind is a 45-year-old woman with asthma.", "Ann Lind has asthma."),
        ("He was a two-week-old boy, with jaundice.", "He had jaundice."),
        ("She is a 45 year old, right-handed woman with a rash.", "She has a rash."),
        ("He is a forty-five-year-old who takes aspirin.", "He takes aspirin."),
        ("He is a 45-year-old with a 30-year-old son.", "He has a 30-year-old son."),
    ],
)
def test_goes_with_its_opening(written: str, left: str, lexicons: Lexicons) -> None:
    assert without_unsaid_age(written, lambda age: age.low == 59, lexicons) == left


@pytest.mark.parametrize(
    "written",
    [
        "The patient is a 59-year-old man with asthma.",
        "The patient is fifty-nine.",
        "The patient is a 45-year-old who came for a cough.",
        "The patient is a 45-year-old man with asthma and pain, who presents for his cough.",
        "The patient is a 45-year-old man.",
        "Her son is 45 years old and has asthma.",
        "The patient is a runner with asthma.",
    ],
)
def test_other_sentences_stay(written: str, lexicons: Lexicons) -> None:
    assert without_unsaid_age(written, lambda age: age.low == 59, lexicons) == written


@pytest.mark.parametrize("said", ["He's 59 years old.", "I'm 59.", "I'm fifty-nine now."])
def test_an_age_is_said_in_figures_or_words(said: str, lexicons: Lexicons) -> None:
    check = NoteCheck(Spoken(transcript(f"Patient: {said} I take 45 mg."), lexicons))
    told = "The patient is a 59-year-old with a cough."
    assert check.as_told(told) == told
    assert check.as_told("The patient is a 45-year-old with a cough.") == "The patient has a cough."
