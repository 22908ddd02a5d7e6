"""The Visits page over fakes of the engine: recording, transcript, note, signing, by keys where there are keys."""

from __future__ import annotations

import threading

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu

from app.context import OpenVisit
from app.views.visits import acts, printing
from engine.errors import UserError
from engine.people.permissions import actor_of
from engine.types import Note, RecordingState, Role, SoundState, Transcript, VisitState, Word
from tests.app.fakes_visits import PLAN, checked, drafted, spoken_words

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def agreed(page, visits, settled):
    """Begins a new visit whose patient agrees to be recorded."""

    def begin():
        page.start_new()
        settled()
        visits.consent(1)
        settled()

    return begin


@pytest.fixture
def recorded(page, visits, agreed, qtbot):
    """Begins to record a new visit."""

    def begin():
        agreed()
        page.consultation.record()
        qtbot.waitUntil(lambda: visits.recording is not None)
        return visits.recording

    return begin


@pytest.fixture
def opened(page, visits, settled):
    """A visit with a transcript, and with a note where that is asked for."""

    def make(note: object = False, **changes: object):
        info = visits.new(patient="Ana Diaz")
        visits.put(info.id, transcript=Transcript(spoken_words(), seconds=20.0), sound=SoundState.KEPT)
        if note:
            visits.put(info.id, note=drafted() if note is True else note, version=1)
        visits.put(info.id, **changes)
        page.activate(OpenVisit(info.id))
        settled()
        return info.id

    return make


def test_an_empty_page_teaches_and_begins_a_visit_whose_patient_may_stay_unnamed(page, visits, qtbot, settled):
    assert page.front.empty.isVisible()
    page.front.empty.button.click()
    settled()
    assert page.view.isVisible()
    assert page.view.patient.hasFocus()
    assert visits.store[1].info.patient == ""
    assert [view.title for view in page.view.note.sections.values()] == [
        "History of present illness",
        "Assessment and plan",
    ]
    page.start_new()
    settled()
    assert len(visits.store) == 1, "a visit in which nothing happened is taken, not another one made"


def test_the_name_of_the_patient_is_stored_and_found_in_the_list(page, visits, qtbot, settled):
    page.start_new()
    settled()
    qtbot.keyClicks(page.view.patient, "Ana Diaz")
    qtbot.keyClick(page.view.patient, Qt.Key.Key_Return)
    settled()
    assert visits.store[1].info.patient == "Ana Diaz"
    visits.new(patient="Somebody else")
    page.list.search.setText("ana")
    qtbot.waitUntil(lambda: [each.patient for each in page.list.model.visits] == ["Ana Diaz"])
    page.list.search.setText("nobody")
    qtbot.waitUntil(page.list.nothing.isVisible)


def test_a_long_name_shows_its_beginning_and_the_button_to_sign_stays_whole(page, visits, settled):
    number = visits.new(patient="Ana Maria del Carmen Diaz " * 7).id
    visits.put(number, transcript=Transcript(spoken_words()), note=drafted())
    page.resize(640, 600)
    page.activate(OpenVisit(number))
    settled()
    assert page.view.patient.cursorPosition() == 0
    assert page.view.patient.toolTip() == visits.store[number].info.patient
    button = page.view.note.sign_button
    assert button.width() >= button.sizeHint().width()


def test_consent_is_asked_before_the_first_second_and_not_in_the_way(page, visits, qtbot, settled):
    page.start_new()
    settled()
    page.view.recorder.main.click()
    assert page.view.consent.isVisible()
    assert visits.recording is None
    assert QApplication.activeModalWidget() is None
    page.view.consent.no.click()
    assert not page.view.consent.isVisible()
    page.view.recorder.main.click()
    qtbot.keyClick(page.view.consent.spoken, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: visits.recording is not None)
    assert ("consent", "spoken") in visits.calls
    qtbot.waitUntil(lambda: "Recording" in page.view.recorder.state.text())
    page.consultation.recording.finish()
    settled()


