"""Widgets in cycles die on the window's thread."""

from __future__ import annotations

import gc
import threading

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.garbage import collect_due


class InCycle(QWidget):
    """Kept alive by itself alone; notes the thread that it dies in."""

    def __init__(self, died_in: list[threading.Thread]) -> None:
        super().__init__()
        self.me = self
        self.last_words = LastWords(died_in)


class LastWords:
    def __init__(self, died_in: list[threading.Thread]) -> None:
        self._died_in = died_in

    def __del__(self) -> None:
        self._died_in.append(threading.current_thread())


def allocate_much(kept: list[object]) -> None:
    """Far more than Python allows between two collections."""
    kept.extend([each] for each in range(200 * gc.get_threshold()[0]))


def test_another_thread_that_allocates_collects_nothing_and_the_window_does(qtbot: QtBot) -> None:
    died_in: list[threading.Thread] = []
    for _ in range(20):
        InCycle(died_in)
    kept: list[object] = []
    busy = threading.Thread(target=allocate_much, args=(kept,))
    busy.start()
    busy.join()
    assert died_in == []
    qtbot.waitUntil(lambda: len(died_in) == 20)
    assert set(died_in) == {threading.main_thread()}


def test_nothing_is_collected_before_it_is_due() -> None:
    gc.collect()
    seen: list[dict[str, int]] = []

    def note(_phase: str, info: dict[str, int]) -> None:
        seen.append(info)

    gc.callbacks.append(note)
    try:
        collect_due()
        assert seen == []
        rubbish = [QObject() for _ in range(2 * gc.get_threshold()[0])]
        collect_due()
        assert seen
        assert rubbish
    finally:
        gc.callbacks.remove(note)
