"""Transcripts in the forms in which people have them."""

from __future__ import annotations

import pytest

from engine.documents.transcript import BrokenTranscript
from engine.documents.transcript_file import from_word, parse, parse_bytes
from engine.types import TranscriptOrigin, Utterance

VTT = """WEBVTT - Visit

STYLE
::cue { color: red }

NOTE made by a meeting program

1
00:00:01.000 --> 00:00:03.500 align:start
<v Dr Bell>What brings you

2
00:03.600 --> 00:05.000
<v Dr Bell>in today?</v>

01:00:06.250 --> 01:00:08.000
<v.loud Ann O&apos;Neil>My <i>knee</i> hurts &amp; clicks.
<v Dr Bell>Which one?
"""

SRT = (
    "\ufeff1\r\n00:00:01,000 --> 00:00:02,500\r\nDoctor: Any fever?\r\n\r\n"
    "2\r\n00:00:03,000 --> 00:00:05,000\r\nPatient: No, none\r\nsince Monday.\r\n\r\n"
    "3\r\n00:00:05,100 --> 00:00:06,000\r\nBut I am tired.\r\n"
)


def said(text: str) -> list[tuple[str, str]]:
    return [(each.speaker, each.text) for each in parse("it", text).utterances]


def test_web_captions_are_joined_to_sentences_with_their_voices_and_times() -> None:
    transcript = parse("visit.vtt", VTT)
    assert transcript.utterances == [
        Utterance(1, "Dr Bell", "What brings you in today?", 1.0, 5.0),
        Utterance(2, "Ann O'Neil", "My knee hurts & clicks.", 3606.25, 3608.0),
        Utterance(3, "Dr Bell", "Which one?", 3606.25, 3608.0),
    ]
    assert transcript.origin is TranscriptOrigin.TEXT_FILE
    assert transcript.seconds == 3608.0


def test_subtitles_name_speakers_before_a_colon_and_who_named_nobody_goes_on() -> None:
    assert parse("visit.srt", SRT).utterances == [
        Utterance(1, "Doctor", "Any fever?", 1.0, 2.5),
        Utterance(2, "Patient", "No, none since Monday.", 3.0, 5.0),
        Utterance(3, "Patient", "But I am tired.", 5.1, 6.0),
    ]


def test_a_long_pause_parts_cues() -> None:
    cues = "1\n00:00:01,000 --> 00:00:02,000\nI had a\n\n2\n00:00:09,000 --> 00:00:10,000\nwell, a cold.\n"
    assert [each.begins_s for each in parse("it", cues).utterances] == [1.0, 9.0]


@pytest.mark.parametrize(
    "text",
    [
        "Doctor: Any pain?\nPatient: In the knee,\n  the left one.\n",
        "[doctor] Any pain?\n[patient] In the knee, the left one.",
        "Dr Bell  0:03\nAny pain?\n\nAnn  0:07\nIn the knee,\nthe left one.",
        "[00:03] Doctor: Any pain?\n[00:07] Patient: In the knee, the left one.",
        "00:03 Doctor: Any pain?\n00:07 Patient: In the knee, the left one.",
    ],
)
def test_lines_with_speakers(text: str) -> None:
    assert [words for _speaker, words in said(text)] == ["Any pain?", "In the knee, the left one."]
    assert all(speaker for speaker, _words in said(text))


def test_times_before_the_words_are_kept() -> None:
    first, second = parse("it", "[00:03] Doctor: Pain?\n[01:00:07] Patient: Yes.").utterances
    assert (first.begins_s, first.ends_s, second.begins_s, second.ends_s) == (3.0, 3607.0, 3607.0, None)


def test_what_stands_above_the_first_speaker_is_not_lost() -> None:
    assert said("Visit of Monday\nDoctor: Pain?\nPatient: Yes.")[0] == ("", "Visit of Monday")


def test_one_line_of_a_speaker_whose_name_says_so() -> None:
    assert said("Doctor: The patient feels well today.") == [("Doctor", "The patient feels well today.")]


def test_words_without_speakers_are_paragraphs() -> None:
    assert said("Knee pain for\ntwo weeks.\n\nPlan: rest.") == [("", "Knee pain for two weeks."), ("", "Plan: rest.")]


def test_a_table_of_a_word_document() -> None:
    rows = "Doctor | Any pain?\nPatient | In the knee."
    assert [each.speaker for each in from_word("v.docx", rows).utterances] == ["Doctor", "Patient"]
    timed = from_word("v.docx", "0:03 | Doctor | Any pain?\n0:07 | Patient | In the knee.")
    assert [each.begins_s for each in timed.utterances] == [3.0, 7.0]


@pytest.mark.parametrize("content", [b"", b"  \r\n", b"WEBVTT\n\n"])
def test_a_file_without_words_says_so(content: bytes) -> None:
    with pytest.raises(BrokenTranscript, match="holds no words"):
        parse_bytes("empty.txt", content)


def test_a_file_that_is_no_transcript_by_its_size_is_refused() -> None:
    with pytest.raises(BrokenTranscript, match="larger"):
        parse_bytes("film.txt", b"a" * (21 << 20))


@pytest.mark.parametrize(
    ("text", "turns"),
    [
        (
            "[doctor] Any pain? [patient] In the [inaudible] left knee [doctor] Since when?",
            [("doctor", "Any pain?"), ("patient", "In the [inaudible] left knee"), ("doctor", "Since when?")],
        ),
        (
            "Doctor: Any pain? Patient: In the knee. Dr Bell: I told the patient: rest.",
            [("Doctor", "Any pain?"), ("Patient", "In the knee."), ("Dr Bell", "I told the patient: rest.")],
        ),
    ],
)
def test_turns_that_stand_on_one_line_are_parted(text: str, turns: list[tuple[str, str]]) -> None:
    assert said(text) == turns


def test_a_role_within_plain_words_parts_nothing() -> None:
    assert said("We saw the patient: she is well. The doctor agreed.") == [
        ("", "We saw the patient: she is well. The doctor agreed.")
    ]
