"""Where sentences end, in clinical prose and Markdown, at once and as text streams in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evidence.sentences import SentenceStream, split_sentences


def texts(text: str) -> list[str]:
    return [span.text for span in split_sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Take 0.5 mg b.i.d. with food.",
        "See Dr. Smith at 5 p.m. on Friday.",
        "Use e.g. Amoxicillin, i.e. Penicillin, vs. Placebo.",
        "Fig. 3 shows the dose of 2.5 mg. per day.",
        "J. R. Smith wrote it.",
        "Potassium 5.2 mmol/L was high.",
        "The U.S. Preventive Services Task Force recommends it.",
        "Visit www.example.org/a.b?c=d for more.",
        "A line that is\nwrapped in the middle goes on.",
    ],
)
def test_one_sentence(text: str) -> None:
    assert texts(text) == [text]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Give 500 mg t.i.d. The course is 7 days.", ["Give 500 mg t.i.d.", "The course is 7 days."]),
        ("Check vitamin D. The dose is low.", ["Check vitamin D.", "The dose is low."]),
        ('He said "stop." Then he left!', ['He said "stop."', "Then he left!"]),
        ("It works [1]. Use it [2,3]. Now.", ["It works [1].", "Use it [2,3].", "Now."]),
        ("It works.[12] Use it.", ["It works.[12]", "Use it."]),
        ("It works.(12) Use it.(3,4) Now.", ["It works.(12)", "Use it.(3,4)", "Now."]),
        ("**Stop.** Refer now.", ["**Stop.**", "Refer now."]),
        ("First one\n\nSecond one", ["First one", "Second one"]),
        ("# Dose\nGive 5 mg.", ["# Dose", "Give 5 mg."]),
        ("- one\n- two. Three.\n1. four\n2) five", ["- one", "- two.", "Three.", "1. four", "2) five"]),
        ("| a | b |\n|---|---|\n| 1. x | y. Z |", ["| a | b |", "| 1. x | y. Z |"]),
        ("Wait... Then go on.", ["Wait...", "Then go on."]),
        ("服用两片。每日三次！", ["服用两片。", "每日三次！"]),
        ("هل تشعر بالألم؟ نعم.", ["هل تشعر بالألم؟", "نعم."]),
        ("", []),
        (" \n---\n***\n- \n", []),
    ],
)
def test_several(text: str, sentences: list[str]) -> None:
    assert texts(text) == sentences


def test_a_part_of_a_text_keeps_its_offsets() -> None:
    text = "Not this. Give 5 mg. Not this either."
    (span,) = split_sentences(text, 10, 20)
    assert (span.start, span.end, span.text) == (10, 20, "Give 5 mg.")


pieces = st.sampled_from(
    [
        "Give 5 mg. ",
        "b.i.d. ",
        "Dr. ",
        "the ",
        "The ",
        "A",
        ".",
        "\n",
        "\n\n",
        "- ",
        "1. ",
        "# ",
        "| a | b |",
        "0.5",
        "? ",
        "[1]",
        "**",
        '"',
        "语。",
    ]
)


@settings(deadline=None)
@given(st.lists(pieces, max_size=40), st.lists(st.integers(1, 9), min_size=1, max_size=12))
def test_a_stream_gives_the_sentences_of_the_whole(parts: list[str], steps: list[int]) -> None:
    text = "".join(parts)
    stream, found, position, turn = SentenceStream(), [], 0, 0
    while position < len(text):
        step = steps[turn % len(steps)]
        found += stream.feed(text[position : position + step])
        position, turn = position + step, turn + 1
    found += stream.finish()
    assert found == split_sentences(text)
    assert all(text[span.start : span.end] == span.text == span.text.strip() for span in found)


def test_a_sentence_closes_soon_after_it_ended() -> None:
    stream = SentenceStream()
    assert stream.feed("Give 5 mg at once. ") == []
    (span,) = stream.feed("Then lay the patient flat with legs raised")
    assert span.text == "Give 5 mg at once."
    assert stream.text.endswith("raised")
    assert [left.text for left in stream.finish()] == ["Then lay the patient flat with legs raised"]
    assert stream.finish() == []
