from __future__ import annotations

import pytest

from engine.documents.transcript import parse_transcript
from engine.evidence.lexicons import Lexicons, load_lexicons
from engine.evidence.omissions import SourceOmission, find_omissions
from engine.evidence.sources import SourceText
from engine.types import OmissionKind

VISIT = parse_transcript(
    "visit",
    """[doctor] any fever ?
[patient] no .
[doctor] any allergies ?
[patient] yes , i am allergic to penicillin . and i have a cough . my mother has asthma .
[doctor] your blood pressure is 132 over 78 . i want you to take atenolol 50 milligrams twice a day .
[doctor] i'm going to order an mri , and i want you to follow up with me in two weeks .
""",
)
WHOLE = (
    "Cough. Allergic to penicillin. Blood pressure 132/78. Atenolol 50 mg twice a day."
    " MRI ordered. Follow up in 2 weeks."
)


@pytest.fixture(scope="module")
def lexicons() -> Lexicons:
    return load_lexicons()


def left_out(text: str, lexicons: Lexicons, *kinds: OmissionKind) -> list[SourceOmission]:
    return find_omissions(text, [VISIT], lexicons, kinds or tuple(OmissionKind))


def test_a_whole_note_leaves_nothing_out(lexicons: Lexicons) -> None:
    assert left_out(WHOLE, lexicons) == []


@pytest.mark.parametrize(
    ("sentence", "kind", "words"),
    [
        ("Cough. ", OmissionKind.FINDING, "cough"),
        ("Allergic to penicillin. ", OmissionKind.ALLERGY, "penicillin"),
        ("Blood pressure 132/78. ", OmissionKind.VITAL, "132 over 78"),
        ("Atenolol 50 mg twice a day. ", OmissionKind.DRUG, "atenolol"),
        (" 50 mg", OmissionKind.DOSE, "50 milligrams"),
        ("MRI ordered. ", OmissionKind.PLAN, "mri"),
        ("Follow up in 2 weeks.", OmissionKind.FOLLOW_UP, "two weeks"),
    ],
)
def test_each_kind_is_named_with_its_place(sentence: str, kind: OmissionKind, words: str, lexicons: Lexicons) -> None:
    found = left_out(WHOLE.replace(sentence, ""), lexicons, kind)
    assert len(found) == 1
    assert words in found[0].quote
    assert VISIT.text[found[0].start : found[0].end] == found[0].quote


def test_what_is_denied_or_said_of_a_relative_is_no_fact(lexicons: Lexicons) -> None:
    names = {omission.name for omission in left_out("", lexicons, OmissionKind.FINDING)}
    assert "cough" in names
    assert not names & {"fever", "asthma"}


def test_only_the_kinds_asked_for(lexicons: Lexicons) -> None:
    assert {omission.kind for omission in left_out("", lexicons, OmissionKind.DRUG)} == {OmissionKind.DRUG}


def test_a_fact_said_twice_is_named_once(lexicons: Lexicons) -> None:
    source = SourceText(name="a", text="Take atenolol at night. Atenolol is for the heart.")
    found = find_omissions("", [source], lexicons, (OmissionKind.DRUG,))
    assert [omission.start for omission in found] == [0]
