"""What is denied, and how far a denial reaches."""

from __future__ import annotations

import pytest

from engine.evidence.lexicons import Lexicons
from engine.evidence.reading import read_statements


def denied(text: str, lexicons: Lexicons, *, spoken: bool = False) -> set[str]:
    statements = read_statements(text, lexicons, spoken=spoken)
    return {mention.name for mention in statements.mentions if mention.negated and mention.kind == "finding"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("No fever, cough or rash.", {"fever", "cough", "rash"}),
        ("Denies nausea and reports a cough.", {"nausea"}),
        ("No fever and is coughing.", {"fever"}),
        ("No fever, and the cough is worse.", {"fever"}),
        ("Rash: none.", {"rash"}),
        ("Afebrile, with a cough.", {"fever"}),
        ("The tremor was ruled out.", {"tremor"}),
        ("No relief of the headache.", set()),
        ("The cough did not improve.", set()),
        ("He is a nonsmoker.", {"smoking"}),
        ("If there is no fever, treat the cough.", set()),
    ],
)
def test_what_a_written_sentence_denies(lexicons: Lexicons, text: str, names: set[str]) -> None:
    assert denied(text, lexicons) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("i do n't think there is any swelling there", {"edema"}),
        ("no fever or chills it's mostly the cough", {"fever", "chills"}),
        ("i had no rash you know but my mom did have a cough", {"rash"}),
        ("wheezing no", {"wheeze"}),
        ("no i get a headache most days", set()),
    ],
)
def test_what_talk_without_full_stops_denies(lexicons: Lexicons, text: str, names: set[str]) -> None:
    assert denied(text, lexicons, spoken=True) == names


def test_what_is_only_supposed_is_neither_denied_nor_affirmed(lexicons: Lexicons) -> None:
    (fever,) = [
        each for each in read_statements("Call us if a fever comes.", lexicons).mentions if each.name == "fever"
    ]
    assert fever.negated is None
