"""Words that were not clearly heard are told to whoever reads the transcript or the proof of a sentence."""

from __future__ import annotations

from msgspec.structs import replace

from app.views.visits.doubts import any_unclear, is_unclear, unclear_spans, unclear_words
from engine.types import NoteSentence, SaidAt, Utterance, Verdict, Word

TEXT = "I will prescribe amycin 500 mg once a day."


def said() -> Utterance:
    sure = {"amycin": 0.04, "500": 0.03, "mg": 0.31}
    words, at = [], 0
    for piece in TEXT.split():
        start = TEXT.index(piece, at)
        at = start + len(piece)
        words.append(Word(start, at, 0.0, 0.1, sure.get(piece, 0.98)))
    return Utterance(7, "Clinician", TEXT, 20.0, 24.0, words)


def test_words_next_to_each_other_are_one_doubt():
    assert [TEXT[start:end] for start, end in unclear_spans(said())] == ["amycin 500 mg"]
    assert any_unclear([said()])


def test_what_a_person_corrected_is_no_doubt_any_more():
    assert unclear_spans(replace(said(), edited=True)) == []


def test_a_sentence_tells_the_doubts_of_its_own_evidence_only():
    start = TEXT.index("amycin")
    own = SaidAt(7, "Clinician", "amycin 500 mg", start, start + 13)
    other = SaidAt(7, "Clinician", "I will prescribe", 0, 16)
    sentence = NoteSentence("Amycin 500 mg daily.", 0, 20, Verdict.SUPPORTED, evidence=[own, own])
    assert unclear_words(sentence, [said()]) == ["amycin 500 mg"]
    assert unclear_words(replace(sentence, evidence=[other]), [said()]) == []
    assert unclear_words(replace(sentence, evidence=[SaidAt(9, "", "", 0, 4)]), [said()]) == []


def test_a_supported_sentence_is_looked_at_until_it_is_confirmed_or_its_words_are_corrected():
    start = TEXT.index("amycin")
    own = SaidAt(7, "Clinician", "amycin 500 mg", start, start + 13)
    sentence = NoteSentence("Amycin 500 mg daily.", 0, 20, Verdict.SUPPORTED, evidence=[own])
    assert is_unclear(sentence, [said()])
    assert not is_unclear(replace(sentence, confirmed=True), [said()])
    assert not is_unclear(sentence, [replace(said(), edited=True)])
    assert not is_unclear(replace(sentence, verdict=Verdict.DIFFERS), [said()]), "it is marked already"
