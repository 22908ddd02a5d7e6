"""A diagnosis that nobody named is not borne out by its findings."""

from __future__ import annotations

import pytest

from engine.evidence.lexicons import Lexicons, load_lexicons
from engine.evidence.sentences import Span
from engine.scribe.checking import NoteCheck
from engine.scribe.spoken import Spoken
from engine.types import Verdict
from tests.engine.scribe.scripted import transcript

SAID = """
Doctor: What brings you in today?
Patient: I have had a sore throat and a cough for three days, and my ear and my bladder hurt when I move.
Doctor: Your tonsils are red and swollen. Your left knee is swollen and stiff. The sinuses are tender, and the elbow, \
the heel, the skin, the stomach, the kidney and the appendix are normal. Your blood pressure is 150 over 95.
"""


@pytest.fixture(scope="module")
def check() -> NoteCheck:
    lexicons: Lexicons = load_lexicons()
    return NoteCheck(Spoken(transcript(SAID), lexicons))


@pytest.mark.parametrize(
    "text",
    [
        "Tonsillitis.", "Acute tonsillitis.", "Assessment: Tonsillitis.", "Pharyngitis.", "Sinusitis.", "Bronchitis.",
        "Rhinitis.", "Arthritis of the left knee.", "Gastritis.", "Appendicitis.", "Cystitis.", "Otitis media.",
        "Nephritis.", "Dermatitis.", "Tonsillectomy.", "Appendectomy.", "Nephropathy.", "Upper respiratory infection.",
        "The patient has tonsillitis.", "Strep throat.", "Hypertension.", "Plantar fasciitis.", "Epicondylitis.",
    ],
)  # fmt: skip
def test_a_diagnosis_that_nobody_named_is_not_supported(check: NoteCheck, text: str) -> None:
    assert check.sentence(Span(0, len(text), text)).verdict is Verdict.NOT_FOUND


@pytest.mark.parametrize(
    "text", ["Sore throat.", "Tonsils are red and swollen.", "The left knee is swollen and stiff."]
)
def test_findings_that_were_said_are_supported(check: NoteCheck, text: str) -> None:
    assert check.sentence(Span(0, len(text), text)).verdict is Verdict.SUPPORTED
