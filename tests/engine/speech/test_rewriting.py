from __future__ import annotations

from engine.speech.messages import HeardWord
from engine.speech.rewriting import Change, Span, rewritten
from engine.speech.segments import Segment


def said(*words: str, probability: float = 0.5) -> Segment:
    return Segment([HeardWord(word, at, at + 1.0, probability) for at, word in enumerate(words)], -0.3, 0.1)


def text(segments: list[Segment]) -> str:
    return "".join(word.text for segment in segments for word in segment.words)


def test_words_become_one_with_their_time_and_no_surer() -> None:
    [segment] = rewritten(
        [said(" take", " met", " for", " min,", " please")], [Change(Span(6, 17), "metformin", 0.9)], []
    )
    assert text([segment]) == " take metformin, please"
    assert segment.words[1] == HeardWord(" metformin,", 1.0, 3.8, 0.5)
    [segment] = rewritten([said(" take", " met", " for", " min,")], [Change(Span(6, 17), "metformin", 0.1)], [])
    assert segment.words[1].probability == 0.1


def test_a_word_that_is_changed_in_part_is_parted() -> None:
    [segment] = rewritten([said(" met", " for", " mid-five", " hundred")], [Change(Span(1, 12), "metformin", 0.9)], [])
    assert [word.text for word in segment.words] == [" metformin", " five", " hundred"]
    assert segment.words[0].ends_s == segment.words[1].begins_s


def test_no_hyphen_joins_what_is_changed_to_what_stays() -> None:
    changes = [Change(Span(1, 12), "sertraline", 0.9), Change(Span(16, 26), "mg", 0.9)]
    [segment] = rewritten([said(" CERT", "-R", "-LINE", "-50", "-MILID", "-REMS", " was")], changes, [])
    assert text([segment]) == " sertraline 50 mg was"
    [segment] = rewritten([said(" the", " 5", "-militrems,", " was")], [Change(Span(7, 16), "mg", 0.9)], [])
    assert text([segment]) == " the 5 mg, was"


def test_words_stay_in_their_segments() -> None:
    segments = rewritten([said(" one", " met"), said(" for", " two")], [Change(Span(5, 12), "metformin", 0.9)], [])
    assert [text([each]) for each in segments] == [" one metformin", " two"]
    assert segments[0].log_probability == -0.3


def test_what_is_doubted_keeps_its_letters() -> None:
    [segment] = rewritten([said(" take", " 10mg", " now", probability=0.9)], [], [Span(6, 8)])
    assert text([segment]) == " take 10mg now"
    assert [word.probability for word in segment.words] == [0.9, 0.2, 0.9]
    [segment] = rewritten([said(" take", probability=0.1)], [], [Span(0, 5)])
    assert segment.words[0].probability == 0.1
