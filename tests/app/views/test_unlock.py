"""The pages that open a workspace."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from app.views.create import CreatePage
from app.views.unlock import UnlockPage
from app.widgets.passphrase import PassphraseField, strength
from engine.errors import NameNeeded, TooManyAttempts, UserError, WrongPassphrase

WRONG = WrongPassphrase("This is not the passphrase of this workspace.", "Check caps lock and try again.")


@pytest.fixture
def unlock(qtbot, theme):
    page = UnlockPage(theme)
    qtbot.addWidget(page)
    page.show()
    return page


@pytest.fixture
def create(qtbot, theme):
    page = CreatePage(theme)
    qtbot.addWidget(page)
    page.show()
    return page


def test_enter_submits_and_a_second_enter_does_not_submit_twice(unlock, qtbot):
    seen = []
    unlock.submitted.connect(lambda *given: seen.append(given))
    qtbot.keyClicks(unlock.field, "correct horse")
    qtbot.keyClick(unlock.field, Qt.Key.Key_Return)
    unlock.button.click()
    assert seen == [("correct horse", "")]
    assert unlock.hint.text() == "Opening the workspace …"


def test_nothing_typed_submits_nothing(unlock, qtbot):
    with qtbot.assertNotEmitted(unlock.submitted):
        unlock.button.click()


def test_wrong_passphrase_is_said_beside_the_field_and_gone_when_typing(unlock, qtbot):
    qtbot.keyClicks(unlock.field, "wrong")
    unlock.button.click()
    unlock.show_failure(WRONG)
    assert unlock.hint.text().startswith(WRONG.message)
    assert unlock.field.property("wrong") is True
    assert unlock.field.selectedText()
    assert not unlock.error.isVisible()
    qtbot.keyClicks(unlock.field, "n")
    assert unlock.hint.text() == ""
    assert unlock.field.property("wrong") is False


def test_any_other_failure_stands_above_with_its_advice(unlock):
    unlock.show_failure(UserError("The workspace is open in another window.", "Close that one first.", "pid 7"))
    assert unlock.error.message.text() == "The workspace is open in another window."
    assert unlock.error.details_button.isVisible()
    assert unlock.button.isEnabled()


def test_caps_lock_hint(unlock, qtbot):
    def letter(text: str) -> None:
        none = Qt.KeyboardModifier.NoModifier
        QCoreApplication.sendEvent(unlock.field, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, none, text))

    letter("A")  # a capital without shift
    assert "Caps lock" in unlock.hint.text()
    letter("a")
    assert "Caps lock" not in unlock.hint.text()


def test_create_needs_the_same_twice(create, qtbot):
    assert not create.button.isEnabled()
    qtbot.keyClicks(create.first, "correct horse")
    qtbot.keyClicks(create.second, "correct x")
    assert create.hint.text() == "The two are not the same."
    assert not create.button.isEnabled()
    create.second.clear()
    qtbot.keyClicks(create.second, "correct")
    assert create.hint.text() == "", "the beginning of the same is no mistake yet"
    qtbot.keyClicks(create.second, " horse")
    assert create.button.isEnabled()


def test_create_submits_with_the_keychain_choice(create, qtbot):
    seen = []
    create.submitted.connect(lambda *given: seen.append(given))
    assert not create.remember.isVisible()
    create.offer_keychain(True)
    create.remember.setChecked(True)
    qtbot.keyClicks(create.first, "correct horse battery")
    qtbot.keyClick(create.first, Qt.Key.Key_Return)
    assert create.focusWidget() is create.second
    qtbot.keyClicks(create.second, "correct horse battery")
    qtbot.keyClick(create.second, Qt.Key.Key_Return)
    assert seen == [("correct horse battery", True, "")]


def test_create_failure_keeps_what_was_typed(create, qtbot):
    for field in (create.first, create.second):
        qtbot.keyClicks(field, "aaaaaaaaaa")
    create.button.click()
    create.show_failure(UserError("This passphrase is too easy to guess.", "Use at least 10 characters."))
    assert create.first.text() == "aaaaaaaaaa"
    assert create.button.isEnabled()
    assert create.error.isVisible()


@pytest.mark.parametrize(
    ("passphrase", "role"),
    [("", "small"), ("abc", "warn"), ("aaaaaaaaaaaaaaaaaaaa", "warn"), ("correct horse battery staple", "ok")],
)
def test_strength_hint(passphrase, role):
    words, found = strength(passphrase)
    assert found == role and words


def test_eye_shows_and_hides(qtbot, theme):
    field = PassphraseField(theme, "Passphrase")
    qtbot.addWidget(field)
    (eye,) = field.actions()
    assert field.echoMode() == QLineEdit.EchoMode.Password and eye.text() == "Show"
    eye.trigger()
    assert field.echoMode() == QLineEdit.EchoMode.Normal and eye.text() == "Hide"
    field.hide_text()
    assert field.echoMode() == QLineEdit.EchoMode.Password


def test_every_control_has_a_name(create, unlock):
    for page in (create, unlock):
        for field in page.findChildren(QLineEdit):
            assert field.accessibleName()


def test_who_types_already_is_not_led_away(unlock, qtbot):
    unlock.ask_name()
    assert unlock.focusWidget() is unlock.name
    qtbot.keyClicks(unlock.name, "Dr R")
    unlock.ask_name("root")
    assert unlock.name.text() == "Dr R" and unlock.focusWidget() is unlock.name
    qtbot.keyClick(unlock.name, Qt.Key.Key_Return)
    qtbot.keyClicks(unlock.field, "river")
    unlock.ask_name("root")
    assert unlock.focusWidget() is unlock.field


def test_a_name_that_turns_out_to_be_needed_is_asked_for(unlock, qtbot):
    seen = []
    unlock.submitted.connect(lambda *given: seen.append(given))
    qtbot.keyClicks(unlock.field, "river stone")
    qtbot.keyClick(unlock.field, Qt.Key.Key_Return)
    unlock.show_failure(NameNeeded("Several people may open this workspace.", "Give your name too."))
    assert unlock.focusWidget() is unlock.name
    qtbot.keyClicks(unlock.name, "Kim")
    qtbot.keyClick(unlock.name, Qt.Key.Key_Return)
    qtbot.keyClick(unlock.field, Qt.Key.Key_Return)
    assert seen == [("river stone", ""), ("river stone", "Kim")]


def test_too_many_attempts_count_down_and_another_name_may_try_at_once(unlock, qtbot):
    unlock.ask_name("Kim")
    qtbot.keyClicks(unlock.field, "wrong words")
    unlock.show_failure(TooManyAttempts(30))
    assert not unlock.field.isEnabled() and unlock.field.text() == ""
    assert "30 seconds" in unlock.hint.text() or "29 seconds" in unlock.hint.text()
    assert unlock.focusWidget() is unlock.name, "a second Enter presses nothing"
    unlock.name.selectAll()
    qtbot.keyClicks(unlock.name, "Dr Reyes")
    assert unlock.field.isEnabled() and unlock.hint.text() == ""


def test_the_wait_ends_by_itself(unlock, qtbot):
    unlock.show_failure(TooManyAttempts(1))
    assert not unlock.field.isEnabled()
    qtbot.waitUntil(unlock.field.isEnabled, timeout=4_000)
    assert unlock.focusWidget() is unlock.field
