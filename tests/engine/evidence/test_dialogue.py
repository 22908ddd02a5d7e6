"""Talk: questions state nothing, answers settle them, and pronouns carry a relative on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.evidence.checker import CheckedSentence
from engine.types import FindingKind, Verdict

Check = Callable[[str, str], CheckedSentence]
ASKED = "doctor: Any dizziness or headaches?\npatient: {}"


@pytest.mark.parametrize(
    ("reply", "note", "verdict"),
    [
        ("No.", "Denies dizziness.", Verdict.SUPPORTED),
        ("No.", "Reports headaches.", Verdict.DIFFERS),
        ("Um, not that I know.", "Reports dizziness.", Verdict.DIFFERS),
        ("I haven't, no.", "No dizziness.", Verdict.SUPPORTED),
        ("Yeah, quite often.", "Reports dizziness.", Verdict.SUPPORTED),
        ("Once in a while.", "Denies dizziness.", Verdict.DIFFERS),
        ("Actually, I do.", "Reports dizziness.", Verdict.SUPPORTED),
        ("It was raining that day.", "Reports dizziness.", Verdict.NOT_FOUND),
        ("No, just headaches.", "Reports headaches.", Verdict.SUPPORTED),
    ],
)
def test_the_reply_settles_what_is_asked(check_talk: Check, reply: str, note: str, verdict: Verdict) -> None:
    assert check_talk(ASKED.format(reply), note).verdict is verdict


def test_a_question_without_a_question_mark_states_nothing(check_talk: Check) -> None:
    talk = "doctor: okay and have you had any palpitations\npatient: the weather was so warm last week"
    assert check_talk(talk, "Reports palpitations.").verdict is Verdict.NOT_FOUND


def test_a_question_goes_on_in_the_next_thought(check_talk: Check) -> None:
    talk = "doctor: did you notice some swelling there in those days . or any fever\npatient: no"
    assert check_talk(talk, "Denies fever.").verdict is Verdict.SUPPORTED


def test_the_second_of_two_questions_takes_the_answer(check_talk: Check) -> None:
    talk = "doctor: Is it itchy? Have you had a fever?\npatient: It is a bit itchy. No, I have not had a fever."
    assert check_talk(talk, "He has had no fever.").verdict is Verdict.SUPPORTED
    assert check_talk(talk, "He has had a fever.").verdict is not Verdict.SUPPORTED


def test_he_and_she_go_on_with_the_relative(check_talk: Check) -> None:
    talk = "doctor: Is your mother well?\npatient: My mother is eighty.\npatient: She has diabetes, I think."
    assert check_talk(talk, "His mother has diabetes.").verdict is Verdict.SUPPORTED
    father = check_talk(talk, "His father has diabetes.")
    assert father.verdict is not Verdict.SUPPORTED


def test_a_parent_may_be_the_mother(check_talk: Check) -> None:
    talk = "patient: my mother has gout and that is all i know"
    assert check_talk(talk, "A parent has gout.").verdict is Verdict.SUPPORTED


def test_what_the_patient_has_is_not_the_sisters(check_talk: Check) -> None:
    talk = "patient: i have had this cough since june and my sister is well"
    sentence = check_talk(talk, "Her sister has a cough.")
    assert [finding.kind for finding in sentence.findings] == [FindingKind.PERSON]


def test_what_a_relative_only_tells_is_the_patients(check_talk: Check) -> None:
    talk = "mother: he has had a cough since monday"
    assert check_talk(talk, "His mother states that he has a cough.").findings == []


def test_an_illness_in_the_family_is_not_the_patients(check_talk: Check) -> None:
    talk = "doctor: you have a history of gout in your family"
    assert check_talk(talk, "Family history of gout.").verdict is Verdict.SUPPORTED


def test_a_drug_named_in_reply_is_what_the_allergy_is_to(check_talk: Check) -> None:
    talk = "doctor: are you allergic to anything ?\npatient: {} ."
    assert check_talk(talk.format("penicillin"), "She is allergic to penicillin.").verdict is Verdict.SUPPORTED
    assert check_talk(talk.format("the weather"), "She is allergic to penicillin.").verdict is not Verdict.SUPPORTED


def test_what_is_stated_is_shown_rather_than_what_is_asked(check_talk: Check) -> None:
    talk = "doctor: how about your blood pressure ?\npatient: fine .\ndoctor: your blood pressure looks good today ."
    assert check_talk(talk, "Blood pressure is good.").evidence[0].quote == "your blood pressure looks good today ."


def test_what_is_taken_and_when_to_come_back_are_claims(check_talk: Check) -> None:
    talk = "doctor: we do not need any medication for it . i want to see you in four months ."
    assert check_talk(talk, "No medication is needed.").verdict is Verdict.SUPPORTED
    assert check_talk(talk, "Medication was discussed.").verdict is Verdict.NO_CLAIM
    assert check_talk(talk, "He will see you in four months.").verdict is Verdict.SUPPORTED
    assert check_talk(talk, "He will see the clinician in six weeks.").verdict is Verdict.NOT_FOUND


def test_how_bad_it_is_must_be_said(check_talk: Check) -> None:
    talk = "patient: my knee hurts when i climb stairs ."
    assert check_talk(talk, "Knee pain when climbing stairs.").verdict is Verdict.SUPPORTED
    assert check_talk(talk, "Severe knee pain when climbing stairs.").verdict is Verdict.NOT_FOUND


def test_of_two_things_asked_for_one_may_be_denied(check_talk: Check) -> None:
    talk = "doctor: was it a normal birth or a caesarean ?\nguest: no caesarean , it was normal ."
    assert check_talk(talk, "The birth was normal.").verdict is Verdict.SUPPORTED
    assert check_talk(talk, "A caesarean was done.").verdict is not Verdict.SUPPORTED
    assert check_talk("doctor: any cough or fever ?\npatient: no .", "Reports fever.").verdict is Verdict.DIFFERS


def test_a_date_is_the_same_in_figures_and_in_words(check_talk: Check) -> None:
    talk = "doctor: the ecg taken on 12/26/2020 reveals atrial fibrillation ."
    assert check_talk(talk, "An ECG of December 26, 2020 reveals atrial fibrillation.").verdict is Verdict.SUPPORTED
    assert check_talk(talk, "An ECG of December 27, 2020 reveals atrial fibrillation.").verdict is Verdict.DIFFERS


def test_of_two_things_asked_for_neither_holds_where_the_reply_names_a_third(check_talk: Check) -> None:
    talk = "doctor: do you feel the cramps when swimming or when dancing ?\npatient: it was the cramps on the ladder ."
    assert check_talk(talk, "He feels the cramps on the ladder.").verdict is Verdict.SUPPORTED
    assert check_talk(talk, "He feels the cramps when swimming or dancing.").verdict is Verdict.NOT_FOUND


def test_what_an_open_question_takes_for_granted_was_so(check_talk: Check) -> None:
    talk = "doctor: when did you quit fencing and swimming ?\npatient: i was twenty ."
    assert check_talk(talk, "He quit fencing and swimming at twenty.").verdict is Verdict.SUPPORTED


def test_what_i_will_do_is_no_question(check_talk: Check) -> None:
    talk = "doctor: what i'll do is send a letter to the school ."
    assert check_talk(talk, "A letter is sent to the school.").verdict is Verdict.SUPPORTED


def test_a_yes_or_no_is_wanted_of_does_it_hurt_when_you_walk(check_talk: Check) -> None:
    talk = "doctor: do you have cramps when you climb ?\npatient: no , never ."
    assert check_talk(talk, "Denies cramps when climbing.").verdict is Verdict.SUPPORTED
    assert check_talk(talk, "Reports cramps when climbing.").verdict is Verdict.DIFFERS


@pytest.mark.parametrize(
    ("talk", "verdict"),
    [
        ("doctor: do you have any questions ?\npatient: no , that is all .", Verdict.NO_CLAIM),
        ("doctor: any questions ?\npatient: yes , may i swim with the rash ?", Verdict.NOT_FOUND),
        ("doctor: the rash will fade . if you have any questions just ring us .", Verdict.NOT_FOUND),
        ("doctor: the rash will fade soon .", Verdict.NOT_FOUND),
    ],
)
def test_that_there_were_no_questions_has_to_be_said(check_talk: Check, talk: str, verdict: Verdict) -> None:
    assert check_talk(talk, "No questions.").verdict is verdict


def test_a_denial_of_one_kind_denies_no_other(check_talk: Check) -> None:
    talk = "patient: it's not the kind of dizziness that makes you fall , just a bit off balance ."
    assert check_talk(talk, "Reports dizziness.").verdict is Verdict.SUPPORTED
    assert check_talk(talk, "Denies dizziness.").verdict is Verdict.DIFFERS


def test_i_do_not_know_denies_nothing_that_follows(check_talk: Check) -> None:
    talk = "patient: i do n't know this is maybe my third migraine ."
    assert check_talk(talk, "Has had migraines.").verdict is Verdict.SUPPORTED


def test_a_topic_is_only_named(check_talk: Check) -> None:
    talk = "doctor: any pain in the ear ?\npatient: no ."
    assert check_talk(talk, "Regarding the ear pain, he denies any pain.").verdict is Verdict.SUPPORTED
    assert check_talk(talk, "He has ear pain.").verdict is Verdict.DIFFERS


def test_an_amount_that_is_only_asked_is_none(check_talk: Check) -> None:
    talk = "doctor: would you say the cramps last five days ?\npatient: {} ."
    note = "The cramps last five days."
    assert check_talk(talk.format("yes , five"), note).verdict is Verdict.SUPPORTED
    assert check_talk(talk.format("it has been since school"), note).verdict is Verdict.NOT_FOUND
