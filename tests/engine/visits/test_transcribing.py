"""What was said, pasted, read from files and corrected."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.documents.transcript import BrokenTranscript
from engine.errors import UserError
from engine.types import TranscriptOrigin
from tests.engine.visits.conftest import House

VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Doctor>Any pain?\n\n00:03.000 --> 00:04.000\n<v Ann>My knee.\n"


def said(house: House, visit_id: int) -> list[tuple[int, str, str]]:
    return [(each.id, each.speaker, each.text) for each in house.visits.get(visit_id).transcript.utterances]


def test_a_pasted_transcript_goes_behind_what_is_there(house: House) -> None:
    visit_id = house.visit(said="Doctor: One?\nPatient: Two.")
    visit = house.visits.paste(visit_id, "Doctor: Three?\nPatient: Four.")
    assert said(house, visit_id) == [
        (1, "Doctor", "One?"), (2, "Patient", "Two."), (3, "Doctor", "Three?"), (4, "Patient", "Four."),
    ]  # fmt: skip
    assert visit.transcript.origin is TranscriptOrigin.PASTED
    for text, problem in (("  \n", "nothing to paste"), ("a" * 2_000_001, "too long")):
        with pytest.raises(UserError, match=problem):
            house.visits.paste(visit_id, text)


def test_times_of_a_second_file_go_on_behind_the_first(house: House, tmp_path: Path) -> None:
    visit_id, file = house.visit(said=""), tmp_path / "visit.vtt"
    file.write_text(VTT, encoding="utf-8")
    house.visits.import_transcript(visit_id, file)
    visit = house.visits.import_transcript(visit_id, file)
    assert [each.begins_s for each in visit.transcript.utterances] == [1.0, 3.0, 5.0, 7.0]
    assert visit.transcript.seconds == 8.0


def test_times_of_a_file_never_point_into_a_recording(house: House, tmp_path: Path) -> None:
    visit_id, file = house.visit(said=""), tmp_path / "visit.vtt"
    file.write_text(VTT, encoding="utf-8")
    house.visits.consent(visit_id)
    house.visits.import_sound(visit_id, tmp_path / "visit.wav")
    visit = house.visits.import_transcript(visit_id, file)
    assert [each.begins_s for each in visit.transcript.utterances] == [0.0, None, None]
    assert visit.transcript.seconds == pytest.approx(0.1)


def test_a_word_document_is_read_where_documents_are_read(house: House, tmp_path: Path) -> None:
    visit_id, file = house.visit(said=""), tmp_path / "visit.DOCX"
    file.write_bytes(b"PK")
    house.word_text = "Doctor | Any pain?\nAnn | My knee."
    house.visits.import_transcript(visit_id, file)
    assert said(house, visit_id) == [(1, "Doctor", "Any pain?"), (2, "Ann", "My knee.")]


def test_a_file_that_cannot_be_read_changes_nothing(house: House, tmp_path: Path) -> None:
    visit_id, empty = house.visit(), tmp_path / "empty.txt"
    empty.write_bytes(b"\n")
    before = house.visits.get(visit_id)
    with pytest.raises(BrokenTranscript, match="holds no words"):
        house.visits.import_transcript(visit_id, empty)
    with pytest.raises(UserError, match="was not found"):
        house.visits.import_transcript(visit_id, tmp_path / "nowhere.txt")
    assert house.visits.get(visit_id) == before


def test_a_correction_keeps_what_was_heard(house: House) -> None:
    visit_id = house.visit(said="Doctor: Take eye profane.\nPatient: Yes.")
    house.visits.edit_utterance(visit_id, 1, text="Take  ibuprofen.")
    visit = house.visits.edit_utterance(visit_id, 1, text="Take ibuprofen 400 mg.", speaker=" Dr  Bell ")
    first = visit.transcript.utterances[0]
    assert (first.text, first.speaker, first.heard, first.edited) == (
        "Take ibuprofen 400 mg.", "Dr Bell", "Take eye profane.", True,
    )  # fmt: skip
    assert not visit.transcript.utterances[1].edited
    house.visits.edit_utterance(visit_id, 2, text=" ")
    assert [number for number, _speaker, _text in said(house, visit_id)] == [1]
    with pytest.raises(UserError, match="not there any more"):
        house.visits.edit_utterance(visit_id, 2, text="Yes.")


def test_an_utterance_that_is_added_after_one_was_taken_away_has_an_id_of_its_own(house: House) -> None:
    visit_id = house.visit(said="Doctor: One?\nPatient: Two.")
    house.visits.edit_utterance(visit_id, 1, text="")
    house.visits.paste(visit_id, "Doctor: Three?\nPatient: Four.")
    assert [number for number, _speaker, _text in said(house, visit_id)] == [2, 3, 4]


def test_speakers_change_places_and_names(house: House) -> None:
    visit_id = house.visit(said="A: One?\nB: Two.\nA: Three.\nMother: Four.")
    house.visits.swap_speakers(visit_id)
    assert [speaker for _n, speaker, _t in said(house, visit_id)] == ["B", "A", "B", "Mother"]
    house.visits.name_speaker(visit_id, "B", "Clinician")
    assert [speaker for _n, speaker, _t in said(house, visit_id)] == ["Clinician", "A", "Clinician", "Mother"]
    with pytest.raises(UserError, match="needs a name"):
        house.visits.name_speaker(visit_id, "A", " ")
    with pytest.raises(UserError, match="Only one person"):
        house.visits.swap_speakers(house.visit(said="Just some words."))
