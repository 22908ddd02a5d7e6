"""Speech cut into what is said at a time."""

from __future__ import annotations

from engine.evidence.lexicons import Lexicons, load_lexicons
from engine.evidence.segments import read_segments
from engine.evidence.sources import SourceText, SpeakerTurn


def said(text: str, lexicons: Lexicons) -> list[str]:
    turns = [SpeakerTurn("doctor", 0, len(text), None, None)]
    found = list(read_segments([SourceText("talk", text, turns=turns)], lexicons))
    assert [each.text for each in found] == [text[each.start : each.end] for each in found]
    return [each.text for each in found]


def test_a_full_stop_that_stands_apart_ends_a_sentence_in_small_letters() -> None:
    lexicons = load_lexicons()
    text = "wash your face with water . apply the cream at night . dr. bell said 0.1 % is enough"
    assert said(text, lexicons) == [
        "wash your face with water .",
        "apply the cream at night .",
        "dr. bell said 0.1 % is enough",
    ]


def test_the_point_of_a_spoken_number_ends_nothing() -> None:
    talk = "your a1c was six . seven . the last one was eight . two"
    assert said(talk, load_lexicons()) == ["your a1c was six . seven .", "the last one was eight . two"]