def test_a_recording_is_paused_marked_followed_and_ended_by_keys(page, visits, agreed, recorder, qtbot, settled):
    agreed()
    page.setFocus()
    qtbot.keyClick(page, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: visits.recording is not None)
    recording = visits.recording
    recording.hear(1)
    qtbot.waitUntil(lambda: page.view.transcript.model.rowCount() == 1)
    assert page.view.transcript.isVisible()
    assert page.view.recorder.meter.shown > 0.5
    assert "Recording 0:05" in recorder.recording
    assert "read ahead" in page.view.note.hint.text()
    qtbot.keyClick(page, Qt.Key.Key_M, CTRL)
    qtbot.waitUntil(lambda: recording.marks == [""])
    qtbot.keyClick(page, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.view.recorder.state.text() == "Paused")
    assert "paused" in recorder.recording
    qtbot.keyClick(page.view.patient, Qt.Key.Key_R, CTRL)
    qtbot.waitUntil(lambda: recording.state is RecordingState.RECORDING)
    recording.hear(2)
    qtbot.keyClick(page, Qt.Key.Key_E, CTRL)
    qtbot.waitUntil(lambda: visits.store[1].info.sound is SoundState.KEPT)
    settled()
    assert recorder.recording == ""
    assert page.isAncestorOf(QApplication.focusWidget())
    assert page.view.transcript.model.rowCount() == 2
    assert page.view.note.draft_button.isEnabled()


def test_space_begins_no_second_recording(page, visits, recorded, recorder, qtbot, settled):
    """Whoever presses it after the end may want to scroll; the patient, who agreed, has left."""
    recorded().hear(1)
    qtbot.keyClick(page, Qt.Key.Key_E, CTRL)
    qtbot.waitUntil(lambda: visits.store[1].info.sound is SoundState.KEPT)
    settled()
    assert page.view.recorder.state.text() == "Recorded"
    assert page.view.recorder.main.text() == "Record more"
    assert "Ctrl+R" in page.view.recorder.main.toolTip()
    page.setFocus()
    qtbot.keyClick(page, Qt.Key.Key_Space)
    assert not page.consultation.recording.active
    assert recorder.toasts == ["To record more, press Ctrl+R."]
    qtbot.keyClick(page, Qt.Key.Key_R, CTRL)
    assert page.consultation.recording.active
    page.consultation.recording.finish()
    settled()


def test_a_recording_goes_on_while_another_visit_is_shown(page, visits, qtbot, settled):
    page.start_new()
    settled()
    visits.consent(1)
    visits.change(1, patient="Ana Diaz")
    other = visits.new(patient="Ben Okafor")
    settled()
    page.consultation.record()
    qtbot.waitUntil(lambda: visits.recording is not None)
    page.consultation.open(other.id)
    settled_words = lambda: "Ana Diaz" in page.view.recorder.problem.text()  # noqa: E731
    qtbot.waitUntil(settled_words)
    assert not page.view.recorder.main.isEnabled()
    visits.recording.hear(1)
    qtbot.wait(80)
    assert page.view.transcript.model.rowCount() == 0
    page.consultation.open(1)
    qtbot.waitUntil(lambda: "Recording" in page.view.recorder.state.text())
    page.consultation.recording.finish()
    qtbot.waitUntil(lambda: not page.consultation.recording.active)
    assert page.view.transcript.model.rowCount() == 1


def test_what_was_recorded_is_kept_when_the_workspace_is_locked_and_offered_again(
    page, visits, recorded, qtbot, settled
):
    recording = recorded()
    recording.hear(1)
    page.close_work()
    qtbot.waitUntil(lambda: recording.stopped_short)
    qtbot.waitUntil(page.view.interrupted.isVisible)
    assert "0:05" in page.view.interrupted.message.text()
    assert page.view.note.draft_button.property("role") != "primary", "the rest of it is written down first"
    page.view.recovery_wanted.emit()
    qtbot.waitUntil(lambda: visits.store[1].info.sound is SoundState.KEPT)
    settled()
    assert page.view.transcript.model.rowCount() == 3
    assert not page.view.interrupted.isVisible()


def test_no_microphone_is_told_in_words_and_the_visit_stays(page, visits, agreed, recorder, qtbot, settled):
    agreed()
    visits.failure = UserError("No microphone is connected.", "Plug one in.")
    page.consultation.record()
    qtbot.waitUntil(lambda: [str(each.message) for each in recorder.errors] == ["No microphone is connected."])
    assert page.view.recorder.main.isEnabled()
    assert not page.consultation.recording.active


def test_a_microphone_that_is_gone_leaves_the_recording_paused(page, visits, recorded, qtbot, settled):
    recording = recorded()
    recording.hear(1)
    qtbot.waitUntil(lambda: page.consultation.recording.latest.seconds == 5.0)
    page.consultation.record()
    qtbot.waitUntil(lambda: page.view.recorder.state.text() == "Paused")
    recording.no_resume = UserError("The microphone is gone.", "Plug it in.")
    page.consultation.record()
    qtbot.waitUntil(lambda: "The microphone is gone." in page.view.recorder.problem.text())
    assert page.view.recorder.clock.text() == "0:05"
    page.consultation.recording.finish()
    settled()


