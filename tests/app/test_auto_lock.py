"""The workspace locks itself after a time without input, within a second."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from app.auto_lock import AutoLock, elapsed


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make(qapp, clock):
    made = []

    def start(seconds=300.0, clock=clock):
        locked = []
        lock = AutoLock(qapp, lambda: seconds, lambda: locked.append(clock()), clock)
        made.append(lock)
        lock.start()
        return lock, locked

    yield start
    for lock in made:
        lock.stop()
        lock.deleteLater()


def test_locks_after_the_time_and_not_before(make, clock):
    lock, locked = make()
    clock.now = 299.9
    lock.look()
    assert locked == []
    clock.now = 300
    lock.look()
    lock.look()
    assert locked == [300], "it locks once"


def test_never_means_never(make, clock):
    lock, locked = make(seconds=0)
    clock.now = 1e6
    lock.look()
    assert locked == []


def test_locks_within_a_second_of_the_limit(make, qtbot):
    before = elapsed()
    _lock, locked = make(seconds=0.4, clock=elapsed)
    qtbot.waitUntil(lambda: bool(locked), timeout=3_000)
    assert 0.4 <= locked[0] - before < 1.4


def test_the_clock_goes_on(make):
    before = elapsed()
    time.sleep(0.05)
    assert 0.04 < elapsed() - before < 5


@pytest.fixture
def field(qtbot):
    made = QLineEdit()
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_typing_counts_as_use(make, clock, qtbot, field):
    lock, locked = make()
    lock._watch(field.windowHandle())
    clock.now = 299
    qtbot.keyClick(field.windowHandle(), Qt.Key.Key_A)
    clock.now = 400
    lock.look()
    assert locked == []
    clock.now = 599
    lock.look()
    assert locked == [599]


def test_a_key_after_the_limit_locks(make, clock, qtbot, field):
    """The computer slept: nobody may type into what was open yesterday."""
    lock, locked = make()
    lock._watch(field.windowHandle())
    clock.now = 50_000
    qtbot.keyClick(field.windowHandle(), Qt.Key.Key_A)
    assert locked == [50_000]


def test_nothing_is_locked_while_nothing_is_open(make, clock):
    lock, locked = make()
    lock.stop()
    clock.now = 1e6
    lock.look()
    assert locked == []
