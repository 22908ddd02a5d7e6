"""The Settings page: what is chosen takes effect and is on disk at once."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QPushButton

from app.context import OpenTemplates
from app.dialogs.passphrase import PassphraseDialog
from app.microphones import chosen_microphone
from app.views.settings import SettingsPage
from engine.errors import NotEnoughSpace
from engine.settings import SettingsStore
from engine.types import Policy
from tests.app.test_main_window import when_dialog


@pytest.fixture
def page(context, qtbot):
    made = SettingsPage(context)
    qtbot.addWidget(made)
    made.resize(900, 650)
    made.show()
    made.activate(None)
    return made


def choose(page, name: str, value: object) -> None:
    box = page.choices[name]
    at = next(at for at in range(box.count()) if box.itemData(at) == value)
    box.setCurrentIndex(at)
    box.activated.emit(at)


def stored(page):
    return SettingsStore(page.context.workspace.paths.settings_file).get()


def test_look_changes_at_once_and_is_stored(page, theme):
    choose(page, "theme", "dark")
    choose(page, "font_scale", 1.25)
    assert theme.dark and theme.font_scale == 1.25
    assert stored(page).appearance.theme == "dark"
    assert stored(page).appearance.font_scale == 1.25


@pytest.mark.parametrize(
    ("name", "value"), [("max_tokens", 200), ("passages", 8), ("temperature", 0.0), ("passages", None)]
)
def test_answers(page, name, value):
    choose(page, name, value)
    assert getattr(stored(page).assistant, name) == value


def test_lock_time(page):
    choose(page, "auto_lock_minutes", 0)
    page.context.operations.wait(2_000)
    assert page.context.workspace.policy.get().auto_lock_minutes == 0


def test_stored_value_between_the_choices_is_shown(context, qtbot):
    context.workspace.policy.policy = Policy(auto_lock_minutes=7)
    page = SettingsPage(context)
    qtbot.addWidget(page)
    assert page.choices["auto_lock_minutes"].currentData() == 7


def test_setting_that_cannot_be_stored_is_told(page, recorder, monkeypatch):
    error = NotEnoughSpace("The disk is full.", "Free some space.")

    def full(_change):
        raise error

    monkeypatch.setattr(page.context.settings, "update", full)
    choose(page, "passages", 8)
    assert recorder.errors == [error]


def test_change_of_passphrase(page, workspace, recorder, qtbot):
    workspace.people.passphrase = "old words here"
    steps = []

    def first_wrong(dialog: PassphraseDialog) -> None:
        old, new, again = dialog.fields
        qtbot.keyClicks(old, "not it")
        qtbot.keyClicks(new, "new words here too")
        qtbot.keyClicks(again, "new words here")
        assert not dialog.act.isEnabled()
        qtbot.keyClicks(again, " too")
        dialog.act.click()
        qtbot.waitUntil(dialog.error.isVisible)
        steps.append(dialog.error.message.text())
        old.setText("old words here")
        dialog.act.click()

    when_dialog(first_wrong)
    page.account.change_passphrase()
    assert steps == ["This is not your present passphrase."]
    assert workspace.people.passphrase == "new words here too"
    assert recorder.toasts == ["The passphrase was changed."]


def test_keychain_choice_asks_for_the_passphrase_and_can_be_taken_back(page, workspace, recorder, qtbot):
    workspace.people.passphrase = "words"
    box = page.keychain.box
    qtbot.waitUntil(page.keychain.isVisible)
    assert not box.isChecked()

    def allow(dialog) -> None:
        qtbot.keyClicks(dialog.field, "words")
        dialog.act.click()

    when_dialog(allow)
    box.click()
    qtbot.waitUntil(box.isChecked)
    assert workspace.people.in_keychain
    box.click()
    qtbot.waitUntil(lambda: not workspace.people.in_keychain and not box.isChecked())
    assert len(recorder.toasts) == 2


def test_the_administrator_decides_whether_recordings_are_kept(page, workspace):
    choose(page, "keep_sound", True)
    page.context.operations.wait(2_000)
    assert workspace.policy.get().keep_sound


def test_the_microphone_is_chosen_for_this_computer(page, context, qtbot):
    box = page.choices["microphone"]
    qtbot.waitUntil(lambda: box.count() == 2)
    choose(page, "microphone", "1")
    assert chosen_microphone(context.settings) == "1"
    page.cards["visits"].load()
    qtbot.waitUntil(lambda: not context.operations.busy)
    assert [box.itemText(at) for at in range(box.count())] == ["As the system", "Desk microphone"]
    assert box.currentData() == "1"


def test_templates_and_style_are_one_click_away(page, recorder):
    for button in page.cards["visits"].findChildren(QPushButton):
        button.click()
    assert recorder.opened == [("visits", OpenTemplates()), ("visits", OpenTemplates(style=True))]


def test_every_control_has_a_name(page):
    for kind in (QComboBox, QAbstractButton):
        assert [
            each for each in page.findChildren(kind) if not (each.accessibleName() or getattr(each, "text", str)())
        ] == []