def test_without_a_speech_model_it_is_offered(page, workspace, context, recorder, qtbot, settled):
    workspace.speech.obstacle = "The speech model is missing."
    page.start_new()
    settled()
    page.activate(None)
    qtbot.waitUntil(page.view.beginning.obstacle.isVisible)
    assert not page.view.recorder.main.isEnabled()
    page.view.beginning.model_button.click()
    assert recorder.opened == [("models", None)]


def test_a_transcript_is_pasted(page, visits, qtbot, settled):
    page.start_new()
    settled()
    field = page.view.beginning.field
    field.setPlainText("Doctor: What brings you here?\nPatient: My knee.")
    page.view.beginning.use_button.click()
    settled()
    assert page.view.transcript.model.speakers == ["Doctor", "Patient"]
    assert page.view.left.currentWidget() is page.view.transcript


def test_a_sound_file_asks_for_consent_and_shows_words_as_they_come(page, visits, tmp_path, qtbot, settled):
    visits.hold = threading.Event()
    page.start_new()
    settled()
    page.consultation.import_file(tmp_path / "visit.m4a")
    assert page.view.consent.isVisible()
    page.view.consent.written.click()
    qtbot.waitUntil(lambda: page.view.transcript.model.rowCount() == 1)
    assert page.view.recorder.state.text() == "Writing down"
    visits.hold.set()
    settled()
    assert page.view.transcript.model.rowCount() == 3
    assert visits.store[1].consent.how == "written"


def test_what_was_said_is_heard_corrected_and_its_speaker_named(page, visits, workspace, opened, qtbot, settled):
    number = opened()
    view = page.view.transcript.view
    view.setCurrentIndex(page.view.transcript.model.index(1))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: workspace.speech.played == [b"RIFF 9.6 14.9"])
    view.edit(page.view.transcript.model.index(1))
    editor = view.focusWidget()
    QApplication.processEvents()
    editor = QApplication.focusWidget() or editor
    editor.selectAll()
    qtbot.keyClicks(editor, "My right knee.")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    settled()
    assert visits.store[number].transcript.utterances[1].text == "My right knee."
    page.view.transcript.ask_name("Patient")
    page.view.transcript.naming.field.setText("Mother")
    qtbot.keyClick(page.view.transcript.naming.field, Qt.Key.Key_Return)
    settled()
    assert visits.store[number].transcript.utterances[1].speaker == "Mother"


def test_a_note_is_written_section_by_section_and_can_be_stopped(page, visits, opened, qtbot, settled):
    visits.hold = threading.Event()
    number = opened()
    qtbot.keyClick(page, Qt.Key.Key_D, CTRL)
    qtbot.waitUntil(lambda: any(view.editor.text == "Left knee" for view in page.view.note.sections.values()))
    sections = page.view.note.sections
    assert sections["history"].editor.isReadOnly()
    assert page.view.note.draft_button.text() == "Stop"
    assert page.escape()
    settled()
    assert visits.store[number].note is None
    visits.hold = None
    page.desk.acts.draft()
    settled()
    assert page.view.note.sections["plan"].editor.text == PLAN
    assert "▲ 1   ■ 1" in page.view.note.state.text()
    assert not page.view.note.sections["history"].editor.isReadOnly()


def test_f8_goes_through_marked_sentences_and_omissions_with_their_proof(page, visits, opened, qtbot, settled):
    number = opened(note=True)
    page.next_problem(1)
    assert "800 mg" in page.view.proof.sentence.text
    assert "400 mg" in page.view.proof._found.itemAt(0).widget().text()
    assert page.view.transcript.model._spans == {2: [(0, len(spoken_words()[1].text))]}
    page.next_problem(1)
    assert page.view.proof.verdict.text() == "Not said in the visit"
    page.view.proof.confirm.click()
    settled()
    assert visits.store[number].note.sections[0].sentences[2].confirmed
    page.next_problem(1)
    button = page.view.note.sections["plan"].insert_buttons[0][1]
    assert button.hasFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    settled()
    assert "See again on Friday." in page.view.note.sections["plan"].editor.text
    page.next_problem(1)
    assert "800 mg" in page.view.proof.sentence.text
    assert page.escape()
    assert not page.view.proof.isVisible()


def test_f8_stops_where_a_sentence_rests_on_words_that_were_not_clearly_heard(page, visits, opened, settled):
    number = opened(note=Note("visit", [checked("plan", "Assessment and plan", "Stop ibuprofen.")]))
    assert page.view.note.state.text() == "nothing marked"
    words = spoken_words()
    at = words[1].text.index("ibuprofen")
    words[1] = replace(words[1], words=[Word(at, at + 9, 12.0, 12.5, 0.1)])
    visits.put(number, transcript=Transcript(words, seconds=20.0))
    settled()
    assert page.view.note.state.text() == "1 not clearly heard"
    page.next_problem(1)
    assert "“ibuprofen”" in page.view.proof.unclear.text()
    page.view.proof.confirm.click()
    settled()
    assert page.view.note.state.text() == "nothing marked"


