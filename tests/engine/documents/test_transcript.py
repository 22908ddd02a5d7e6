from __future__ import annotations

from pathlib import Path

import pytest

from engine.documents.transcript import BrokenTranscript, is_transcript, parse_transcript, read_transcript

LONG = """File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 9.5
tiers? <exists>
size = 2
item []:
    item [1]:
        class = "IntervalTier"
        name = "nurse"
        xmin = 0
        xmax = 9.5
        intervals: size = 2
        intervals [1]:
            xmin = 0
            xmax = 2.5
            text = "Is it the ""left"" knee?"
        intervals [2]:
            xmin = 2.5
            xmax = 9.5
            text = ""
    item [2]:
        class = "IntervalTier"
        name = "caller"
        xmin = 0
        xmax = 9.5
        intervals: size = 1
        intervals [1]:
            xmin = 2.75
            xmax = 4
            text = "<UNSURE>Yes,</UNSURE> the left one. <UNIN/>"
"""
SHORT = """File type = "ooTextFile"
Object class = "TextGrid"

0
5
<exists>
2
"TextTier"
"clicks"
0
5
1
1.5
"click"
"IntervalTier"
"caller"
0
5
1
0
5
"I have taken 5 of them."
"""


def words(source, turn) -> str:
    return source.text[turn.start : turn.end]


@pytest.mark.parametrize(
    "text", ["Doctor: How are you?\nPatient: My knee hurts.", "[doctor] How are you?\n[patient] My knee hurts."]
)
def test_lines_with_speakers(text: str) -> None:
    source = parse_transcript("visit.txt", text)
    assert source.text == text
    assert [(turn.speaker.lower(), words(source, turn)) for turn in source.turns] == [
        ("doctor", "How are you?"),
        ("patient", "My knee hurts."),
    ]
    assert source.turns[0].begins_s is None


def test_a_line_without_a_speaker_continues_the_turn() -> None:
    source = parse_transcript("visit.txt", "Dr. Bell: Any pain?\r\nMr. O’Neil: In the knee,\r\n  the left one.\r\n\r\n")
    assert [turn.speaker for turn in source.turns] == ["Dr. Bell", "Mr. O’Neil"]
    assert words(source, source.turns[1]) == "In the knee,\r\n  the left one."


def test_a_turn_without_words_is_left_out() -> None:
    source = parse_transcript("visit.txt", "[doctor]\n[patient] Hello.")
    assert [turn.speaker for turn in source.turns] == ["patient"]


def test_long_textgrid() -> None:
    source = parse_transcript("visit.TextGrid", LONG)
    assert [(turn.speaker, words(source, turn), turn.begins_s, turn.ends_s) for turn in source.turns] == [
        ("nurse", 'Is it the "left" knee?', 0.0, 2.5),
        ("caller", "Yes, the left one.", 2.75, 4.0),
    ]


def test_short_textgrid_skips_points() -> None:
    source = parse_transcript("visit.TextGrid", SHORT)
    assert [(turn.speaker, words(source, turn)) for turn in source.turns] == [("caller", "I have taken 5 of them.")]


def test_utf16_as_praat_writes_it(tmp_path: Path) -> None:
    file = tmp_path / "visit.TextGrid"
    file.write_bytes(LONG.replace("knee", "café knee").encode("utf-16"))
    assert "café" in read_transcript(file).text


@pytest.mark.parametrize(
    "broken",
    [
        LONG[: LONG.index("xmax = 4")],
        LONG.replace('"TextGrid"', '"PitchTier"'),
        LONG.replace("xmin = 2.75", "xmin = 8"),
        LONG.replace("intervals: size = 1", "intervals: size = 1.5"),
        LONG.replace("<exists>", "<absent>"),
    ],
)
def test_a_broken_textgrid_is_told_with_advice(broken: str) -> None:
    with pytest.raises(BrokenTranscript) as caught:
        parse_transcript("visit.TextGrid", broken)
    assert caught.value.advice
    assert caught.value.details


def test_a_text_without_speakers_is_told() -> None:
    with pytest.raises(BrokenTranscript, match=r"visit\.txt"):
        parse_transcript("visit.txt", "The knee hurts.")


def test_what_is_a_transcript() -> None:
    assert is_transcript("Doctor: Hi.\nPatient: Hi.\nDoctor: Pain?\nPatient: No.")
    assert is_transcript("[doctor] hi .\n[patient] hi .")
    assert is_transcript(SHORT)
    assert not is_transcript("Fever: take paracetamol.\nCough: rest.\nRash: see a doctor.\nPain: take ibuprofen.")
    assert not is_transcript("A plain text.\nWith two lines.")
