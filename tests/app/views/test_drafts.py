"""Questions typed and not asked: no lock loses them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from app.context import OpenConversation
from app.views.ask import AskPage, drafts
from tests.app.views.desk import Desk
from tests.app.views.test_ask import ask

Make = Callable[[], AskPage]


def test_what_was_typed_comes_back_after_a_lock(desk: Desk, ask_page: Make, qtbot: QtBot) -> None:
    page = ask_page()
    ask(page, qtbot)
    qtbot.keyClicks(page.composer.field, "And in a child")
    page.start_new()
    qtbot.keyClicks(page.composer.field, "Which dose of")
    page.close_work()
    assert desk.workspace.assistant.kept_drafts == {1: "And in a child", None: "Which dose of"}
    page.hide()

    again = ask_page()
    assert again.composer.text == "Which dose of"
    again.activate(OpenConversation(1))
    assert again.composer.text == "And in a child"


def test_a_pause_in_typing_keeps_the_draft(
    desk: Desk, ask_page: Make, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "_PAUSE_MS", 20)
    page = ask_page()
    qtbot.keyClicks(page.composer.field, "Which dose")
    qtbot.waitUntil(lambda: desk.workspace.assistant.kept_drafts == {None: "Which dose"})


def test_a_question_that_was_asked_is_no_draft(desk: Desk, ask_page: Make, qtbot: QtBot) -> None:
    desk.workspace.assistant.kept_drafts = {None: "What is the"}
    page = ask_page()
    assert page.composer.text == "What is the"
    ask(page, qtbot, " dose?")
    assert desk.workspace.assistant.asked == [("What is the dose?", None, None)]
    page.close_work()
    assert desk.workspace.assistant.kept_drafts == {}


def test_typing_before_the_drafts_arrive_is_not_overwritten(desk: Desk, qtbot: QtBot) -> None:
    desk.workspace.assistant.kept_drafts = {None: "old", 7: "of another"}
    page = AskPage(desk.context)
    desk.show(page)
    page.composer.set_text("new")
    qtbot.waitUntil(lambda: not desk.operations.busy)
    assert page.composer.text == "new"
    page.close_work()
    assert desk.workspace.assistant.kept_drafts == {None: "new", 7: "of another"}
