"""Settings for administrators: people, recovery key, backups, integrity; and what others do not see."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit

from app.context import ShowCard
from app.dialogs.backups import BackupsDialog
from app.dialogs.person import AddPersonDialog, first_passphrase
from app.recovery_sheet import pdf, save_pdf
from app.views.settings import SettingsPage
from app.views.settings.recovery import TestKeyDialog
from app.widgets.recovery_key_maker import RecoveryKeyMaker
from engine.errors import UserError
from engine.types import CheckReport, RecoveryState, Role, User
from tests.app.fakes_people import EMERGENCY, KEY, NOW, person_of
from tests.app.test_main_window import when_dialog


@pytest.fixture
def page(context, workspace, qtbot):
    workspace.people.users.append(User("u2", "Kim", Role.STAFF, NOW))
    made = SettingsPage(context)
    qtbot.addWidget(made)
    made.resize(900, 650)
    made.show()
    made.activate(ShowCard("people"))
    qtbot.waitUntil(lambda: len(made.cards["people"].roles) == 2)
    return made


def act(page, user_id: str, words: str) -> None:
    card = page.cards["people"]
    user = next(user for user in card.users if user.id == user_id)
    next(each for each in card.menu_of(user).actions() if each.text().startswith(words)).trigger()


def texts(page, user_id: str) -> list[str]:
    card = page.cards["people"]
    user = next(user for user in card.users if user.id == user_id)
    return [each.text() for each in card.menu_of(user).actions()]


def test_a_person_is_added_with_a_first_passphrase_by_keyboard(page, workspace, recorder, qtbot):
    shown = []

    def fill(dialog: AddPersonDialog) -> None:
        assert not dialog.act.isEnabled()
        qtbot.keyClicks(dialog.name, "Dr Ito")
        qtbot.keyClick(dialog.role, Qt.Key.Key_Down)
        shown.append(dialog.passphrase.field.text())
        qtbot.keyClick(dialog.name, Qt.Key.Key_Return)

    when_dialog(fill)
    page.cards["people"].add.click()
    assert workspace.people.users[-1].name == "Dr Ito" and workspace.people.users[-1].role is Role.STAFF
    assert workspace.people.given == [("u3", shown[0])]
    assert recorder.toasts == ["Dr Ito can sign in now."]
    qtbot.waitUntil(lambda: len(page.cards["people"].roles) == 3)


def test_a_name_that_is_taken_keeps_the_dialog_with_what_was_typed(page, qtbot):
    seen = []

    def fill(dialog: AddPersonDialog) -> None:
        qtbot.keyClicks(dialog.name, "kim")
        dialog.act.click()
        qtbot.waitUntil(dialog.error.isVisible)
        seen.append((dialog.error.message.text(), dialog.name.text()))
        dialog.reject()

    when_dialog(fill)
    page.cards["people"].add_person()
    assert seen == [("Somebody has this name already.", "kim")]


def test_role_passphrase_disable_and_enable(page, workspace, recorder, qtbot):
    box = page.cards["people"].roles["u2"]
    box.setCurrentIndex(box.findData(Role.CLINICIAN))
    box.activated.emit(box.currentIndex())
    qtbot.waitUntil(lambda: workspace.people.users[1].role is Role.CLINICIAN)
    qtbot.waitUntil(lambda: page.cards["people"].users[1].role is Role.CLINICIAN)
    when_dialog(lambda dialog: dialog.act.click())
    act(page, "u2", "Set a new passphrase")
    qtbot.waitUntil(lambda: page.cards["people"].users[1].must_change)
    when_dialog(lambda dialog: dialog.act.click())
    act(page, "u2", "Disable")
    qtbot.waitUntil(lambda: bool(page.cards["people"].users[1].disabled_at))
    assert not page.cards["people"].roles["u2"].isEnabled()
    qtbot.waitUntil(page.cards["recovery"].advice.isVisible)
    when_dialog(lambda dialog: dialog.act.click())
    act(page, "u2", "Enable")
    qtbot.waitUntil(lambda: not page.cards["people"].users[1].disabled_at)
    assert len(workspace.people.given) == 2
    assert recorder.errors == []


def test_a_change_that_is_refused_is_told_and_what_is_stored_shown_again(page, workspace, recorder, qtbot):
    workspace.people.refusal = UserError("This is the last administrator.", "Make somebody else one first.")
    box = page.cards["people"].roles["u1"]
    box.setCurrentIndex(box.findData(Role.READER))
    box.activated.emit(box.currentIndex())
    qtbot.waitUntil(lambda: recorder.errors == [workspace.people.refusal])
    qtbot.waitUntil(lambda: page.cards["people"].roles["u1"].currentData() == Role.ADMINISTRATOR)


def test_nobody_can_lock_themselves_out(page):
    assert texts(page, "u1") == ["Rename …"]
    assert texts(page, "u2") == ["Rename …", "Set a new passphrase …", "Disable …"]


def test_first_passphrases_are_long_and_never_the_same():
    made = {first_passphrase() for _ in range(200)}
    assert len(made) == 200
    assert all(len(each) == 17 for each in made)


def test_recovery_key_is_shown_typed_back_and_then_counts(context, workspace, qtbot):
    workspace.people.recovery_state = RecoveryState()
    maker = RecoveryKeyMaker(context, "Later")
    qtbot.addWidget(maker)
    maker.show()
    qtbot.waitUntil(maker.next_button.isEnabled)
    assert maker.key.text().split() == KEY.split()
    maker.next_button.click()
    assert not maker.key.isVisible(), "it is typed from the sheet, not from the screen"
    qtbot.keyClicks(maker.field, KEY[:-1] + "0")
    qtbot.keyClick(maker.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "not as it was written down" in maker.hint.text())
    maker.field.clear()
    qtbot.keyClicks(maker.field, KEY.lower())
    with qtbot.waitSignal(maker.confirmed):
        qtbot.keyClick(maker.field, Qt.Key.Key_Return)
    assert maker.field.text() == "" and maker.key.text() == "", "nothing of it stays in the window"
    assert workspace.people.recovery_state.made_at


def test_sheet_is_a_pdf_that_only_this_person_can_read(qapp, tmp_path):
    file = tmp_path / "sheet.pdf"
    save_pdf(file, KEY, "21 November 2026")
    assert file.read_bytes().startswith(b"%PDF-")
    assert file.stat().st_mode & 0o077 == 0
    with pytest.raises(UserError, match="could not be saved"):
        save_pdf(tmp_path / "nowhere" / "sheet.pdf", KEY, "today")


def test_sheet_shows_every_group(qapp, tmp_path):
    pypdfium2 = pytest.importorskip("pypdfium2")
    document = pypdfium2.PdfDocument(pdf(KEY, "21 November 2026"))
    assert len(document) == 1
    text = document[0].get_textpage().get_text_range()
    document.close()
    assert all(group in text for group in KEY.split())
    assert "21 November 2026" in text


def test_sheet_is_checked(page, qtbot):
    said = []

    def check(dialog: TestKeyDialog) -> None:
        qtbot.keyClicks(dialog.field, "7G4K")
        dialog.act.click()
        qtbot.waitUntil(lambda: "not the one of this workspace" in dialog.outcome.text())
        dialog.field.setText(KEY)
        qtbot.waitUntil(dialog.act.isEnabled)
        dialog.act.click()
        qtbot.waitUntil(lambda: "The sheet is right" in dialog.outcome.text())
        said.append(dialog.field.text())
        dialog.reject()

    when_dialog(check)
    page.cards["recovery"].test_key()
    assert said == [""]


def test_new_key_of_the_workspace(page, workspace, recorder, qtbot):
    when_dialog(lambda dialog: dialog.act.click())
    page.cards["recovery"].give_new_key()
    qtbot.waitUntil(lambda: workspace.people.rekeyed == 1)
    qtbot.waitUntil(lambda: recorder.toasts == ["The workspace has a new key."])
    qtbot.waitUntil(page.cards["recovery"].rekey.isEnabled)


def test_backup_now_says_what_was_made_or_why_not(page, workspace, recorder, qtbot):
    card = page.cards["backup"]
    workspace.backups.go_on.clear()
    card.make.click()
    qtbot.waitUntil(lambda: "Copying: 1.0 MB of 2.0 MB" in card.progress.words.text())
    workspace.backups.go_on.set()
    qtbot.waitUntil(lambda: recorder.toasts == ["Backed up and checked: 2.0 MB."])
    workspace.backups.refusal = UserError("The drive is full.", "Choose another.")
    qtbot.waitUntil(card.make.isEnabled)
    card.make.click()
    qtbot.waitUntil(card.problem.isVisible)
    assert card.problem.message.text() == "The drive is full."


def test_backup_can_be_stopped(page, workspace, qtbot):
    card = page.cards["backup"]
    workspace.backups.go_on.clear()
    card.make.click()
    qtbot.waitUntil(card.cancel.isVisible)
    card.cancel.click()
    qtbot.waitUntil(card.make.isEnabled)
    assert not card.progress.isVisible()


def test_backups_are_listed_checked_and_a_bad_one_is_not_offered(page, workspace, recorder, qtbot):
    seen = []

    def look(dialog: BackupsDialog) -> None:
        qtbot.waitUntil(lambda: dialog.list.topLevelItemCount() == 2)
        dialog.check.click()
        qtbot.waitUntil(lambda: "is sound" in dialog.outcome.text())
        dialog.list.setCurrentIndex(dialog.list.model().index(1, 0))
        seen.append(dialog.restore.isEnabled())
        dialog.list.setCurrentIndex(dialog.list.model().index(0, 0))
        when_dialog(lambda confirm: confirm.act.click())
        dialog.restore.click()

    when_dialog(look)
    page.cards["backup"].show_all.click()
    assert seen == [False]
    assert recorder.restored == [Path("/backups/a.chartside-backup")]
    assert workspace.backups.verified == [Path("/backups/a.chartside-backup")]


def test_policy_of_backups_is_stored_and_a_refusal_shows_what_is(page, workspace, recorder, qtbot):
    box = page.choices["every_hours"]
    box.setCurrentIndex(box.findData(4))
    box.activated.emit(box.currentIndex())
    qtbot.waitUntil(lambda: workspace.policy.get().backup.every_hours == 4)
    qtbot.waitUntil(lambda: page.cards["backup"].beside.isVisibleTo(page))
    page.cards["backup"].use_folder("/mnt/drive")
    qtbot.waitUntil(lambda: workspace.policy.get().backup.folder == "/mnt/drive")
    qtbot.waitUntil(lambda: not page.cards["backup"].beside.isVisibleTo(page))
    workspace.policy.refusal = UserError("The disk is full.", "Free some space.")
    box.setCurrentIndex(box.findData(168))
    box.activated.emit(box.currentIndex())
    qtbot.waitUntil(lambda: recorder.errors == [workspace.policy.refusal])
    assert box.currentData() == 4


def test_integrity_in_plain_words(page, workspace, qtbot):
    card = page.cards["integrity"]
    qtbot.waitUntil(lambda: card.state.text() == "Not checked yet.")
    card.check.click()
    qtbot.waitUntil(lambda: "everything is as it was written" in card.state.text())
    workspace.integrity.next = CheckReport(NOW, 1.0, ["Page 7 of the database is damaged."], "Restore a backup.")
    qtbot.waitUntil(card.check.isEnabled)
    card.check.click()
    qtbot.waitUntil(card.problem.isVisible)
    assert card.problem.message.text() == "Page 7 of the database is damaged."
    assert card.problem.advice.text() == "Restore a backup."


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.STAFF, Role.READER])
def test_others_have_only_their_own_cards(context, workspace, qtbot, role):
    workspace.person.actor = person_of(role)
    page = SettingsPage(context)
    qtbot.addWidget(page)
    visits = [] if role is Role.READER else ["visits"]
    assert list(page.cards) == ["appearance", "answers", "account", "lock", *visits, "storage", "about"]
    assert not visits or not page.choices["keep_sound"].isEnabled()
    assert not page.choices["auto_lock_minutes"].isEnabled()


def test_emergency_session_has_no_passphrase_to_change(context, workspace, qtbot):
    workspace.person.actor = EMERGENCY
    page = SettingsPage(context)
    qtbot.addWidget(page)
    page.show()
    assert not page.account.change.isVisible()
    assert page.account.who.text() == "Signed in with the recovery key."


def test_every_control_has_a_name(page):
    for kind in (QComboBox, QAbstractButton, QLineEdit):
        for each in page.findChildren(kind):
            assert each.accessibleName() or getattr(each, "text", str)(), each


def test_printers_are_looked_for_only_when_one_is_wanted(context, qtbot, monkeypatch):
    asked = []
    monkeypatch.setattr("app.widgets.recovery_key_maker.printers", lambda: asked.append(1) and False)
    maker = RecoveryKeyMaker(context, "Later")
    qtbot.addWidget(maker)
    maker.show()
    qtbot.waitUntil(maker.print_button.isEnabled)
    assert asked == [], "the system may look for them in the network"
    maker.print_button.click()
    qtbot.waitUntil(lambda: "knows no printer" in maker.saved.text())
    assert asked == [1] and maker.print_button.isEnabled()
