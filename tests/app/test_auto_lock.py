"""The workspace locks itself after a time without input."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from app.auto_lock import AutoLock


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def make(qapp, clock, *, minutes=5, busy=False):
    locked = []
    return AutoLock(qapp, lambda: minutes, lambda: busy, lambda: locked.append(clock.now), clock), locked


def test_locks_after_the_time_and_not_before(qapp, clock):
    lock, locked = make(qapp, clock)
    clock.now = 299
    lock.look()
    assert locked == []
    clock.now = 300
    lock.look()
    assert locked == [300]


def test_never_means_never(qapp, clock):
    lock, locked = make(qapp, clock, minutes=0)
    clock.now = 1e6
    lock.look()
    assert locked == []


def test_waits_for_work_but_not_for_ever(qapp, clock):
    lock, locked = make(qapp, clock, busy=True)
    clock.now = 599
    lock.look()
    assert locked == []
    clock.now = 600
    lock.look()
    assert locked == [600]


def test_typing_counts_as_use(qapp, clock, qtbot):
    lock, locked = make(qapp, clock)
    field = QLineEdit()
    qtbot.addWidget(field)
    field.show()
    qtbot.waitExposed(field)
    lock._watch(field.windowHandle())
    clock.now = 299
    qtbot.keyClick(field.windowHandle(), Qt.Key.Key_A)
    clock.now = 400
    lock.look()
    assert locked == []
    clock.now = 599
    lock.look()
    assert locked == [599]
