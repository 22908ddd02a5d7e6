"""Locking and closing while a visit is recorded: told once, then done, and nothing that was recorded is lost."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from app.context import OpenVisit
from app.desktop import Desktop
from app.views.unlock import UnlockPage
from app.views.visits import VisitsPage
from engine.crashes import CrashReporter
from engine.types import SoundState
from tests.app.pages import NotedPage, SecondPage

WORDS = "correct horse battery"
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def desktop(qapp, paths, door, qtbot):
    door.create(paths, WORDS)
    pages = [NotedPage, VisitsPage, SecondPage]
    made = Desktop(qapp, paths, lambda: door, lambda: pages, CrashReporter(paths.crash_dir, "0"))
    qtbot.addWidget(made.window)
    made.start()
    qtbot.keyClicks(made.window.centralWidget().field, WORDS)
    made.window.centralWidget().button.click()
    qtbot.waitUntil(lambda: made.window.frame is not None)
    yield made
    made.close()


@pytest.fixture
def recorded(desktop, door, qtbot):
    """A visit that is being recorded, while another page is in front."""
    visits = door.opened[-1].visits
    number = visits.new(patient="Ana Diaz").id
    visits.consent(number)
    frame = desktop.window.frame
    frame.open_page("visits", OpenVisit(number))
    page = frame.page
    qtbot.waitUntil(lambda: page.consultation.visit is not None)
    page.consultation.record()
    qtbot.waitUntil(lambda: visits.recording is not None)
    visits.recording.hear(1)
    qtbot.waitUntil(lambda: page.view.transcript.model.rowCount() == 1)
    frame.open_page("first")
    return visits, number


def test_a_recording_goes_on_behind_other_pages_and_the_status_bar_says_so(desktop, recorded, qtbot):
    visits, _number = recorded
    frame = desktop.window.frame
    assert frame.status_bar.recording.isVisible()
    visits.recording.hear(2)
    qtbot.waitUntil(lambda: frame.status_bar.recording.text() == "● Recording 0:10")


def test_the_first_lock_warns_and_the_second_locks_with_everything_kept(desktop, recorded, qtbot):
    visits, number = recorded
    frame = desktop.window.frame
    frame.lock()
    assert desktop.window.frame is frame
    assert "What was recorded is kept" in frame.notices.current.message.text()
    frame.lock()
    qtbot.waitUntil(lambda: isinstance(desktop.window.centralWidget(), UnlockPage))
    qtbot.waitUntil(lambda: visits.recording.stopped_short)
    assert visits.store[number].info.sound is SoundState.INTERRUPTED
    assert len(visits.store[number].transcript.utterances) == 1


def test_the_first_close_warns_and_the_second_closes(desktop, recorded, qtbot):
    visits, _number = recorded
    desktop.window.close()
    assert desktop.window.isVisible()
    assert "A visit is being recorded." in desktop.window.frame.notices.current.message.text()
    desktop.window.close()
    assert not desktop.window.isVisible()
    desktop.close()
    assert visits.recording.stopped_short


def test_the_system_locks_at_once(desktop, recorded, qtbot):
    visits, _number = recorded
    desktop.lock()
    qtbot.waitUntil(lambda: visits.recording.stopped_short)


def test_talk_puts_the_idle_lock_off_and_silence_does_not(desktop, recorded, qtbot, monkeypatch):
    visits, _number = recorded
    now = [desktop.auto_lock._clock()]
    monkeypatch.setattr(desktop.auto_lock, "_clock", lambda: now[0])
    now[0] += 14 * 60
    visits.recording.hear(2)
    qtbot.waitUntil(lambda: desktop.auto_lock._last == now[0])
    now[0] += 14 * 60
    desktop.auto_lock.look()
    assert desktop.workspace is not None
    now[0] += 2 * 60
    desktop.auto_lock.look()
    assert desktop.workspace is None
    qtbot.waitUntil(lambda: visits.recording.stopped_short)


def test_an_interrupted_recording_is_told_at_the_next_opening(desktop, door, paths, qtbot):
    visits = door.opened[-1].visits
    number = visits.new(patient="Ana Diaz").id
    visits.put(number, sound=SoundState.INTERRUPTED, seconds=751.0)
    from app.window.reminders import Reminders

    frame = desktop.window.frame
    Reminders(frame.context, frame.banners, frame.status_bar, frame)
    qtbot.waitUntil(lambda: frame.banners.get("recording") is not None)
    notice = frame.banners.get("recording")
    assert "12:31" in notice.advice.text()
    next(button for button in notice._offered if "Open" in button.text()).click()
    assert frame.page.key == "visits"
    qtbot.waitUntil(lambda: frame.page.consultation.visit_id == number)
