"""Sentences that rest on words which were not clearly heard."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from engine.types import Note, NoteSection, NoteSentence, SaidAt, Utterance, Verdict, Word
from engine.visits.hearing import unclear

SAID = "Take an explanation, 500 mg, for three days."
HEARD = Utterance(
    3, "Clinician", SAID, 0.0, 4.0, [Word(0, 4, 0, 1, 0.9), Word(8, 20, 1, 2, 0.05), Word(33, 38, 3, 4, 0.2)]
)
SENTENCE = NoteSentence(
    "Explanation 500 mg.", 0, 19, Verdict.SUPPORTED, evidence=[SaidAt(3, "Clinician", SAID[:27], 0, 27)]
)


def found(sentence: NoteSentence, utterance: Utterance = HEARD) -> list[list[str]]:
    note = Note("visit", [NoteSection("plan", "Plan", sentence.text, [sentence])])
    return [each.words for each in unclear(note, [utterance])]


def test_the_words_that_a_sentence_rests_on_are_named() -> None:
    assert found(SENTENCE) == [["explanation"]]
    assert found(replace(SENTENCE, evidence=[SaidAt(3, "Clinician", SAID, 0, len(SAID))])) == [["explanation", "three"]]


@pytest.mark.parametrize(
    ("sentence", "utterance"),
    [
        (replace(SENTENCE, confirmed=True), HEARD),
        (replace(SENTENCE, verdict=Verdict.DIFFERS), HEARD),
        (replace(SENTENCE, evidence=[]), HEARD),
        (SENTENCE, replace(HEARD, edited=True)),
        (SENTENCE, replace(HEARD, id=4)),
        (SENTENCE, replace(HEARD, words=[])),
    ],
)
def test_what_is_marked_confirmed_corrected_or_clear_is_not(sentence: NoteSentence, utterance: Utterance) -> None:
    assert found(sentence, utterance) == []
