"""The Ask page, driven by keyboard."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.context import NewQuestion, OpenConversation
from app.views.ask import AskPage
from app.widgets.elided_button import ElidedButton
from app.widgets.feedback import EmptyState
from app.widgets.page_view import PageView
from app.widgets.source_panel import SourcePanel
from engine.errors import UserError
from engine.types import Role, TurnState
from tests.app.fakes_people import person_of
from tests.app.views.desk import Desk

Make = Callable[[], AskPage]
QUESTION = "What is the adult dose of adrenaline?"


def ask(page: AskPage, qtbot: QtBot, question: str = QUESTION, *, wait: bool = True) -> None:
    page.composer.setFocus()
    qtbot.keyClicks(page.composer.field, question)
    qtbot.keyClick(page.composer.field, Qt.Key.Key_Return)
    if wait:
        finished(page, qtbot)


def finished(page: AskPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page.dialogue.session.live is None and not page.context.operations.busy)


def words(page: AskPage) -> str:
    """Every visible label below the last question."""
    view = page.conversation.views[-1]
    return " ".join(each.text() for each in view.findChildren(QLabel) if each.isVisibleTo(view))


def test_an_answer_streams_in_with_numbered_sources_and_stays_selected(
    desk: Desk, ask_page: Make, qtbot: QtBot
) -> None:
    page = ask_page()
    ask(page, qtbot)
    view = page.conversation.views[-1]
    assert view.answer.text == desk.workspace.assistant.answer_text
    listed = [view.sources.itemAt(row).widget().full_text for row in range(view.sources.count())]
    assert listed == ["1  Anaphylaxis protocol.pdf, p. 3", "2  opening-hours.md · Opening hours"]
    assert view.foot.passages_button.text() == "3 passages found"
    assert page.dialogue.conversation_id == 1
    assert page.heading.text() == QUESTION
    assert page.composer.text == ""
    assert page.focusWidget() is page.composer.field


def test_shift_enter_makes_a_line_and_the_field_grows(ask_page: Make, desk: Desk, qtbot: QtBot) -> None:
    page = ask_page()
    low = page.composer.field.height()
    qtbot.keyClicks(page.composer.field, "one")
    qtbot.keyClick(page.composer.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(page.composer.field, "two")
    assert page.composer.text == "one\ntwo"
    assert page.composer.field.height() > low
    assert desk.workspace.assistant.asked == []


def test_stages_are_told_while_the_answer_is_made(desk: Desk, ask_page: Make, qtbot: QtBot) -> None:
    page = ask_page()
    assistant = desk.workspace.assistant
    assistant.hold, assistant.hold_after = threading.Event(), 0
    ask(page, qtbot, wait=False)
    foot = page.conversation.views[-1].foot if page.conversation.views else None
    qtbot.waitUntil(lambda: page.conversation.views[-1].foot.words.text() == "Reading passage text 300 of 900")
    assistant.hold.set()
    finished(page, qtbot)
    assert foot is page.conversation.views[-1].foot


def test_escape_stops_and_keeps_what_was_written(desk: Desk, ask_page: Make, qtbot: QtBot) -> None:
    page = ask_page()
    assistant = desk.workspace.assistant
    assistant.hold, assistant.hold_after = threading.Event(), 4
    ask(page, qtbot, wait=False)
    qtbot.waitUntil(lambda: "0.5 mg" in page.conversation.views[-1].answer.text)
    assert page.escape()
    finished(page, qtbot)
    view = page.conversation.views[-1]
    assert view.turn.state is TurnState.STOPPED
    assert "0.5 mg" in view.answer.text
    assert "Stopped. What was written is kept." in words(page)
    assert not page.escape(), "nothing is left to stop"


def test_a_second_question_waits_and_its_draft_is_kept(desk: Desk, ask_page: Make, qtbot: QtBot) -> None:
    page = ask_page()
    assistant = desk.workspace.assistant
    assistant.hold = threading.Event()
    ask(page, qtbot, wait=False)
    qtbot.waitUntil(lambda: page.dialogue.session.live is not None)
    ask(page, qtbot, "And for a child?", wait=False)
    assert page.composer.text == "And for a child?"
    assert "One answer at a time" in page.composer.hint.text()
    assistant.hold.set()
    finished(page, qtbot)
    assert page.composer.text == "And for a child?"
    assert len(assistant.asked) == 1


def test_a_chip_opens_the_page_with_the_passage_marked(desk: Desk, ask_page: Make, qtbot: QtBot) -> None:
    page = ask_page()
    ask(page, qtbot)
    answer = page.conversation.views[-1].answer
    answer.setFocus()
    qtbot.keyClick(answer, Qt.Key.Key_Tab)
    qtbot.keyClick(answer, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(desk.panel.widget, SourcePanel) and desk.panel.widget.pane is not None)
    panel = desk.panel.widget
    assert panel.name.text() == "Anaphylaxis protocol.pdf"
    assert panel.place.text() == "Page 3 · 2 Treatment"
    assert isinstance(panel.pane.view, PageView)
    qtbot.waitUntil(lambda: panel.pane.position.text() == "Page 3 of 3")


def test_the_listed_source_opens_text_of_a_document_without_pages(desk: Desk, ask_page: Make, qtbot: QtBot) -> None:
    page = ask_page()
    ask(page, qtbot)
    qtbot.keyClick(page.conversation.views[-1].sources.itemAt(1).widget(), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: isinstance(desk.panel.widget, SourcePanel) and desk.panel.widget.pane is not None)
    selections = desk.panel.widget.pane.view.extraSelections()
    assert selections[0].cursor.selectedText() == "On Fridays it closes at 13:00."


def test_a_removed_document_says_so_in_the_panel(desk: Desk, ask_page: Make, qtbot: QtBot) -> None:
    page = ask_page()
    ask(page, qtbot)
    del desk.workspace.library.entries[2]
    page.conversation.views[-1].sources.itemAt(1).widget().click()
    qtbot.waitUntil(lambda: not desk.operations.busy)
    said = " ".join(each.text() for each in desk.panel.widget.findChildren(QLabel))
    assert "not in the library any more" in said


def test_copy_takes_the_sources_along(ask_page: Make, desk: Desk, qtbot: QtBot) -> None:
    page = ask_page()
    ask(page, qtbot)
    qtbot.keyClick(page.conversation.views[-1].foot.copy_button, Qt.Key.Key_Space)
    assert QGuiApplication.clipboard().text() == (
        "Give adrenaline 0.5 mg into the outer thigh at once. [1] Repeat after 5 minutes. [2]\n\n"
        "Sources\n[1] Anaphylaxis protocol.pdf, p. 3\n[2] opening-hours.md · Opening hours"
    )
    assert desk.told.toasts[-1][0] == "Copied with its sources."


def test_answering_again_replaces_the_newest_answer(desk: Desk, ask_page: Make, qtbot: QtBot) -> None:
    page = ask_page()
    ask(page, qtbot)
    first = page.conversation.views[-1].turn.id
    desk.workspace.assistant.answer_text = "Another answer."
    qtbot.keyClick(page.conversation.views[-1].foot.regenerate_button, Qt.Key.Key_Space)
    finished(page, qtbot)
    assert desk.workspace.assistant.asked[-1] == (QUESTION, 1, first)
    assert [view.answer.text for view in page.conversation.views] == ["Another answer."]


def test_a_question_is_edited_in_place_and_asked_again(desk: Desk, ask_page: Make, qtbot: QtBot) -> None:
    page = ask_page()
    ask(page, qtbot)
    view = page.conversation.views[-1]
    qtbot.keyClick(view.question.edit_button, Qt.Key.Key_Space)
    qtbot.keyClicks(view.question.field, "What is the dose for a child?")
    qtbot.keyClick(view.question.field, Qt.Key.Key_Return)
    finished(page, qtbot)
    assert desk.workspace.assistant.asked[-1] == ("What is the dose for a child?", 1, view.turn.id)
    assert [view.question.text for view in page.conversation.views] == ["What is the dose for a child?"]


def test_escape_gives_up_an_edit(ask_page: Make, qtbot: QtBot) -> None:
    page = ask_page()
    ask(page, qtbot)
    question = page.conversation.views[-1].question
    question.edit_button.click()
    qtbot.keyClicks(question.field, "x")
    assert page.escape()
    assert not question.editing
    assert question.text == QUESTION


def test_an_older_question_is_asked_anew_below(desk: Desk, ask_page: Make, qtbot: QtBot) -> None:
    page = ask_page()
    ask(page, qtbot)
    ask(page, qtbot, "Second?")
    older = page.conversation.views[0]
    assert not older.foot.regenerate_button.isVisibleTo(older.foot)
    older.question.edit_button.click()
    assert page.composer.text == QUESTION


def test_what_no_passage_mentions_is_named_with_an_answer_and_with_a_refusal(
    desk: Desk, ask_page: Make, qtbot: QtBot
) -> None:
    page, assistant = ask_page(), desk.workspace.assistant
    ask(page, qtbot)
    assert "No passage found mentions" not in words(page)
    assistant.unmentioned = ["warfarin", "gout"]
    ask(page, qtbot, "And with warfarin and gout?")
    assert "No passage found mentions “warfarin”, “gout”." in words(page)
    assert "The answer does not take it into account." in words(page)
    assert assistant.answer_text in page.conversation.views[-1].answer.text
    assistant.answered = False
    ask(page, qtbot, "And without?")
    assert "Your documents do not say. No passage found mentions “warfarin”, “gout”. These are" in words(page)


def test_what_the_documents_do_not_say_is_said(desk: Desk, ask_page: Make, qtbot: QtBot) -> None:
    page = ask_page()
    desk.workspace.assistant.answered = False
    desk.workspace.assistant.answer_text = ""
    ask(page, qtbot, "Who pays for parking?")
    assert "Your documents do not say." in words(page)
    quotes = page.conversation.views[-1].quotes
    assert quotes.isVisibleTo(page)
    assert "In the words of your documents" in words(page)
    assert "Give adrenaline 0.5 mg into the outer thigh at once." in words(page)
    qtbot.keyClick(quotes.findChild(ElidedButton), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: desk.panel.is_open)


def test_a_failure_says_what_to_do_and_can_be_tried_again(desk: Desk, ask_page: Make, qtbot: QtBot) -> None:
    page = ask_page()
    desk.workspace.assistant.failure = UserError("The model stopped.", "Try again.", "signal 6")
    ask(page, qtbot)
    assert "The model stopped. Try again." in words(page)
    failed = page.conversation.views[-1].turn.id
    desk.workspace.assistant.failure = None
    buttons = page.conversation.views[-1].findChildren(QPushButton)
    retry = next(each for each in buttons if each.text() == "Try again" and each.isVisibleTo(page))
    qtbot.keyClick(retry, Qt.Key.Key_Space)
    finished(page, qtbot)
    assert desk.workspace.assistant.asked[-1] == (QUESTION, 1, failed)
    assert page.conversation.views[-1].turn.state is TurnState.DONE


def test_a_call_that_ends_without_a_turn_is_told_and_can_be_tried_again(
    desk: Desk, ask_page: Make, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = ask_page()
    assistant, real = desk.workspace.assistant, desk.workspace.assistant.ask

    def refuse(question: str, **_rest: object) -> None:
        raise UserError("No model is installed.", "Choose one on the Models page.")

    monkeypatch.setattr(assistant, "ask", refuse)
    ask(page, qtbot)
    assert "No model is installed. Choose one on the Models page." in words(page)
    monkeypatch.setattr(assistant, "ask", real)
    page.conversation.views[-1].foot.regenerate_button.click()
    finished(page, qtbot)
    assert len(page.conversation.views) == 1
    assert page.conversation.views[-1].turn.state is TurnState.DONE


def test_drafts_stay_with_their_conversation(ask_page: Make, qtbot: QtBot) -> None:
    page = ask_page()
    ask(page, qtbot)
    qtbot.keyClicks(page.composer.field, "half a question")
    page.start_new()
    assert page.composer.text == ""
    qtbot.keyClicks(page.composer.field, "something new")
    page.activate(OpenConversation(1))
    assert page.composer.text == "half a question"
    page.activate(NewQuestion())
    assert page.composer.text == "something new"


def test_an_answer_goes_on_while_another_conversation_is_shown(desk: Desk, ask_page: Make, qtbot: QtBot) -> None:
    page = ask_page()
    ask(page, qtbot, "First?")
    assistant = desk.workspace.assistant
    assistant.hold = threading.Event()
    page.start_new()
    ask(page, qtbot, "Second?", wait=False)
    qtbot.waitUntil(lambda: page.dialogue.session.live is not None and bool(page.dialogue.session.live.text))
    page.dialogue.open(1)
    qtbot.waitUntil(lambda: [view.question.text for view in page.conversation.views] == ["First?"])
    page.dialogue.open(2)
    qtbot.waitUntil(lambda: [view.question.text for view in page.conversation.views] == ["Second?"])
    page.dialogue.open(1)
    assistant.hold.set()
    finished(page, qtbot)
    assert desk.told.toasts[-1][0] == "The answer to “Second?” is ready."


def test_conversations_are_searched_renamed_and_deleted_with_a_way_back(
    desk: Desk, ask_page: Make, qtbot: QtBot
) -> None:
    page = ask_page()
    for question in ("About adrenaline?", "About parking?"):
        page.start_new()
        ask(page, qtbot, question)
    page.search_here()
    qtbot.keyClicks(page.list.search, "parking")
    qtbot.waitUntil(lambda: page.list.model.rowCount() == 2)
    page.list.search.clear()
    qtbot.waitUntil(lambda: page.list.model.rowCount() == 3)

    page.list.view.setFocus()
    page.list.mark_current(2)
    qtbot.keyClick(page.list.view, Qt.Key.Key_F2)
    editor = page.list.view.focusWidget()
    qtbot.keyClicks(editor, "Car park")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.heading.text() == "Car park")

    qtbot.keyClick(page.list.view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: page.list.model.rowCount() == 2)
    message, undo = desk.told.toasts[-1]
    assert message == "Deleted “Car park”."
    assert page.dialogue.conversation_id is None
    assert undo is not None
    undo()
    qtbot.waitUntil(lambda: page.list.model.title_of(2) == "Car park")


def test_without_a_model_the_page_leads_to_the_models(desk: Desk, ask_page: Make, qtbot: QtBot) -> None:
    desk.workspace.model = None
    page = ask_page()
    assert page.composer.hint.text() == "No model is installed yet."
    qtbot.keyClicks(page.composer.field, "Still typed")
    qtbot.keyClick(page.composer.field, Qt.Key.Key_Return)
    assert page.composer.text == "Still typed"
    qtbot.keyClick(page.composer.help_button, Qt.Key.Key_Space)
    assert desk.told.pages == [("models", None)]


def test_with_an_empty_library_the_page_leads_there_and_notices_documents(
    desk: Desk, ask_page: Make, qtbot: QtBot
) -> None:
    desk.workspace.library.entries.clear()
    page = ask_page()
    assert page.composer.hint.text() == "The library is empty."
    qtbot.keyClick(page.composer.help_button, Qt.Key.Key_Space)
    assert desk.told.pages == [("library", None)]
    desk.workspace.library.add_samples()
    qtbot.waitUntil(lambda: page.composer.hint.text().startswith("Enter asks"))


def test_growing_text_leaves_a_reader_where_they_are(desk: Desk, ask_page: Make, qtbot: QtBot) -> None:
    page = ask_page()
    assistant = desk.workspace.assistant
    assistant.answer_text = "A sentence of some length stands here. " * 120
    assistant.hold, assistant.hold_after = threading.Event(), 400
    ask(page, qtbot, wait=False)
    bar = page.conversation.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 300 and page.dialogue.session.live.text.count(".") >= 50)
    qtbot.waitUntil(lambda: bar.value() == bar.maximum())
    bar.setValue(100)
    assistant.hold.set()
    finished(page, qtbot)
    assert bar.value() == 100


def test_a_long_conversation_shows_its_end_first(desk: Desk, ask_page: Make, qtbot: QtBot) -> None:
    assistant = desk.workspace.assistant
    assistant.answer_text = "Yes."
    for number in range(25):
        assistant.ask(f"Question {number}?", conversation_id=1 if number else None)
    page = ask_page()
    page.dialogue.open(1)
    qtbot.waitUntil(lambda: len(page.conversation.views) == 20)
    assert page.conversation.views[-1].question.text == "Question 24?"
    earlier = next(each for each in page.findChildren(QPushButton) if "earlier" in each.text())
    assert earlier.text() == "Show 5 earlier questions"
    earlier.click()
    assert [view.question.text for view in page.conversation.views][:2] == ["Question 0?", "Question 1?"]


def test_every_control_has_a_name(desk: Desk, ask_page: Make, qtbot: QtBot) -> None:
    page = ask_page()
    ask(page, qtbot)
    unnamed = [
        type(widget).__name__
        for widget in page.findChildren(QPushButton)
        if widget.isVisibleTo(page) and not (widget.text() or widget.accessibleName())
    ]
    assert unnamed == []


def test_who_may_not_add_what_is_missing_is_not_led_there(
    desk: Desk, ask_page: Callable[[], AskPage], qtbot: QtBot
) -> None:
    desk.workspace.actor = person_of(Role.READER)
    desk.workspace.model = None
    page = ask_page()
    (state,) = page.findChildren(EmptyState)
    assert "not set up yet" in state.sentence.text()
    assert not state.button.isVisible()
    assert not page.composer.help_button.isVisible()
