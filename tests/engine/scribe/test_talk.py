"""What a section of a note is written from."""

from __future__ import annotations

import pytest

from engine.evidence.lexicons import Lexicons
from engine.scribe.parts import Part, load_visit_words
from engine.scribe.spoken import Spoken
from engine.scribe.talk import WINDOW_WORDS, Talk, tidy
from engine.types import Transcript, Utterance
from tests.engine.scribe.scripted import transcript

WORDS = load_visit_words()


def talk_of(said: Transcript, lexicons: Lexicons) -> Talk:
    return Talk(Spoken(said, lexicons), WORDS)


def said_for(title: str, talk: Talk) -> str:
    return "\n".join(window.said for window in talk.windows(WORDS.rule(title)))


def test_each_part_of_a_visit_is_told_apart(lexicons: Lexicons) -> None:
    talk = talk_of(transcript(), lexicons)
    parts = {segment.text: part for segment, part in zip(talk.segments, talk.parts, strict=True)}
    assert parts["My right knee has been hurting for two weeks now, mostly on the stairs."] is Part.HISTORY
    assert parts["The reflexes are normal."] is Part.EXAM
    assert next(part for text, part in parts.items() if "x-ray" in text) is Part.RESULTS
    assert next(part for text, part in parts.items() if "naproxen" in text) is Part.PLAN
    assert talk.parts == sorted(talk.parts, key=list(Part).index)


def test_what_is_found_is_told_apart_in_a_visit_of_half_a_minute(lexicons: Lexicons) -> None:
    said = (
        "Doctor: What brings you in today?\nPatient: I've had a sore throat and a fever for three days.\n"
        "Doctor: Your temperature is 38.5 degrees. The tonsils are red and swollen. I will prescribe azithromycin. "
        "Please come back in one week."
    )
    talk = talk_of(transcript(said), lexicons)
    assert said_for("Physical exam", talk) == (
        "Clinician: Your temperature is 38.5 degrees. The tonsils are red and swollen."
    )


def test_a_section_gets_the_talk_that_it_is_about(lexicons: Lexicons) -> None:
    talk = talk_of(transcript(), lexicons)
    assert "135 over 85" in said_for("Physical exam", talk)
    assert "naproxen" not in said_for("Physical exam", talk)
    assert "naproxen" in said_for("Assessment and plan", talk)
    assert said_for("Allergies", talk) == (
        "Clinician: Are you allergic to anything?\nPatient: I am allergic to penicillin."
    )
    assert "ibuprofen" in said_for("Medications", talk)
    everything = said_for("Anything at all", talk)
    for words in ("stairs", "135 over 85", "x-ray", "six weeks"):
        assert words in everything


def test_listeners_okays_are_left_out_but_answers_stay(lexicons: Lexicons) -> None:
    said = "Doctor: Do you smoke at all?\nPatient: Yeah.\nDoctor: Tell me about your cough please.\nPatient: Okay."
    shown = said_for("History", talk_of(transcript(said), lexicons))
    assert "Patient: Yeah." in shown
    assert "Okay" not in shown


def test_speakers_without_roles_are_told_apart_by_who_asks(lexicons: Lexicons) -> None:
    said = "A: Where does it hurt?\nB: It hurts in my back when I walk.\nA: Since when?\nB: Since Monday."
    assert talk_of(transcript(said), lexicons).clinicians == {"A"}


def test_a_long_visit_is_cut_into_windows_and_nothing_is_dropped(lexicons: Lexicons) -> None:
    lines = [
        f"Doctor: What about problem number {n}, how is it?\nPatient: Number {n} hurts at night, I take tablet x{n}."
        for n in range(150)
    ]
    talk = talk_of(transcript("\n".join(lines)), lexicons)
    windows = talk.windows(WORDS.rule("Anything at all"))
    assert len(windows) > 3
    assert all(len(window.said.split()) <= 2 * WINDOW_WORDS for window in windows)
    together = "\n".join(window.said for window in windows)
    assert all(f"tablet x{n}." in together for n in range(150))


def test_speech_without_a_stop_is_cut_too(lexicons: Lexicons) -> None:
    words = " ".join(f"word{n}" for n in range(3000))
    windows = talk_of(Transcript([Utterance(1, "Patient", words)]), lexicons).windows(WORDS.rule("Anything"))
    assert max(len(window.said.split()) for window in windows) <= 2 * WINDOW_WORDS
    assert {word for window in windows for word in window.said.split()} >= set(words.split())


def test_later_talk_moves_no_border_that_closed(lexicons: Lexicons) -> None:
    lines = [
        f"Doctor: How is problem {n} doing?\nPatient: It hurts when I walk, number {n}, since the summer of last year."
        for n in range(120)
    ]
    rule = WORDS.rule("History")
    whole = talk_of(transcript("\n".join(lines)), lexicons)
    early = talk_of(transcript("\n".join(lines[:70])), lexicons)
    closed = [window.said for window in early.windows(rule) if early.closed(window)]
    assert closed
    assert [window.said for window in whole.windows(rule)][: len(closed)] == closed


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("um , i do n't know , uh , maybe", "i don't know, maybe"),
        ("we 're gon na start , start it", "we 're gonna start it"),
        ("i , i , i just feel tired .", "i just feel tired."),
        ("two or two hundred", "two or two hundred"),
    ],
)
def test_spoken_words_are_tidied(spoken: str, written: str) -> None:
    assert tidy(spoken) == written


def test_a_short_talk_belongs_whole_to_a_notes_only_section(lexicons: Lexicons) -> None:
    said = (
        "Doctor: Do you work?\nPatient: I make boats.\nDoctor: Let us go ahead with the plan.\nPatient: In my own yard."
    )
    talk = talk_of(transcript(said), lexicons)
    [window] = talk.windows(WORDS.rule("Social history"), alone=True)
    assert "I make boats." in window.said and "In my own yard." in window.said


def test_of_a_long_talk_a_notes_only_section_gets_what_it_is_about_from_anywhere(lexicons: Lexicons) -> None:
    small_talk = "\n".join(f"Doctor: It rained on day {n}.\nPatient: Yes, and it was cold, too." for n in range(40))
    late = "Doctor: I'd like you to start naproxen, and come back in a week.\nPatient: I am allergic to penicillin."
    talk = talk_of(transcript(f"{small_talk}\n{late}"), lexicons)
    [window] = talk.windows(WORDS.rule("Allergies"), alone=True)
    assert "penicillin" in window.said and "day 7." not in window.said


def test_parts_stay_as_they_are_when_a_visit_grows(lexicons: Lexicons) -> None:
    """What was written ahead of a window counts only while the window stays the same."""
    begun = "\n".join(f"Doctor: Well, day {n} was like that.\nPatient: So was number {n + 1}." for n in range(60))
    end = "\n".join(
        f"Doctor: I'd like you to start tablet {n}, and come back in a week.\nPatient: Okay." for n in range(60)
    )
    early, whole = talk_of(transcript(begun), lexicons), talk_of(transcript(f"{begun}\n{end}"), lexicons)
    rule = WORDS.rule("History of present illness")
    closed = [window for window in early.windows(rule) if early.closed(window)]
    assert closed
    assert closed == whole.windows(rule)[: len(closed)]
