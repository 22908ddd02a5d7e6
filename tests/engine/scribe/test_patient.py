"""He or she."""

from __future__ import annotations

import pytest

from engine.evidence.lexicons import Lexicons
from engine.evidence.sentences import Span
from engine.scribe.checking import NoteCheck
from engine.scribe.patient import Sex, with_told_sex
from engine.scribe.spoken import Spoken
from engine.types import FindingKind, Verdict
from tests.engine.scribe.scripted import transcript


def check_of(said: str, lexicons: Lexicons) -> NoteCheck:
    return NoteCheck(Spoken(transcript(said), lexicons))


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Doctor: Anna is a 43-year-old female with knee pain.\nPatient: It hurts.", "She has knee pain."),
        ("Doctor: He is a 7 year old boy with a cough.\nMother: It is worse at night.", "He has knee pain."),
        ("Doctor: Good morning, Mrs Lind. What can I do?\nPatient: My knee hurts.", "She has knee pain."),
        ("Doctor: Any knee pain?\nPatient: Yes. My husband is Mr Lind, he brought me.", "The patient has knee pain."),
        ("Doctor: What can I do?\nPatient: My knee hurts and I think I am pregnant.", "She has knee pain."),
        ("Doctor: What can I do?\nPatient: My knee hurts.", "The patient has knee pain."),
        ("Doctor: And children?\nPatient: One, and my knee hurts since giving birth.", "She has knee pain."),
        ("Doctor: So this is Sam, he's 2 years old.\nMother: Yes.", "He has knee pain."),
        ("Doctor: Hello Mr Lind. And hello Mrs Lind.\nPatient: My knee hurts.", "The patient has knee pain."),
    ],
)
def test_a_draft_says_he_or_she_only_where_the_transcript_tells(said: str, written: str, lexicons: Lexicons) -> None:
    check = check_of(said, lexicons)
    assert check.as_told("He has knee pain.") == written
    assert check.as_told("She has knee pain.") == written


@pytest.mark.parametrize(
    ("sex", "text", "written"),
    [
        (None, "She says her knee hurts her.", "The patient says their knee hurts the patient."),
        (None, "Her knee hurts.", "The patient's knee hurts."),
        (None, "His father died at 60.", "The patient's father died at 60."),
        (None, "Her mother says she snores.", "The patient's mother says she snores."),
        (Sex.FEMALE, "We gave him his tablets.", "We gave her her tablets."),
        (Sex.MALE, "We gave her her tablets.", "We gave him his tablets."),
        (Sex.MALE, "He denies fever.", "He denies fever."),
        (None, "The other leg is fine.", "The other leg is fine."),
    ],
)
def test_pronouns_are_put_right(sex: Sex | None, text: str, written: str, lexicons: Lexicons) -> None:
    assert with_told_sex(text, sex, lexicons) == written


def test_the_wrong_sex_is_a_finding(lexicons: Lexicons) -> None:
    check = check_of("Doctor: Anna is a 43-year-old female with right knee pain.\nPatient: It hurts.", lexicons)
    wrong = check.sentence(Span(4, 28, "He has right knee pain."))
    assert wrong.verdict is Verdict.DIFFERS
    finding = wrong.findings[-1].finding
    assert (finding.kind, finding.said, finding.start) == (FindingKind.PERSON, "He", 4)
    assert "female" in finding.source
    assert check.sentence(Span(0, 24, "She has right knee pain.")).verdict is Verdict.SUPPORTED


def test_nothing_is_a_finding_where_nothing_is_told_or_a_relative_is_meant(lexicons: Lexicons) -> None:
    check = check_of("Doctor: What can I do?\nPatient: I have right knee pain.", lexicons)
    assert check.sentence(Span(0, 23, "He has right knee pain.")).verdict is Verdict.SUPPORTED
    told = check_of("Doctor: Hello Mrs Lind.\nPatient: My father had gout, he had it in the toe.", lexicons)
    assert not told.sentence(Span(0, 34, "Her father had gout; he had it.")).findings


@pytest.mark.parametrize(
    ("before", "draft", "written"),
    [
        (
            "",
            "She walks every day with his wife, who has done this since she retired.",
            "He walks every day with his wife",
        ),
        ("His mother had cancer.", "She died at 60.", "She died at 60."),
        ("His mother had cancer.", "She died at 60, his father at 70.", "She died at 60, his father at 70."),
        ("He has knee pain.", "She denies fever.", "He denies fever."),
    ],
)
def test_a_pronoun_is_the_patients_until_a_relative_is_spoken_of(
    before: str, draft: str, written: str, lexicons: Lexicons
) -> None:
    assert check_of("Doctor: Hello Mr Lind.", lexicons).as_told(draft, before).startswith(written)


@pytest.mark.parametrize(
    ("said", "draft", "written"),
    [
        ("Patient: It hurts since giving birth.", "A 26-year-old male with pain.", "A 26-year-old female with pain."),
        ("Doctor: Hello Mr Lind.", "A 43 year old right-handed woman.", "A 43 year old right-handed man."),
        ("Doctor: Hello Mr Lind.", "A 43-year-old man.", "A 43-year-old man."),
        (
            "Patient: I'm 26. My knee hurts.",
            "The patient is a 26-year-old male with pain.",
            "The patient is a 26-year-old with pain.",
        ),
        ("Patient: My knee hurts.", "She is 26 years old and met a man.", "The patient is 26 years old and met a man."),
    ],
)
def test_a_draft_calls_nobody_man_or_woman_whom_the_transcript_does_not(
    said: str, draft: str, written: str, lexicons: Lexicons
) -> None:
    assert check_of(said, lexicons).as_told(draft) == written


def test_a_guessed_sex_is_marked_and_a_wrong_one_differs(lexicons: Lexicons) -> None:
    guessed = check_of("Doctor: What can I do?\nPatient: I am 26, and my right knee hurts.", lexicons)
    assert guessed.sentence(Span(0, 0, "A 26-year-old male with right knee pain.")).verdict is Verdict.NOT_FOUND
    told = check_of("Doctor: Mrs Lind, you are 26?\nPatient: Yes, and my right knee hurts.", lexicons)
    wrong = told.sentence(Span(0, 0, "A 26-year-old male with right knee pain."))
    assert (wrong.verdict, wrong.findings[-1].finding.said) == (Verdict.DIFFERS, "male")
