"""Names of people that nobody said."""

from __future__ import annotations

import pytest

from engine.evidence.lexicons import Lexicons
from engine.evidence.sentences import Span
from engine.scribe.checking import NoteCheck
from engine.scribe.names import unsaid_names
from engine.scribe.spoken import Spoken
from engine.types import Verdict
from tests.engine.scribe.scripted import transcript

_SAID = "Doctor: Hello Mrs Lind, how is your knee pain?\nPatient: The knee pain is worse. Aspirin helps."


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("Tom has knee pain.", ["Tom"]),
        ("Mr. Tom Berg presents with knee pain.", ["Tom", "Berg"]),
        ("Tom's knee pain is worse.", ["Tom"]),
        ("Her knee pain was seen by Dr. Berg.", ["Berg"]),
        ("Mrs. Lind has knee pain.", []),
        ("The patient has knee pain.", []),
        ("Swelling was denied.", []),
        ("Knee pain is treated with Aspirin in March.", []),
        ("Medical Reasoning: The knee pain is worse.", []),
    ],
)
def test_what_reads_as_a_name_and_was_not_said(sentence: str, names: list[str], lexicons: Lexicons) -> None:
    check = NoteCheck(Spoken(transcript(_SAID), lexicons))
    assert unsaid_names(sentence, check.is_said, lexicons) == names


def test_a_sentence_about_somebody_whom_nobody_named_is_not_found(lexicons: Lexicons) -> None:
    check = NoteCheck(Spoken(transcript(_SAID), lexicons))
    verdicts = [check.sentence(Span(0, 0, f"{who} has knee pain.")).verdict for who in ("Mrs. Lind", "Tom")]
    assert verdicts == [Verdict.SUPPORTED, Verdict.NOT_FOUND]
