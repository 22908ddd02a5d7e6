"""Why?: the record of an answer, saved and replayed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.dialogs import why as module
from app.dialogs.why import WhyDialog
from app.views.ask import AskPage
from engine.assistant.why_file import load_record
from engine.errors import UserError
from engine.exports import Protection
from tests.app.views.desk import Desk
from tests.app.views.test_ask import QUESTION, ask


@pytest.fixture
def dialog(desk: Desk, ask_page: Callable[[], AskPage], qtbot: QtBot) -> WhyDialog:
    """Opened from the foot of an answer."""
    page = ask_page()
    ask(page, qtbot)
    qtbot.keyClick(page.conversation.views[-1].foot.why_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: bool(desk.window.findChildren(WhyDialog)))
    return desk.window.findChildren(WhyDialog)[0]


def test_it_shows_everything_that_made_the_answer(dialog: WhyDialog) -> None:
    said = " ".join(each.text().replace("\u200b", "") for each in dialog.tabs.widget(0).findChildren(QLabel))
    for words in (QUESTION, "Qwen 1.5B", "0" * 64, "temperature 0", "1.0"):
        assert words in said
    rows = [dialog.passages.topLevelItem(row) for row in range(dialog.passages.topLevelItemCount())]
    assert [row.text(0) for row in rows] == ["1", "2", "3"]
    assert rows[0].text(1) == "Anaphylaxis protocol.pdf, p. 3 · 2 Treatment"
    assert dialog.prompt.toPlainText() == "<s>Answer from the passages."


def test_it_is_saved_as_one_file(
    dialog: WhyDialog, desk: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "why.json"
    protection = Protection(reason="for the quality circle")
    monkeypatch.setattr(module, "asked_export", lambda *_all: (path, protection))
    qtbot.keyClick(dialog.save_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "Saved as" in dialog.outcome.text())
    assert load_record(path).question == QUESTION
    assert desk.workspace.assistant.protection == protection


def test_a_replay_says_whether_the_answer_is_the_same(dialog: WhyDialog, desk: Desk, qtbot: QtBot) -> None:
    assistant = desk.workspace.assistant
    qtbot.keyClick(dialog.replay_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: dialog.outcome.text() == "The same answer, word for word.")
    qtbot.waitUntil(dialog.replay_button.isEnabled)
    assistant.replayed = "Give something else."
    qtbot.keyClick(dialog.replay_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: dialog.outcome.text().startswith("Another answer"))
    qtbot.waitUntil(dialog.replay_button.isEnabled)
    assistant.failure = UserError("The model is not installed.", "Fetch it.")
    qtbot.keyClick(dialog.replay_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: dialog.error.message.text() == "The model is not installed.")
