"""Visits recorded: stored as they are heard, interrupted, taken up again, imported, heard, deleted."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from engine.cancellation import Cancelled, CancelToken
from engine.errors import ModelMissing, UserError
from engine.types import RecordingEvent, SoundState, TranscriptOrigin
from engine.vault.repositories.sound import SoundStore
from tests.engine.visits.conftest import PIECE, House


def agreed(house: House, said: str = "") -> int:
    visit_id = house.visit(said=said)
    house.visits.consent(visit_id)
    return visit_id


def said(house: House, visit_id: int) -> list[tuple[str, str]]:
    return [(each.speaker, each.text) for each in house.visits.get(visit_id).transcript.utterances]


def test_consent_comes_first(house: House) -> None:
    visit_id = house.visit(said="")
    for act in (lambda: house.visits.record(visit_id), lambda: house.visits.import_sound(visit_id, Path("x.wav"))):
        with pytest.raises(UserError, match="agrees to be recorded"):
            act()
    assert house.listens.recorders == []


def test_what_is_heard_is_stored_as_it_comes_and_told(house: House) -> None:
    visit_id, events = agreed(house), list[RecordingEvent]()
    recording = house.visits.record(visit_id, on_event=events.append)
    recorder = house.listens.recorders[-1]
    recorder.hear("Clinician", "How are you?")
    assert said(house, visit_id) == [("Clinician", "How are you?")]
    assert house.visits.get(visit_id).info.sound is SoundState.RECORDING
    assert events[0].utterances[0].text == "How are you?"
    recorder.hear("Clinician", "How are you today?", number=1)
    recording.pause()
    recording.resume()
    recording.mark("knee")
    recorder.hear("Patient", "My knee hurts.")
    visit = recording.stop()
    assert said(house, visit_id) == [("Clinician", "How are you today?"), ("Patient", "My knee hurts.")]
    assert (visit.info.sound, visit.info.seconds) == (SoundState.KEPT, pytest.approx(0.3))
    assert [mark.label for mark in visit.transcript.marks] == ["knee"]
    assert (visit.transcript.dropped, visit.transcript.origin) == (["a loop"], TranscriptOrigin.RECORDED)
    assert house.visits.sound(visit_id, 0.1, 0.2) == PIECE
    assert house.visits.active(visit_id) is None


def test_what_a_person_corrects_while_it_is_recorded_stays(house: House) -> None:
    visit_id = agreed(house)
    recording = house.visits.record(visit_id)
    recorder = house.listens.recorders[-1]
    recorder.hear("Clinician", "Take eye profane.")
    house.visits.edit_utterance(visit_id, 1, text="Take ibuprofen.")
    recorder.hear("Clinician", "Take eye profane twice.", number=1)
    house.visits.name_speaker(visit_id, "Patient", "Ann")
    recorder.hear("Patient", "Yes.")
    with pytest.raises(UserError, match="being recorded"):
        house.visits.edit_utterance(visit_id, 2, text="")
    with pytest.raises(UserError, match="being recorded"):
        house.visits.paste(visit_id, "More.")
    recording.stop()
    assert said(house, visit_id) == [("Clinician", "Take ibuprofen."), ("Ann", "Yes.")]
    (edited, other) = house.visits.get(visit_id).transcript.utterances
    assert (edited.edited, edited.heard, other.edited) == (True, "Take eye profane.", False)


def test_a_visit_is_recorded_on_behind_what_is_there(house: House) -> None:
    visit_id = agreed(house, "Doctor: Noted before.")
    for text in ("First.", "Second."):
        recording = house.visits.record(visit_id)
        house.listens.recorders[-1].hear("A", text)
        recording.stop()
    assert [text for _speaker, text in said(house, visit_id)] == ["Noted before.", "First.", "Second."]
    assert [(each.first_id, each.after_s) for each in house.listens.recorders] == [(2, 0.0), (3, pytest.approx(0.1))]


def test_times_of_a_recording_that_was_deleted_do_not_point_into_the_next_one(house: House) -> None:
    visit_id = agreed(house)
    for text in ("First.", "Second."):
        recording = house.visits.record(visit_id)
        house.listens.recorders[-1].hear("A", text)
        recording.stop()
        house.visits.delete_sound(visit_id)
    assert [each.after_s for each in house.listens.recorders] == [0.0, 0.0]
    first, second = house.visits.get(visit_id).transcript.utterances
    assert (first.text, first.begins_s) == ("First.", None)
    assert (second.text, second.begins_s) == ("Second.", pytest.approx(0.0))


def test_a_mark_outlives_a_kill(house: House) -> None:
    visit_id = agreed(house)
    recording = house.visits.record(visit_id)
    recording.mark("knee")
    house.database.close()
    visits = house.open()
    assert [each.label for each in visits.get(visit_id).transcript.marks] == ["knee"]
    assert [each.label for each in visits.recover(visit_id).transcript.marks] == ["knee"]


def test_a_discarded_visit_is_not_offered_for_recovery(house: House) -> None:
    visit_id = agreed(house)
    house.visits.record(visit_id)
    house.database.close()
    visits = house.open()
    visits.discard(visit_id)
    assert visits.interrupted() == []
    visits.restore(visit_id)
    assert [each.id for each in visits.interrupted()] == [visit_id]


def test_one_recording_at_a_time(house: House) -> None:
    first, second = agreed(house), agreed(house)
    recording = house.visits.record(first)
    with pytest.raises(UserError, match="recorded already"):
        house.visits.record(second)
    for act in (house.visits.discard, house.visits.delete_sound):
        with pytest.raises(UserError, match="being recorded"):
            act(first)
    recording.stop()
    house.visits.record(second).stop()


def test_a_microphone_that_is_not_there_leaves_the_visit_as_it_was(house: House) -> None:
    visit_id = agreed(house)
    house.listens.fails = UserError("No microphone.", "Plug one in.")
    with pytest.raises(UserError, match="No microphone"):
        house.visits.record(visit_id)
    assert house.visits.get(visit_id).info.sound is SoundState.NONE
    house.listens.fails = None
    assert house.visits.record(visit_id).stop().info.sound is SoundState.NONE, "nothing was recorded"


@pytest.mark.parametrize("error", [ModelMissing("No model."), Cancelled()])
def test_a_stop_that_cannot_wait_for_the_text_keeps_the_sound_to_recover(house: House, error: Exception) -> None:
    visit_id = agreed(house)
    recording = house.visits.record(visit_id)
    recorder = house.listens.recorders[-1]
    recorder.hear("A", "One.")
    recorder.fails = error
    with pytest.raises(type(error)):
        recording.stop()
    assert [each.id for each in house.visits.interrupted()] == [visit_id]
    with pytest.raises(UserError, match="cut off"):
        house.visits.sign(visit_id)
    visit = house.visits.recover(visit_id)
    assert [each.text for each in visit.transcript.utterances] == ["One.", "The rest."]
    assert visit.info.sound is SoundState.KEPT
    assert house.visits.interrupted() == []
    with pytest.raises(UserError, match="was not cut off"):
        house.visits.recover(visit_id)


def test_a_cancelled_stop_ends_at_once(house: House) -> None:
    visit_id = agreed(house)
    recording = house.visits.record(visit_id)
    house.listens.recorders[-1].hear("A", "One.")
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        recording.stop(token)
    assert house.visits.get(visit_id).info.sound is SoundState.INTERRUPTED


def test_closing_the_workspace_ends_a_recording_that_can_be_recovered(house: House) -> None:
    visit_id = agreed(house)
    recording = house.visits.record(visit_id)
    house.listens.recorders[-1].hear("A", "One.")
    house.visits.close()
    house.database.close()
    with pytest.raises(UserError):
        recording.stop()
    visits = house.open()
    assert [each.id for each in visits.interrupted()] == [visit_id]
    assert [each.text for each in visits.recover(visit_id).transcript.utterances] == ["One.", "The rest."]


def test_a_recording_that_the_program_died_in_is_found_at_the_next_start(house: House) -> None:
    visit_id = agreed(house)
    house.visits.record(visit_id)
    house.listens.recorders[-1].hear("A", "One.")
    house.database.close()
    visits = house.open()
    assert [each.id for each in visits.interrupted()] == [visit_id]
    assert ("recording", f"visit:{visit_id}", '{"act":"cut off"}') in house.audit()
    recording = visits.record(visit_id)
    assert house.listens.recorders[-1].after_s == pytest.approx(0.1), "what is text already is not heard again"
    recording.stop()
    assert visits.interrupted() == []


def test_a_recovery_that_is_cut_off_goes_on_from_where_it_was(house: House) -> None:
    visit_id = agreed(house)
    house.visits.record(visit_id)
    house.database.close()
    visits = house.open()
    house.listens.rest = ["One.", "Two."]
    token = CancelToken()
    with pytest.raises(Cancelled):
        visits.recover(visit_id, report=lambda _progress: token.cancel(), cancel=token)
    assert [each.id for each in visits.interrupted()] == [visit_id]
    house.listens.rest = ["Two again."]
    visit = visits.recover(visit_id)
    assert [each.text for each in visit.transcript.utterances] == ["One.", "Two again."]
    assert visit.transcript.utterances[1].begins_s == pytest.approx(1.0)


def test_a_sound_file_becomes_the_visits_recording(house: House) -> None:
    visit_id = agreed(house, "Doctor: Noted before.")
    visit = house.visits.import_sound(visit_id, Path("visit.mp3"))
    assert [(each.id, each.text) for each in visit.transcript.utterances] == [(1, "Noted before."), (2, "From a file.")]
    assert (visit.info.sound, visit.transcript.origin) == (SoundState.KEPT, TranscriptOrigin.SOUND_FILE)
    assert house.visits.sound(visit_id, 0, 1) == PIECE
    with pytest.raises(UserError, match="has a recording already"):
        house.visits.import_sound(visit_id, Path("visit.mp3"))


@pytest.mark.parametrize("error", [UserError("No sound in it."), Cancelled()])
def test_a_sound_file_that_fails_leaves_nothing(house: House, error: Exception) -> None:
    visit_id = agreed(house)
    house.listens.fails = error
    with pytest.raises(type(error)):
        house.visits.import_sound(visit_id, Path("visit.mp3"))
    assert house.visits.get(visit_id).info.sound is SoundState.NONE
    assert SoundStore(house.database, visit_id).samples() == 0


def test_the_model_reads_along_while_a_visit_is_recorded(house: House) -> None:
    visit_id = agreed(house)
    recording = house.visits.record(visit_id)
    house.listens.recorders[-1].hear("A", "One.")
    until = time.monotonic() + 10
    while not house.writer.prepared and time.monotonic() < until:
        time.sleep(0.01)
    recording.stop()
    assert house.writer.prepared[0] == 1


def test_a_note_that_was_written_before_is_checked_against_what_is_recorded_later(house: House) -> None:
    visit_id = agreed(house)
    house.visits.edit_section(visit_id, "history", "Left knee hurts.")
    assert house.visits.list()[0].problems == 1
    recording = house.visits.record(visit_id)
    house.listens.recorders[-1].hear("A", "Left knee hurts.")
    assert recording.stop().info.problems == 0