def test_typing_is_stored_at_each_pause_and_checked_again(page, visits, opened, qtbot, settled):
    number = opened(note=True)
    editor = page.view.note.sections["history"].editor
    editor.setFocus()
    cursor = editor.textCursor()
    place = editor.text.index("800")
    cursor.setPosition(place)
    cursor.setPosition(place + 3, cursor.MoveMode.KeepAnchor)
    editor.setTextCursor(cursor)
    qtbot.keyClicks(editor, "400")
    assert editor.marks[1].stale
    assert not editor.marks[2].stale
    assert visits.store[number].version == 1, "not at each key"
    qtbot.waitUntil(lambda: visits.store[number].version == 2, timeout=3000)
    settled()
    assert [mark.is_problem for mark in editor.marks] == [False, False, True]
    assert editor.textCursor().position() == place + 3, "the caret stays where it was"
    qtbot.keyClick(editor, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: "800" in editor.text)


def test_what_is_typed_last_is_stored_when_the_workspace_is_locked(page, visits, opened, qtbot, settled):
    number = opened(note=True)
    editor = page.view.note.sections["plan"].editor
    editor.setFocus()
    editor.moveCursor(editor.textCursor().MoveOperation.End)
    qtbot.keyClicks(editor, " Rest.")
    page.close_work()
    settled()
    assert visits.store[number].note.sections[1].text == "Stop ibuprofen. Rest."


def test_acts_are_undone_and_done_again(page, visits, opened, qtbot, settled):
    number = opened(note=True)
    page.view.note.sections["plan"].insert_buttons[0][1].click()
    settled()
    assert "Friday" in page.view.note.sections["plan"].editor.text
    page.desk.acts.step_back(undo=True)
    settled()
    assert page.view.note.sections["plan"].editor.text == PLAN
    page.desk.acts.step_back(undo=False)
    settled()
    assert "Friday" in visits.store[number].note.sections[1].text


def test_a_section_is_written_anew_with_an_instruction(page, visits, opened, qtbot, settled):
    opened(note=True)
    section = page.view.note.sections["history"]
    section.anew_button.click()
    assert section.field.hasFocus()
    qtbot.keyClicks(section.field, "shorter")
    qtbot.keyClick(section.field, Qt.Key.Key_Return)
    settled()
    assert ("draft", "history", "shorter") in visits.calls
    assert page.view.note.sections["history"].editor.text == "Written anew."
    assert page.view.note.sections["plan"].editor.text == PLAN


def test_what_was_left_out_is_put_back_or_dismissed(page, visits, opened, qtbot, settled):
    number = opened(note=True)
    page.view.note.removed.button.click()
    page.view.note.removed.buttons[0].click()
    settled()
    assert "Refer to rheumatology." in page.view.note.sections["plan"].editor.text
    page.view.note.sections["plan"].dismissed.emit(0)
    settled()
    assert visits.store[number].note.omissions[0].dismissed
    assert page.view.note.sections["plan"].insert_buttons == []


def test_signing_shows_first_what_is_still_marked(page, visits, recorder, opened, qtbot, settled):
    number = opened(note=True)
    page.send()
    settled()
    review = page.view.note.review
    assert review.isVisible()
    assert "2 sentences" in review.title.text()
    assert "1 fact" in review.rest.text()
    assert "Not clearly heard: “ibuprofen”" in review.rest.text()
    assert review.later.hasFocus(), "what is not safe is not one key away"
    review.later.click()
    assert not review.isVisible()
    assert visits.store[number].info.state is VisitState.DRAFT
    page.send()
    settled()
    review.sign.click()
    settled()
    assert visits.store[number].info.state is VisitState.SIGNED
    assert page.view.note.sections["plan"].editor.isReadOnly()
    assert "Dr Reyes" in page.view.note.signed.words.text()
    assert not page.view.recorder.isVisible()
    page.view.note.signed.add_button.click()
    qtbot.keyClicks(page.view.note.signed.field, "Called the patient.")
    page.view.note.signed.sign_button.click()
    settled()
    assert visits.store[number].addenda[0].text == "Called the patient."
    assert visits.store[number].info.state is VisitState.AMENDED


