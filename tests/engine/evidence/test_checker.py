"""Sentences held against sources: what is supported, what differs and in which words, what nothing says."""

from __future__ import annotations

import pytest

from engine.evidence.checker import CheckedSentence, Checker
from engine.evidence.lexicons import Lexicons, load_lexicons
from engine.evidence.sources import SourceText, SpeakerTurn
from engine.types import FindingKind, Verdict

PROTOCOL = (
    "Give adrenaline 0.5 mg into the outer thigh. Take lisinopril 10 mg by mouth once a day. "
    "The left knee is swollen. There is no chest pain. His mother had breast cancer. "
    "Blood glucose was 5.5 mmol/L. He weighs 150 lb. The fever lasted 3 days."
)


@pytest.fixture(scope="module")
def lexicons() -> Lexicons:
    return load_lexicons()


@pytest.fixture(scope="module")
def checker(lexicons: Lexicons) -> Checker:
    return Checker([SourceText("protocol.pdf", PROTOCOL)], lexicons)


def only(checker: Checker, text: str) -> CheckedSentence:
    (sentence,) = checker.check(text)
    return sentence


@pytest.mark.parametrize(
    "text",
    [
        "Give epinephrine 500 mcg into the outer thigh.",
        "Takes lisinopril 10 mg PO daily.",
        "Left knee swelling.",
        "The patient denies chest pain.",
        "Blood sugar was 99 mg/dL.",
        "He weighs 68 kg.",
        "Fever for three days.",
    ],
)
def test_the_same_in_other_words_is_supported(checker: Checker, text: str) -> None:
    sentence = only(checker, text)
    assert (sentence.verdict, sentence.findings) == (Verdict.SUPPORTED, [])
    assert sentence.evidence[0].quote == PROTOCOL[sentence.evidence[0].start : sentence.evidence[0].end]


@pytest.mark.parametrize(
    ("text", "kind", "said", "source"),
    [
        ("Give adrenaline 5 mg into the outer thigh.", FindingKind.DOSE, "5 mg", "0.5 mg"),
        ("Give adrenaline 0.5 g into the outer thigh.", FindingKind.UNIT, "0.5 g", "0.5 mg"),
        ("Take lisinopril 10 mg twice a day.", FindingKind.FREQUENCY, "twice a day", "once a day"),
        ("Take lisinopril 10 mg intravenously once a day.", FindingKind.ROUTE, "intravenously", "by mouth"),
        ("The right knee is swollen.", FindingKind.SIDE, "right", "left"),
        ("The patient reports chest pain.", FindingKind.NEGATION, "chest pain", "chest pain"),
        ("Left knee is not swollen.", FindingKind.NEGATION, "swollen", "swollen"),
        ("His father and his mother are well; his father had cancer.", FindingKind.PERSON, "cancer", "cancer"),
        ("The fever lasted 3 weeks.", FindingKind.UNIT, "3 weeks", "3 days"),
        ("Take amlodipine 10 mg by mouth once a day.", FindingKind.DRUG, "amlodipine", "lisinopril"),
    ],
)
def test_a_changed_fact_differs_word_against_word(
    checker: Checker, text: str, kind: FindingKind, said: str, source: str
) -> None:
    sentence = only(checker, text)
    assert sentence.verdict is Verdict.DIFFERS
    finding = next(each for each in sentence.findings if each.kind is kind)
    assert (finding.said, finding.source) == (said, source)
    assert text[finding.start : finding.end] == said
    assert PROTOCOL[finding.source_start : finding.source_end] == source
    assert sentence.evidence[finding.evidence].quote in PROTOCOL


def test_a_tenfold_dose_is_called_out(checker: Checker) -> None:
    (finding,) = only(checker, "Give adrenaline 5 mg into the outer thigh.").findings
    assert finding.note == "ten times as much"


@pytest.mark.parametrize("text", ["Refer to a neurologist for the tremor.", "The patient has a rash and gout."])
def test_what_no_source_mentions_is_not_found(checker: Checker, text: str) -> None:
    assert only(checker, text).verdict is Verdict.NOT_FOUND


@pytest.mark.parametrize(
    "text",
    ["## Treatment", "PLAN", "Doses:", "Is there a fever?", "If in doubt, ask your doctor.", "However, also this."],
)
def test_headings_questions_and_advice_make_no_claim(checker: Checker, text: str) -> None:
    assert only(checker, text).verdict is Verdict.NO_CLAIM


@pytest.mark.parametrize(
    ("reply", "note", "verdict"),
    [
        ("No, not really.", "Denies chest pain.", Verdict.SUPPORTED),
        ("No, not really.", "Reports chest pain.", Verdict.DIFFERS),
        ("Yes, a bit.", "Reports chest pain.", Verdict.SUPPORTED),
        ("Yes, a bit.", "Denies chest pain.", Verdict.DIFFERS),
    ],
)
def test_a_reply_of_yes_or_no_answers_the_question(lexicons: Lexicons, reply: str, note: str, verdict: Verdict) -> None:
    question = "Do you have any chest pain?"
    text = f"{question}\n{reply}"
    turns = [SpeakerTurn("doctor", 0, len(question)), SpeakerTurn("patient", len(question) + 1, len(text))]
    assert only(Checker([SourceText("visit", text, turns=turns)], lexicons), note).verdict is verdict


ORDERS = (
    "Start amlodipine at 5 mg once a day. If the blood pressure stays above 140/90 mmHg after 4 weeks, raise "
    "amlodipine to 10 mg. Do not give NSAIDs to people with chronic kidney disease. "
    "Refer to cardiology if it exceeds 180 mmHg."
)


@pytest.mark.parametrize(
    ("text", "verdict", "kinds"),
    [
        ("Amlodipine is started at 5 mg daily.", Verdict.SUPPORTED, []),
        ("NSAIDs should be avoided in chronic kidney disease.", Verdict.SUPPORTED, []),
        ("Refer to a cardiologist if the pressure is above 180 mmHg.", Verdict.SUPPORTED, []),
        ("NSAIDs should be given in chronic kidney disease.", Verdict.DIFFERS, [FindingKind.NEGATION]),
        ("Amlodipine is started at 50 mg daily.", Verdict.DIFFERS, [FindingKind.DOSE]),
        ("Raise amlodipine if blood pressure is above 150/90 after four weeks.", Verdict.DIFFERS, [FindingKind.VALUE]),
        ("Refer to nephrology if it exceeds 180 mmHg.", Verdict.NOT_FOUND, []),
        ("Ibuprofen should not be given in chronic kidney disease.", Verdict.NOT_FOUND, []),
    ],
)
def test_answers_about_a_protocol(lexicons: Lexicons, text: str, verdict: Verdict, kinds: list[FindingKind]) -> None:
    sentence = only(Checker([SourceText("protocol.pdf", ORDERS)], lexicons), text)
    assert (sentence.verdict, [finding.kind for finding in sentence.findings]) == (verdict, kinds)


def test_a_slipped_decimal_point_is_told_before_a_nearer_figure(lexicons: Lexicons) -> None:
    sentence = only(Checker([SourceText("protocol.pdf", ORDERS)], lexicons), "Amlodipine is started at 50 mg daily.")
    assert [(finding.source, finding.note) for finding in sentence.findings] == [("5 mg", "ten times as much")]
