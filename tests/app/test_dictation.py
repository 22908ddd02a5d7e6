"""Push to talk: F9 held or tapped, into whatever text field has the focus, and never into a passphrase."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.dictation import DictationKey, dictation_target, insert_words
from engine.errors import UserError
from engine.types import RecordingEvent, RecordingState, Utterance

F9 = Qt.Key.Key_F9


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def form(qtbot):
    made = QWidget()
    made.line = QLineEdit()
    made.text = QPlainTextEdit()
    layout = QVBoxLayout(made)
    layout.addWidget(made.line)
    layout.addWidget(made.text)
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    made.line.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is made.line)
    return made


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def occupied() -> list[str]:
    return []


@pytest.fixture
def key(context, form, clock, occupied):
    made = DictationKey(context, lambda: "".join(occupied), form, clock=clock)
    yield made
    made.close()


def hold(form, clock, seconds: float = 1.0) -> None:
    QTest.keyPress(form.windowHandle(), F9)
    clock.now += seconds


def let_go(form) -> None:
    QTest.keyRelease(form.windowHandle(), F9)


def test_what_is_said_while_the_key_is_held_stands_behind_what_was_typed(key, form, clock, workspace, recorder, qtbot):
    form.line.setText("Allergic to")
    hold(form, clock)
    qtbot.waitUntil(lambda: workspace.speech.dictations != [])
    assert key.sign.isVisible()
    assert recorder.recording == "Dictating"
    said = [Utterance(1, "", "amoxi")]
    workspace.speech.dictations[0].on_event(RecordingEvent(RecordingState.RECORDING, 1.0, 0.3, 0.5, said))
    qtbot.waitUntil(lambda: key.sign.words.text() == "amoxi")
    let_go(form)
    qtbot.waitUntil(lambda: form.line.text() == "Allergic to amoxicillin 500 mg")
    assert key.sign is None
    assert recorder.recording == ""


def test_a_tap_leaves_it_on_until_the_next(key, form, clock, workspace, qtbot):
    form.text.setFocus()
    hold(form, clock, 0.1)
    let_go(form)
    qtbot.waitUntil(lambda: workspace.speech.dictations != [])
    assert key.active
    hold(form, clock, 0.1)
    let_go(form)
    qtbot.waitUntil(lambda: form.text.toPlainText() == "amoxicillin 500 mg")


def test_escape_forgets_what_was_said(key, form, clock, workspace, qtbot):
    hold(form, clock)
    qtbot.waitUntil(lambda: workspace.speech.dictations != [])
    QTest.keyPress(form.windowHandle(), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: workspace.speech.dictations[0].abandoned)
    assert not key.active
    assert form.line.text() == ""


def test_a_passphrase_is_never_dictated(key, form, clock, workspace, recorder, qtbot):
    form.line.setEchoMode(QLineEdit.EchoMode.Password)
    hold(form, clock)
    assert workspace.speech.dictations == []
    assert "text field" in recorder.toasts[0]


def test_not_while_a_visit_is_recorded(key, form, clock, occupied, workspace, recorder):
    occupied.append("A visit is being recorded.")
    hold(form, clock)
    assert not key.active
    assert recorder.toasts == ["A visit is being recorded."]


def test_no_microphone_is_told_in_words(key, form, clock, workspace, recorder, qtbot):
    workspace.speech.failure = UserError("No microphone is connected.", "Plug one in.")
    hold(form, clock)
    qtbot.waitUntil(lambda: [error.message for error in recorder.errors] == ["No microphone is connected."])
    assert key.sign is None


def test_a_field_that_is_gone_leaves_the_words_on_the_clipboard(key, form, clock, workspace, recorder, qtbot):
    hold(form, clock)
    qtbot.waitUntil(lambda: workspace.speech.dictations != [])
    form.line.setReadOnly(True)
    let_go(form)
    qtbot.waitUntil(lambda: "clipboard" in "".join(recorder.toasts))
    assert QApplication.clipboard().text() == "amoxicillin 500 mg"


def test_words_replace_what_is_selected_and_stand_apart(form):
    form.text.setPlainText("Takes aspirin daily")
    cursor = form.text.textCursor()
    cursor.setPosition(6)
    cursor.setPosition(13, cursor.MoveMode.KeepAnchor)
    form.text.setTextCursor(cursor)
    insert_words(form.text, "ibuprofen")
    assert form.text.toPlainText() == "Takes ibuprofen daily"
    form.line.setText("(")
    insert_words(form.line, "left")
    assert form.line.text() == "(left"
    assert dictation_target(form) is None
