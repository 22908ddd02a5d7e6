"""Notes of made-up visits: what is said in other words stands, what is changed is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.evidence.checker import CheckedSentence, Checker
from engine.evidence.lexicons import Lexicons
from engine.evidence.sources import SourceText
from engine.types import FindingKind, Verdict

Check = Callable[[str, str], CheckedSentence]
MEDICINES = "doctor: keep taking the atenolol 50 milligrams twice a day and your ramipril ten milligrams at night"


@pytest.mark.parametrize(
    ("talk", "note"),
    [
        (MEDICINES, "Continue atenolol 50 mg twice daily."),
        (MEDICINES, "Ramipril 10 mg daily."),
        ("patient: the pain in my left knee is getting worse", "He reports worsening left knee pain."),
        ("patient: i have had high blood pressure for years", "Hypertension."),
        ("doctor: your lungs are clear there are no wheezes", "Lungs are clear without wheezing."),
        ("patient: it started in october of twenty twenty", "Onset was in 10/2020."),
        ("patient: i had a car accident", "The patient was in a motor vehicle accident."),
        ("doctor: there's no sign of a hernia", "No evidence of hernia."),
    ],
)
def test_the_same_in_other_words(check_talk: Check, talk: str, note: str) -> None:
    sentence = check_talk(talk, note)
    assert (sentence.verdict, sentence.findings) == (Verdict.SUPPORTED, [])


@pytest.mark.parametrize(
    ("note", "kind"),
    [
        ("Continue atenolol 500 mg twice daily.", FindingKind.DOSE),
        ("Continue atenolol 50 mg once daily.", FindingKind.FREQUENCY),
        ("Ramipril 10 mg every morning.", FindingKind.FREQUENCY),
        ("Discontinue atenolol 50 mg twice daily.", FindingKind.NEGATION),
        ("Continue bisoprolol 50 mg twice daily.", FindingKind.DRUG),
        ("Ramipril 10 mcg daily.", FindingKind.UNIT),
    ],
)
def test_a_changed_order_differs(check_talk: Check, note: str, kind: FindingKind) -> None:
    sentence = check_talk(MEDICINES, note)
    assert sentence.verdict is Verdict.DIFFERS
    assert kind in {finding.kind for finding in sentence.findings}


@pytest.mark.parametrize(
    "note",
    [
        "Ramipril 50 mg.",  # 50 mg is said, but of another drug
        "He was told to stop ramipril.",
        "Order a lumbar puncture.",
        "He has a history of epilepsy.",
    ],
)
def test_what_was_not_said_so_is_not_supported(check_talk: Check, note: str) -> None:
    assert check_talk(MEDICINES, note).verdict in (Verdict.DIFFERS, Verdict.NOT_FOUND)


@pytest.mark.parametrize(
    ("note", "verdict"),
    [
        ("Right hip pain.", Verdict.SUPPORTED),
        ("Left hip pain.", Verdict.DIFFERS),
        ("Left knee swelling.", Verdict.SUPPORTED),
        ("Right knee swelling.", Verdict.DIFFERS),
    ],
)
def test_a_side_belongs_to_its_part(check_talk: Check, note: str, verdict: Verdict) -> None:
    talk = "patient: my right hip hurts\ndoctor: right now i see the left knee is swollen"
    assert check_talk(talk, note).verdict is verdict


def test_of_two_sides_of_a_part_that_counts_which_is_said_of_the_same_thing(check_talk: Check) -> None:
    talk = "patient: my right hip is stiff in the mornings and after that the left hip burns"
    assert check_talk(talk, "Right hip stiffness.").verdict is Verdict.SUPPORTED
    assert check_talk(talk, "Left hip stiffness.").verdict is Verdict.DIFFERS


def test_the_right_of_talk_is_no_side(check_talk: Check) -> None:
    talk = "doctor: so your knee hurts right ?\npatient: right , the left one"
    assert check_talk(talk, "Left knee pain.").verdict is Verdict.SUPPORTED


def test_a_denial_of_one_place_is_no_contradiction_elsewhere(check_talk: Check) -> None:
    talk = "doctor: so on the medial side there is tenderness"
    assert check_talk(talk, "No tenderness on the lateral side.").verdict is Verdict.NOT_FOUND
    assert check_talk(talk, "No tenderness on the medial side.").verdict is Verdict.DIFFERS


def test_the_denial_of_a_kind_is_not_that_of_the_whole(check_talk: Check) -> None:
    talk = "patient: i hurt my wrist that was the injury\ndoctor: there's no fracture there"
    assert check_talk(talk, "He has a wrist injury.").verdict is Verdict.SUPPORTED
    assert check_talk(talk, "He has a fracture.").verdict is Verdict.DIFFERS


@pytest.mark.parametrize(
    ("note", "kinds"),
    [
        ("She has pneumonia.", [FindingKind.CERTAINTY]),
        ("Possible pneumonia.", []),
        ("She has asthma.", []),
    ],
)
def test_what_may_be_is_not_stated(check_talk: Check, note: str, kinds: list[FindingKind]) -> None:
    talk = "doctor: with your asthma this could be pneumonia"
    assert [finding.kind for finding in check_talk(talk, note).findings] == kinds


@pytest.mark.parametrize(
    "note",
    [
        "Ears, nose and throat",
        "Questions were invited and answered.",
        "The patient understands and agrees with the plan.",
        "We discussed the risks, benefits and alternatives.",
    ],
)
def test_titles_and_that_something_was_talked_over_claim_nothing(check_talk: Check, note: str) -> None:
    assert check_talk(MEDICINES, note).verdict is Verdict.NO_CLAIM


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Pathology confirmed Legionella as the cause.", Verdict.SUPPORTED),
        ("Pathology confirmed Nocardia as the cause.", Verdict.NOT_FOUND),
        ("The skin test was not normal.", Verdict.DIFFERS),
        ("The skin test was normal.", Verdict.SUPPORTED),
        ("The gait was unremarkable.", Verdict.SUPPORTED),
        ("The gait was abnormal.", Verdict.NOT_FOUND),
    ],
)
def test_a_changed_word_of_a_written_source(lexicons: Lexicons, text: str, verdict: Verdict) -> None:
    report = (
        "Pathology confirmed Legionella as the cause. The skin test was normal. "
        "The gait was normal while both deep tendon reflexes were abnormal."
    )
    source = SourceText("report.pdf", report)
    (sentence,) = Checker([source], lexicons).check(text)
    assert sentence.verdict is verdict
