"""Copies out of the window are marked private and taken back; what another program copied stays."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QTextBrowser

from app.clipboard import PRIVATE_MARKS, ClipboardGuard


class Owner:
    """Whether this program put in what the clipboard holds; the offscreen platform does not tell."""

    ours = True
    seconds = 60

    def __call__(self, _mode: QClipboard.Mode) -> bool:
        return self.ours


@pytest.fixture
def owner():
    return Owner()


@pytest.fixture
def clipboard(qapp):
    made = QGuiApplication.clipboard()
    made.clear()
    yield made
    made.clear()


@pytest.fixture
def guard(clipboard, owner):
    made = ClipboardGuard(clipboard, lambda: owner.seconds, owns=owner)
    yield made
    made.close()


def copy_selection(qtbot, html: str) -> None:
    view = QTextBrowser()
    qtbot.addWidget(view)
    view.setHtml(html)
    view.selectAll()
    view.copy()


def test_a_copy_from_any_view_is_marked_private(guard, clipboard, qtbot):
    copy_selection(qtbot, "Amoxicillin <b>500 mg</b>")
    held = clipboard.mimeData()
    assert held.text() == "Amoxicillin 500 mg"
    assert "<html" in held.html() or "500 mg" in held.html()
    for kind in PRIVATE_MARKS:
        assert held.hasFormat(kind), kind
    assert bytes(held.data("x-kde-passwordManagerHint").data()) == b"secret"


def test_ours_is_cleared(guard, clipboard):
    clipboard.setText("Amoxicillin")
    guard.clear()
    assert clipboard.text() == ""


def test_what_another_program_copied_stays(guard, clipboard, owner):
    clipboard.setText("Amoxicillin")
    owner.ours = False
    clipboard.setText("a shopping list")
    guard.clear()
    assert clipboard.text() == "a shopping list"
    assert not clipboard.mimeData().hasFormat("x-kde-passwordManagerHint")


def test_our_text_in_the_hands_of_a_clipboard_manager_is_cleared(guard, clipboard, owner):
    clipboard.setText("Amoxicillin")
    owner.ours = False
    taken_over = QMimeData()
    taken_over.setText("Amoxicillin")
    clipboard.setMimeData(taken_over)
    guard.clear()
    assert clipboard.text() == ""


def test_a_copy_goes_after_its_time_counted_from_the_last_one(guard, clipboard, owner, qtbot):
    owner.seconds = 1
    clipboard.setText("Amoxicillin")
    qtbot.wait(600)
    clipboard.setText("Penicillin")
    qtbot.wait(600)
    assert clipboard.text() == "Penicillin"
    qtbot.waitUntil(lambda: clipboard.text() == "", timeout=2_000)


def test_without_a_time_it_stays_until_the_lock(guard, clipboard, owner, qtbot):
    owner.seconds = 0
    clipboard.setText("Amoxicillin")
    qtbot.wait(50)
    assert clipboard.text() == "Amoxicillin"
    assert not guard._timer.isActive()


def test_the_system_gets_its_own_mark_once_per_copy(clipboard, owner):
    marks = []
    guard = ClipboardGuard(clipboard, lambda: 0, owns=owner, mark=lambda: marks.append(clipboard.text()))
    clipboard.setText("Amoxicillin")
    guard.close()
    assert marks == ["Amoxicillin"]
    clipboard.setText("after the end")
    assert not clipboard.mimeData().hasFormat("x-kde-passwordManagerHint")
