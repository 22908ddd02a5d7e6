"""What one does, feels or is, told of another."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.evidence.checker import CheckedSentence
from engine.types import Verdict

Check = Callable[[str, str], CheckedSentence]


@pytest.mark.parametrize(
    ("talk", "said", "turned"),
    [
        (
            "doctor: how is the rash ?\npatient: better .\ndoctor: i'm glad that the cream works .",
            "The clinician is glad that the cream works.",
            "The patient is glad that the cream works.",
        ),
        (
            "doctor: how are you ?\npatient: it's been a chaotic summer and i am tired .",
            "It has been a chaotic summer.",
            "He has been chaotic in summer.",
        ),
        (
            "doctor: please email us or telephone us if the rash spreads .",
            "He will email if the rash spreads.",
            "I will telephone or email you if the rash spreads.",
        ),
        (
            "patient: i go fishing with my wife every sunday since i retired .",
            "He goes fishing since he retired.",
            "He goes fishing with his wife, who retired.",
        ),
        (
            "patient: my coach helps me . she told me to think about better snacks .",
            "The patient's coach told the patient to think about better snacks.",
            "The patient told the patient to think about better snacks.",
        ),
    ],
)
def test_what_is_said_of_another_is_not_supported(check_talk: Check, talk: str, said: str, turned: str) -> None:
    assert check_talk(talk, said).verdict is Verdict.SUPPORTED
    assert check_talk(talk, turned).verdict is Verdict.NOT_FOUND


def test_an_offer_of_the_clinician_stays_one(check_talk: Check) -> None:
    talk = "doctor: i will telephone you with the biopsy result , and you can telephone us too ."
    assert check_talk(talk, "I will telephone you with the biopsy result.").verdict is Verdict.SUPPORTED


def test_a_visit_is_of_one_patient(check_talk: Check) -> None:
    talk = "patient: should my sons be tested ?\ndoctor: yes , the same allergy screening for all of them ."
    assert check_talk(talk, "Allergy screening for all of them.").verdict is Verdict.SUPPORTED
    assert check_talk(talk, "Allergy screening for all patients.").verdict is Verdict.NOT_FOUND


def test_a_worry_of_the_clinician_is_not_the_patients(check_talk: Check) -> None:
    talk = "doctor: do you snore ?\npatient: yes .\ndoctor: i am concerned that it could be sleep apnea ."
    assert check_talk(talk, "He is concerned that it could be sleep apnea.").verdict is not Verdict.SUPPORTED
    talk += "\npatient: i am concerned too ."
    assert check_talk(talk, "He is concerned that it could be sleep apnea.").verdict is Verdict.SUPPORTED


def test_who_came_along_need_not_be_named(check_talk: Check) -> None:
    talk = "doctor: how is he ?\n{}: he has had a cough since monday ."
    note = "His mother reports that he has a cough."
    assert check_talk(talk.format("guest"), note).verdict is Verdict.SUPPORTED
    assert check_talk(talk.format("patient"), note).verdict is Verdict.NOT_FOUND
    assert check_talk(talk.format("guest"), "His mother has a cough.").verdict is not Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("note", "verdict"),
    [
        ("Thyroid cancer.", Verdict.NOT_FOUND),
        ("Family history of thyroid cancer.", Verdict.SUPPORTED),
        ("He had thyroid cancer.", Verdict.NOT_FOUND),  # a mother is no "he"
        ("She had thyroid cancer.", Verdict.SUPPORTED),  # the sentence before may be about the mother
    ],
)
def test_an_illness_of_the_family_is_not_the_patients(check_talk: Check, note: str, verdict: Verdict) -> None:
    assert check_talk("patient: my mother had thyroid cancer .", note).verdict is verdict


def test_what_a_relative_did_the_patient_did_not(check_talk: Check) -> None:
    talk = "patient: my husband just accepted a new position ."
    assert check_talk(talk, "Her husband has accepted a new position.").verdict is Verdict.SUPPORTED
    assert check_talk(talk, "She has accepted a new position.").verdict is Verdict.NOT_FOUND


def test_what_holds_of_most_patients_is_not_told_of_this_one(check_talk: Check) -> None:
    talk = "doctor: most patients are drowsy after the sedative , but you can drive home the next day ."
    assert check_talk(talk, "Most patients are drowsy after the sedative.").verdict is Verdict.SUPPORTED
    assert check_talk(talk, "The patient will be drowsy after the sedative.").verdict is Verdict.NOT_FOUND
