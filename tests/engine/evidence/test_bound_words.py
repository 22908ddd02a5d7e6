"""Words that were all said, but not of each other; and words that were said in another form."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.evidence.checker import CheckedSentence
from engine.types import FindingKind, Verdict

Check = Callable[[str, str], CheckedSentence]


def test_a_part_is_normal_only_where_that_is_said_of_it(check_talk: Check) -> None:
    talk = (
        "doctor: i listen to your heart now . there is a loud murmur , and it goes up to the neck .\n"
        "doctor: now the belly . your belly is fine .\npatient: okay sounds good ."
    )
    assert check_talk(talk, "The belly is normal.").verdict is Verdict.SUPPORTED
    assert check_talk(talk, "Heart: Sounds good.").verdict is Verdict.NOT_FOUND


@pytest.mark.parametrize(
    ("note", "verdict"),
    [
        ("The patient is a baker.", Verdict.SUPPORTED),
        ("The patient is a baker who works at the harbour.", Verdict.NOT_FOUND),
        ("The patient is a baker who works at night.", Verdict.SUPPORTED),
    ],
)
def test_a_clause_about_what_nobody_named_is_marked(check_talk: Check, note: str, verdict: Verdict) -> None:
    assert check_talk("patient: i am a baker and work at night .", note).verdict is verdict


def test_a_count_of_times_is_no_span(check_talk: Check) -> None:
    talk = "doctor: so the cramps come a couple times a month ?\npatient: yes ."
    sentence = check_talk(talk, "The cramps began two months ago.")
    assert sentence.findings[0].kind is FindingKind.DURATION


@pytest.mark.parametrize(
    ("written", "spoken"), [("2 times per day", "twice a day"), ("3 times per week", "three times a week")]
)
def test_times_per_day_are_times_a_day(check_talk: Check, written: str, spoken: str) -> None:
    talk = f"doctor: put ice on the elbow {spoken} ."
    assert check_talk(talk, f"Ice on the elbow {written}.").verdict is Verdict.SUPPORTED
    assert check_talk(talk, "Ice on the elbow 4 times per day.").verdict is Verdict.DIFFERS


def test_even_is_no_evening(check_talk: Check) -> None:
    assert check_talk("patient: it hurts at rest .", "It hurts even at rest.").verdict is Verdict.SUPPORTED
    assert check_talk("patient: it hurts .", "It hurts in the evenings.").verdict is Verdict.NOT_FOUND


def test_a_longer_term_is_denied_with_its_words(check_talk: Check) -> None:
    talk = "doctor: any pain in the ear ?\npatient: no .\ndoctor: does your back hurt ?\npatient: yes , my back hurts ."
    assert check_talk(talk, "Has ear pain.").verdict is Verdict.DIFFERS
    assert check_talk(talk, "Has back pain.").verdict is Verdict.SUPPORTED


def test_one_word_of_a_longer_term_is_not_yet_that(check_talk: Check) -> None:
    talk = "patient: i walk to work , and my ankle hurts a bit ."
    assert check_talk(talk, "He can walk on it a bit.").verdict is Verdict.NOT_FOUND


def test_a_label_beside_a_quality_that_is_a_thing_need_not_be_said(check_talk: Check) -> None:
    talk = "doctor: your sensation is intact ."
    assert check_talk(talk, "NEURO: Normal sensation.").verdict is Verdict.SUPPORTED


def test_what_may_be_is_not_stated(check_talk: Check) -> None:
    talk = "doctor: what you describe might be something called bell's palsy ."
    assert check_talk(talk, "Bell's palsy.").findings[0].kind is FindingKind.CERTAINTY
    assert check_talk(talk, "Possible Bell's palsy.").verdict is Verdict.SUPPORTED


def test_nothing_is_denied_that_was_only_supposed(check_talk: Check) -> None:
    talk = "doctor: call me if anything happens .\npatient: something i had taken it before ."
    assert check_talk(talk, "The patient has never taken anything before.").verdict is Verdict.NOT_FOUND