def test_who_may_not_sign_is_not_offered_it(page, workspace, opened, settled):
    workspace.person.actor = actor_of("u2", "Kim", Role.STAFF)
    opened(note=True)
    assert not page.view.note.sign_button.isVisible()


def test_a_section_and_the_whole_note_are_copied(page, opened, qtbot, settled):
    opened(note=True)
    page.view.note.sections["plan"].copy_button.click()
    settled()
    assert QApplication.clipboard().text() == f"Assessment and plan\n{PLAN}"
    page.desk.acts.copy()
    settled()
    assert "History of present illness" in QApplication.clipboard().text()


def test_what_the_menu_does_is_reached_by_keys(page, opened, recorder, qtbot, settled, monkeypatch):
    asked: list[str] = []
    monkeypatch.setattr(printing.QPrinterInfo, "availablePrinterNames", staticmethod(list))
    monkeypatch.setattr(acts.QFileDialog, "getOpenFileName", lambda *_: asked.append("file") or ("", ""))
    opened(note=True)
    qtbot.keyClick(page, Qt.Key.Key_C, CTRL | SHIFT)
    settled()
    assert "History of present illness" in QApplication.clipboard().text()
    qtbot.keyClick(page, Qt.Key.Key_P, CTRL)
    qtbot.waitUntil(lambda: "no printer" in recorder.toasts[-1])
    qtbot.keyClick(page, Qt.Key.Key_O, CTRL)
    assert asked == ["file"]
    qtbot.keyClick(page, Qt.Key.Key_M, CTRL | SHIFT)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    menu.close()


def test_a_visit_is_found_and_opened_by_keys(page, visits, opened, qtbot, settled):
    number = opened(note=True)
    other = visits.new(patient="Ben Okafor").id
    settled()
    page.search_here()
    qtbot.keyClicks(page.list.search, "ana")
    qtbot.waitUntil(lambda: [each.id for each in page.list.model.visits] == [number])
    page.list.show_all()
    page.list.filtered.emit()
    qtbot.waitUntil(lambda: len(page.list.model.visits) == 2)
    qtbot.keyClick(page.list.search, Qt.Key.Key_Return)
    assert page.list.view.hasFocus()
    qtbot.keyClick(page.list.view, Qt.Key.Key_Up)  # the newest is the first
    qtbot.waitUntil(lambda: page.consultation.visit_id == other)


def test_a_discarded_visit_comes_back(page, visits, opened, qtbot, settled):
    number = opened(state=VisitState.DISCARDED)
    assert page.view.discarded.isVisible()
    assert page.view.note.hint.text() == "No note was written."
    page.view.restore_wanted.emit()
    settled()
    assert visits.store[number].info.state is VisitState.DRAFT
    assert not page.view.discarded.isVisible()


def test_everything_has_a_name_for_screen_readers(page, opened, settled):
    from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit

    opened(note=True)
    for kind in (QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit):
        for widget in page.findChildren(kind):
            if isinstance(widget.parent(), QLineEdit):
                continue  # the button that clears a field is Qt's own
            text = widget.text() if isinstance(widget, QAbstractButton) else ""
            assert widget.accessibleName() or text, widget


def test_a_file_dropped_on_the_empty_page_begins_a_visit(page, visits, tmp_path, settled):
    file = tmp_path / "visit.txt"
    file.write_text("Doctor: What brings you here?\nPatient: My knee.", encoding="utf-8")
    page.drop.dropped.emit([file])
    settled()
    settled()
    assert visits.store[1].transcript.utterances[1].text == "My knee."


def test_what_is_typed_is_stored_when_another_visit_is_opened(page, visits, opened, qtbot, settled):
    number = opened(note=True)
    other = visits.new(patient="Ben Okafor")
    editor = page.view.note.sections["plan"].editor
    editor.setFocus()
    editor.moveCursor(editor.textCursor().MoveOperation.End)
    qtbot.keyClicks(editor, " Rest.")
    page.activate(OpenVisit(other.id))
    settled()
    assert visits.store[number].note.sections[1].text == "Stop ibuprofen. Rest."
    assert visits.store[other.id].note is None


def test_a_long_note_takes_keys_at_once(page, visits, opened, qtbot, settled):
    from time import perf_counter

    text = " ".join(f"Sentence number {number} says that the knee was swollen for three days." for number in range(250))
    opened(note=Note("visit", [checked("history", "History", text)]), version=1)
    editor = page.view.note.sections["history"].editor
    editor.setFocus()
    begun = perf_counter()
    qtbot.keyClicks(editor, "swollen")
    assert (perf_counter() - begun) / 7 < 0.25, "seconds for a key in 3,000 words, on a busy machine"
    assert len(editor.marks) == 250
