"""Settings, "Updates": an update file is looked at, asked about once, put in, cancelled, refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog

from app.context import OpenUpdate
from app.views.settings import SettingsPage
from app.views.update_words import State, stage_words
from engine.errors import UserError
from engine.types import UpdateProgress, UpdateStage
from tests.app.test_main_window import when_dialog

FILE = Path("/media/stick/chartside-1.1.0-linux-x86_64.chartside-update")
FORGED = UserError("The signature of this update is wrong. Nothing was changed.", "Do not use this file.", "key 12")


@pytest.fixture
def updates(workspace):
    return workspace.updates


@pytest.fixture
def page(context, qtbot):
    made = SettingsPage(context)
    qtbot.addWidget(made)
    made.resize(900, 650)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def card(page):
    return page.updates


def shown(card) -> set[str]:
    names = (
        "choose",
        "back",
        "install",
        "not_now",
        "cancel",
        "restart",
        "later",
        "progress",
        "error",
        "command",
        "notes",
    )
    return {name for name in names if not getattr(card, name).isHidden()}


def _in_view(card, button) -> bool:
    return card.visibleRegion().boundingRect().contains(button.geometry())


def found(card, qtbot) -> None:
    card.open(FILE)
    qtbot.waitUntil(lambda: card.state is State.FOUND)


def test_at_rest_it_names_the_version(card):
    assert "version 1.0.0" in card.headline.text()
    assert "2026" in card.headline.text()
    assert shown(card) == {"choose", "back"}


def test_an_update_that_waits_for_its_start_is_shown_again_after_a_lock(context, updates, qtbot):
    updates.now = replace(updates.now, waiting="1.1.0")
    page = SettingsPage(context)
    qtbot.addWidget(page)
    assert "Version 1.1.0 is in place" in page.updates.headline.text()
    assert shown(page.updates) == {"restart", "later"}
    # A still newer one can be looked at.
    found(page.updates, qtbot)
    page.updates.not_now.click()
    assert shown(page.updates) == {"restart", "later"}
    updates.refusal = FORGED
    page.updates.open(FILE)
    qtbot.waitUntil(lambda: not page.updates.error.isHidden())
    assert shown(page.updates) == {"restart", "later", "error"}


def test_going_back_is_asked_once_and_then_offers_the_restart(card, updates, qtbot):
    assert card.back.text() == "Go back to version 0.9.0 …"
    when_dialog(lambda dialog: dialog.keep.click())
    card.back.click()
    assert (updates.rolled_back, card.state) == (0, State.IDLE)
    when_dialog(lambda dialog: dialog.act.click())
    card.back.click()
    qtbot.waitUntil(lambda: card.state is State.DONE)
    assert updates.rolled_back == 1
    assert "Version 0.9.0 is in place" in card.headline.text()
    assert shown(card) == {"restart", "later"}


def test_going_back_that_is_refused(card, updates, qtbot):
    updates.refusal = UserError("Only an administrator may change this copy of Chartside.", "sudo …")
    when_dialog(lambda dialog: dialog.act.click())
    card.back.click()
    qtbot.waitUntil(lambda: not card.error.isHidden())
    assert shown(card) == {"choose", "back", "error"}


def test_a_file_is_shown_and_asked_about_before_anything_happens(card, updates, qtbot):
    found(card, qtbot)
    assert card.headline.text().startswith("Version 1.1.0 of ")
    assert "signature is right" in card.words.text()
    assert "1.0.0 stays as the way back" in card.words.text()
    assert card.notes.text() == "Answers come faster."
    assert shown(card) == {"install", "not_now", "notes"}
    assert updates.put_in == []
    card.not_now.click()
    assert shown(card) == {"choose", "back"}


def test_it_is_put_in_with_progress_and_then_offers_the_restart(card, updates, qtbot, recorder):
    updates.steps = [UpdateProgress(UpdateStage.UNPACKING, 500_000_000, 1_200_000_000)]
    found(card, qtbot)
    card.install.click()
    qtbot.waitUntil(lambda: "unpacking" in card.progress.words.text())
    assert shown(card) == {"cancel", "progress"}
    assert "500.0 MB / 1.2 GB" in card.progress.words.text()
    card.open(Path("/other"))
    assert recorder.toasts == ["An update is already under way."]
    updates.go_on.set()
    qtbot.waitUntil(lambda: card.state is State.DONE)
    assert updates.put_in == [FILE]
    assert "Version 1.1.0 is in place" in card.headline.text()
    assert shown(card) == {"restart", "later"}
    assert card.restart.hasFocus()
    card.restart.click()
    assert recorder.restarted == 1
    card.later.click()
    assert shown(card) == {"restart"}


def test_it_can_be_cancelled_until_it_switches(card, updates, qtbot, recorder):
    found(card, qtbot)
    card.install.click()
    qtbot.waitUntil(lambda: card.state is State.RUNNING)
    card.cancel.click()
    qtbot.waitUntil(lambda: card.state is State.FOUND)
    assert recorder.toasts == ["The update was stopped. Nothing was changed."]
    assert updates.put_in == []
    updates.steps = [UpdateProgress(UpdateStage.SWITCHING)]
    card.install.click()
    qtbot.waitUntil(lambda: not card.cancel.isEnabled())
    updates.go_on.set()
    qtbot.waitUntil(lambda: card.state is State.DONE)


@pytest.mark.parametrize("when", ["looked at", "put in"])
def test_a_refusal_is_a_sentence_with_what_to_do(card, updates, qtbot, when):
    if when == "put in":
        found(card, qtbot)
    updates.refusal = FORGED
    updates.go_on.set()
    if when == "put in":
        card.install.click()
    else:
        card.open(FILE)
    qtbot.waitUntil(lambda: not card.error.isHidden())
    assert card.error.message.text() == FORGED.message
    assert card.error.advice.text() == FORGED.advice
    assert shown(card) == {"choose", "back", "error"}
    updates.refusal = None
    found(card, qtbot)
    assert "error" not in shown(card)


def test_a_copy_that_takes_no_updates_says_why_and_offers_nothing(context, updates, qtbot):
    updates.now = replace(
        updates.now, previous="", updates=False, why_not="This Chartside runs from its source. Update the source."
    )
    updates.refusal = UserError("This Chartside runs from its source.", "Update the source.")
    page = SettingsPage(context)
    qtbot.addWidget(page)
    assert "runs from its source" in page.updates.words.text()
    assert shown(page.updates) == set()
    page.activate(OpenUpdate(FILE))
    qtbot.waitUntil(lambda: not page.updates.error.isHidden())


def test_an_administrators_copy_asks_for_the_password_or_names_the_command(context, updates, qtbot):
    for asks in (True, False):
        updates.now = replace(updates.now, administrator=True, asks=asks)
        page = SettingsPage(context)
        qtbot.addWidget(page)
        found(page.updates, qtbot)
        assert "dministrator" in page.updates.words.text()
        assert shown(page.updates) == ({"install", "not_now", "notes"} if asks else {"not_now", "notes", "command"})
    page.updates.command.button.click()
    assert QGuiApplication.clipboard().text() == f"sudo /opt/chartside/bin/chartside update install '{FILE}'"


def test_a_file_opened_with_the_program_is_brought_into_view(page, card, qtbot):
    assert not _in_view(card, card.choose)
    page.activate(OpenUpdate(FILE))
    qtbot.waitUntil(lambda: card.state is State.FOUND and _in_view(card, card.install))
    assert card.install.hasFocus()


def test_a_dropped_file_is_opened(page, card, qtbot):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(FILE))])
    act, button, key = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(page, QDragEnterEvent(QPoint(50, 50), act, mime, button, key))
    assert page.drop.isVisible()
    QApplication.sendEvent(page, QDropEvent(QPointF(50, 50), act, mime, button, key))
    qtbot.waitUntil(lambda: card.state is State.FOUND)


def test_choosing_a_file(card, qtbot, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_arguments: ("", ""))
    card.choose.click()
    assert card.state is State.IDLE
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_arguments: (str(FILE), ""))
    card.choose.click()
    qtbot.waitUntil(lambda: card.state is State.FOUND)


def test_every_stage_has_words():
    assert len({stage_words(UpdateProgress(stage)) for stage in UpdateStage}) == len(UpdateStage)
