# ruff: noqa: PLW0108 - pages and cards are replaced while a test waits, so they are looked up each time
"""The life of the program over a fake engine: first start, unlock, lock, crash notice, close."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QClipboard
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from app.auto_lock import elapsed
from app.context import ImportModel, OpenUpdate
from app.desktop import Desktop
from app.doorway import Opening
from app.one_window import Call
from app.system.session import SessionWatch
from app.views.create import CreatePage
from app.views.emergency import EmergencyPage
from app.views.first_run import FirstRunPage
from app.views.own_passphrase import OwnPassphrasePage
from app.views.page import Page
from app.views.recovery_key import RecoveryKeyPage
from app.views.restore import RestorePage
from app.views.unlock import UnlockPage
from engine.cancellation import CancelToken
from engine.crashes import CrashReporter, crash_files
from engine.errors import NewerSchema, NotEnoughSpace, UserError
from engine.settings import SettingsStore
from engine.types import EarlierCopy, Role
from tests.app.fakes_people import person_of
from tests.app.pages import NotedPage, SecondPage
from tests.app.test_main_window import when_dialog

WORDS = "correct horse battery"


class NotedModels(NotedPage):
    key = "models"


class NotedSettings(NotedPage):
    key = "settings"


@pytest.fixture
def make(qapp: QApplication, paths, door, qtbot):
    made: list[Desktop] = []

    def start(pages: Sequence[type[Page]] = (NotedPage, SecondPage), rolled_back: str = "", session=None) -> Desktop:
        reporter = CrashReporter(paths.crash_dir, "0")
        desktop = Desktop(
            qapp, paths, lambda: door, lambda: list(pages), reporter, session=session, rolled_back=rolled_back
        )
        qtbot.addWidget(desktop.window)
        made.append(desktop)
        desktop.start()
        return desktop

    yield start
    for desktop in made:
        desktop.close()


def page(desktop):
    return desktop.window.centralWidget()


def unlocked(make, door, paths, qtbot) -> Desktop:
    if not door.exists(paths):
        door.create(paths, WORDS)
    desktop = make()
    qtbot.keyClicks(page(desktop).field, WORDS)
    page(desktop).button.click()
    qtbot.waitUntil(lambda: desktop.window.frame is not None)
    return desktop


def test_first_start_makes_a_workspace_and_ends_at_the_first_page(make, door, qtbot):
    desktop = make()
    create = page(desktop)
    assert isinstance(create, CreatePage)
    for field in (create.first, create.second):
        qtbot.keyClicks(field, WORDS)
    create.button.click()
    qtbot.waitUntil(lambda: isinstance(page(desktop), RecoveryKeyPage))
    page(desktop).maker.later_button.click()
    assert isinstance(page(desktop), FirstRunPage)
    page(desktop).begin.click()
    assert desktop.window.frame.page.key == "first"
    assert desktop.window.frame.isVisible()


def test_failed_creation_stays_on_the_page(make, door, qtbot):
    desktop = make()
    door.failure = UserError("This passphrase is too easy to guess.", "Use a longer one.")
    for field in (page(desktop).first, page(desktop).second):
        qtbot.keyClicks(field, WORDS)
    page(desktop).button.click()
    qtbot.waitUntil(lambda: page(desktop).error.isVisible())
    assert isinstance(page(desktop), CreatePage)


def test_wrong_passphrase_then_the_right_one(make, door, paths, qtbot):
    door.create(paths, WORDS)
    desktop = make()
    assert isinstance(page(desktop), UnlockPage)
    qtbot.keyClicks(page(desktop).field, "wrong")
    page(desktop).button.click()
    qtbot.waitUntil(lambda: "not the passphrase" in page(desktop).hint.text())
    page(desktop).field.setText(WORDS)
    page(desktop).button.click()
    qtbot.waitUntil(lambda: desktop.window.frame is not None)


def test_keychain_opens_without_asking(make, door, paths, qtbot):
    door.create(paths, WORDS)
    door.keychain_opens = True
    desktop = make()
    qtbot.waitUntil(lambda: desktop.window.frame is not None)


def test_lock_closes_the_workspace_and_asks_again(make, door, paths, qtbot):
    desktop = unlocked(make, door, paths, qtbot)
    workspace, first = door.opened[-1], desktop.window.frame.page
    desktop.window.frame.lock()
    assert first.calls[-1] == "close_work"
    qtbot.waitUntil(lambda: workspace.closed == 1)
    assert isinstance(page(desktop), UnlockPage)
    qtbot.waitUntil(page(desktop).field.isEnabled)
    page(desktop).field.setText(WORDS)
    page(desktop).button.click()
    qtbot.waitUntil(lambda: desktop.window.frame is not None)
    assert door.opened[-1] is not workspace


def test_lock_waits_until_a_stopped_answer_was_stored(make, door, paths, qtbot):
    desktop = unlocked(make, door, paths, qtbot)
    workspace = door.opened[-1]
    stored: list[int] = []

    def answer(token: CancelToken) -> None:
        token.wait(10)
        threading.Event().wait(0.2)
        stored.append(workspace.closed)

    desktop.operations.start(lambda job: answer(job.token))
    desktop.lock()
    qtbot.waitUntil(lambda: workspace.closed == 1)
    assert stored == [0], "the workspace was closed before the answer was stored"


def test_closing_in_the_middle_of_work_is_quick_and_closes_the_workspace(make, door, paths, qtbot):
    import time

    desktop = unlocked(make, door, paths, qtbot)
    seen = []

    def endless(token: CancelToken) -> None:
        seen.append(token.wait(30))

    desktop.operations.start(lambda job: endless(job.token))
    before = time.monotonic()
    desktop.window.close()
    desktop.close()
    assert time.monotonic() - before < 1
    assert seen == [True]
    assert door.opened[-1].closed == 1


def test_page_and_sizes_are_remembered_over_a_restart(make, door, paths, qtbot):
    desktop = unlocked(make, door, paths, qtbot)
    desktop.window.frame.open_page("library")
    desktop.window.frame.sidebar.set_collapsed(True)
    desktop.window.close()
    desktop.close()
    again = make()
    page(again).field.setText(WORDS)
    page(again).button.click()
    qtbot.waitUntil(lambda: again.window.frame is not None)
    assert again.window.frame.page.key == "library"
    assert again.window.frame.sidebar.collapsed


def test_nothing_is_written_before_a_workspace_is_made(make, paths):
    desktop = make()
    desktop.window.close()
    desktop.close()
    assert not paths.settings_file.exists()


def test_crash_is_told_at_the_next_start_once(make, door, paths, qtbot):
    CrashReporter(paths.crash_dir, "0").report(RuntimeError("secret words"))
    desktop = unlocked(make, door, paths, qtbot)
    notice = desktop.window.frame.notices.current
    assert "ended unexpectedly" in notice.message.text()
    assert "RuntimeError" in notice._details and "secret" not in notice._details
    assert crash_files(paths.crash_dir) == []


def test_unreadable_settings_are_told(make, door, paths, qtbot):
    door.create(paths, WORDS)
    paths.settings_file.write_text("{ broken")
    desktop = unlocked(make, door, paths, qtbot)
    assert "could not be read" in desktop.window.frame.notices.current.message.text()
    assert SettingsStore(paths.settings_file).get().appearance.theme == "system"


def test_idle_workspace_locks_itself(make, door, paths, qtbot):
    desktop = unlocked(make, door, paths, qtbot)
    qtbot.waitUntil(lambda: not desktop.operations.busy)
    desktop.auto_lock._last -= 16 * 60
    desktop.auto_lock.look()
    assert desktop.workspace is None
    assert isinstance(page(desktop), UnlockPage)


def test_workspace_whose_key_file_is_gone_is_never_made_anew(make, door, paths, qtbot, monkeypatch):
    monkeypatch.setattr(door, "exists", lambda _paths: True)
    desktop = make()
    qtbot.waitUntil(lambda: isinstance(page(desktop), UnlockPage))


def test_full_disk_does_not_keep_the_window_open(make, door, paths, qtbot, monkeypatch):
    desktop = unlocked(make, door, paths, qtbot)

    def full(_change):
        raise NotEnoughSpace("The disk is full.", "Free some space.")

    monkeypatch.setattr(desktop.workspace.settings, "update", full)
    desktop.window.close()
    assert not desktop.window.isVisible()


def test_keychain_and_passphrase_at_the_same_moment_open_one_workspace(make, door, paths, qtbot):
    desktop = unlocked(make, door, paths, qtbot)
    second = door.unlock(paths, WORDS)
    desktop._doorway.opened.emit(Opening(second))
    assert second.closed == 1
    assert desktop.workspace is not second


def test_file_waits_for_the_passphrase_and_is_offered_then(make, door, paths, qtbot):
    door.create(paths, WORDS)
    desktop = make([NotedPage, NotedModels])
    desktop.open_files([Path("/m/ward.gguf")])
    qtbot.keyClicks(page(desktop).field, WORDS)
    page(desktop).button.click()
    qtbot.waitUntil(lambda: desktop.window.frame is not None)
    assert desktop.window.frame.page.key == "models"
    assert desktop.window.frame.page.calls[-1] == ("activate", ImportModel(Path("/m/ward.gguf")))


def test_file_waits_until_the_first_run_is_over(make, qtbot):
    desktop = make([NotedPage, NotedModels])
    desktop.open_files([Path("/m/ward.gguf")])
    for field in (page(desktop).first, page(desktop).second):
        qtbot.keyClicks(field, WORDS)
    page(desktop).button.click()
    qtbot.waitUntil(lambda: isinstance(page(desktop), RecoveryKeyPage))
    page(desktop).maker.later_button.click()
    assert isinstance(page(desktop), FirstRunPage)
    assert desktop.window.frame is None
    page(desktop).begin.click()
    assert desktop.window.frame.page.calls[-1] == ("activate", ImportModel(Path("/m/ward.gguf")))


def test_second_start_brings_the_window_forward_with_its_file(make, door, paths, qtbot, monkeypatch):
    monkeypatch.delenv("XDG_ACTIVATION_TOKEN", raising=False)
    desktop = unlocked(lambda: make([NotedPage, NotedModels]), door, paths, qtbot)
    desktop.window.showMinimized()
    desktop.answer_call(Call(["/m/ward.gguf"], "leave-7"))
    assert not desktop.window.isMinimized()
    assert os.environ["XDG_ACTIVATION_TOKEN"] == "leave-7"
    assert desktop.window.frame.page.calls[-1] == ("activate", ImportModel(Path("/m/ward.gguf")))


def test_file_that_is_not_opened_is_named(make, door, paths, qtbot):
    desktop = unlocked(make, door, paths, qtbot)
    desktop.open_files([Path("/m/letter.docx")])
    words = "Chartside does not open “letter.docx”."
    assert desktop.window.frame.notices.current.message.text() == words


def test_backup_file_locks_and_is_restored_by_passphrase(make, door, paths, qtbot):
    desktop = unlocked(make, door, paths, qtbot)
    when_dialog(lambda dialog: dialog.act.click())
    desktop.open_files([Path("/m/ward.chartside-backup")])
    assert desktop.workspace is None
    qtbot.waitUntil(lambda: isinstance(page(desktop), RestorePage))
    restore = page(desktop)
    qtbot.waitUntil(restore.aside.isVisible)
    qtbot.waitUntil(lambda: "by version 1.0.0" in restore.found.text())
    qtbot.keyClicks(restore.passphrase, "words of that day")
    restore.button.click()
    qtbot.waitUntil(lambda: restore.title.text() == "The workspace is back.")
    assert "replaced-1" in restore.sentence.text()
    assert door.restored == [(Path("/m/ward.chartside-backup"), "", "words of that day", "")]
    restore.button.click()
    assert isinstance(page(desktop), UnlockPage)


def test_clean_computer_with_a_backup_and_the_recovery_key(make, door, paths, qtbot):
    desktop = make()
    page(desktop).restore.click()
    restore = page(desktop)
    assert isinstance(restore, RestorePage) and not restore.aside.isVisible()
    restore.open(Path("/stick/ward.chartside-backup"))
    qtbot.waitUntil(lambda: "by version" in restore.found.text())
    restore.by_key.setChecked(True)
    qtbot.keyClicks(restore.key, "7g4k 2m9p")
    qtbot.keyClick(restore.key, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(door.restored))
    assert door.restored[0][2:] == ("", "7g4k 2m9p")


def test_restore_can_be_stopped_and_what_fails_is_said(make, door, paths, qtbot):
    desktop = make()
    page(desktop).restore.click()
    restore = page(desktop)
    restore.open(Path("/stick/ward.chartside-backup"))
    qtbot.waitUntil(lambda: "by version" in restore.found.text())
    qtbot.keyClicks(restore.passphrase, "words")
    door.go_on.clear()
    restore.button.click()
    qtbot.waitUntil(lambda: "Unpacking: 1.0 MB of 2.0 MB" in restore.progress.words.text())
    assert restore.back.text() == "Cancel"
    restore.back.click()
    qtbot.waitUntil(lambda: restore.back.text() == "Back")
    assert door.restored == []
    door.go_on.set()
    door.failure = UserError("The backup is damaged.", "Choose an earlier one.")
    restore.button.click()
    qtbot.waitUntil(restore.error.isVisible)
    restore.back.click()
    assert isinstance(page(desktop), CreatePage)


def test_several_people_give_their_names_and_the_last_one_is_known_after_the_lock(make, door, paths, qtbot):
    door.create(paths, WORDS)
    door.names = ["Dr Reyes", "Kim"]
    desktop = make()
    unlock = page(desktop)
    qtbot.waitUntil(unlock.name.isVisible)
    qtbot.keyClicks(unlock.name, "Kim")
    qtbot.keyClick(unlock.name, Qt.Key.Key_Return)
    assert unlock.focusWidget() is unlock.field
    qtbot.keyClicks(unlock.field, WORDS)
    qtbot.keyClick(unlock.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desktop.window.frame is not None)
    assert desktop.window.frame.status_bar.person.text() == "Kim"
    desktop.lock()
    qtbot.waitUntil(lambda: page(desktop).field.isEnabled())
    assert page(desktop).name.text() == "Kim"
    assert page(desktop).focusWidget() is page(desktop).field


def test_one_person_is_not_asked_for_a_name(make, door, paths, qtbot):
    door.create(paths, WORDS)
    desktop = make()
    qtbot.waitUntil(lambda: not desktop.operations.busy)
    assert not page(desktop).name.isVisible()
    assert not page(desktop).emergency.isVisible(), "no recovery key was made"


def test_recovery_key_opens_with_a_reason_and_the_window_says_so(make, door, paths, qtbot):
    door.create(paths, WORDS)
    door.recovery = True
    desktop = make()
    qtbot.waitUntil(page(desktop).emergency.isVisible)
    page(desktop).emergency.click()
    emergency = page(desktop)
    assert isinstance(emergency, EmergencyPage)
    qtbot.keyClicks(emergency.key, "7G4K 2M9P")
    qtbot.keyClick(emergency.key, Qt.Key.Key_Return)
    qtbot.keyClicks(emergency.reason, "Dr R ill")
    assert not emergency.button.isEnabled(), "too short a reason"
    qtbot.keyClicks(emergency.reason, ", patient waits")
    qtbot.keyClick(emergency.reason, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desktop.window.frame is not None)
    assert door.reasons == ["Dr R ill, patient waits"]
    assert desktop.window.frame.banners.get("emergency session").isVisible()
    assert desktop.window.frame.status_bar.person.text() == "Recovery key"


def test_passphrase_set_by_somebody_else_is_changed_first(make, door, paths, qtbot):
    door.create(paths, WORDS)
    door.must_change = True
    desktop = make()
    qtbot.keyClicks(page(desktop).field, WORDS)
    page(desktop).button.click()
    qtbot.waitUntil(lambda: isinstance(page(desktop), OwnPassphrasePage))
    assert desktop.window.frame is None
    own = page(desktop)
    for field in (own.pair.first, own.pair.second):
        qtbot.keyClicks(field, "only I know this")
    qtbot.keyClick(own.pair.second, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desktop.window.frame is not None)
    assert door.opened[-1].people.passphrase == "only I know this"


def test_idle_lock_holds_before_the_own_passphrase_was_chosen(make, door, paths, qtbot):
    door.create(paths, WORDS)
    door.must_change = True
    desktop = make()
    qtbot.keyClicks(page(desktop).field, WORDS)
    page(desktop).button.click()
    qtbot.waitUntil(lambda: isinstance(page(desktop), OwnPassphrasePage))
    page(desktop).leave.click()
    assert isinstance(page(desktop), UnlockPage)
    qtbot.waitUntil(lambda: door.opened[-1].closed == 1)


def test_update_file_goes_to_the_settings(make, door, paths, qtbot):
    desktop = unlocked(lambda: make([NotedPage, NotedSettings]), door, paths, qtbot)
    desktop.open_files([Path("/m/chartside-0.2.0-linux-x86_64.chartside-update")])
    target = desktop.window.frame.page.calls[-1]
    assert target == ("activate", OpenUpdate(Path("/m/chartside-0.2.0-linux-x86_64.chartside-update")))


def test_a_return_to_the_older_version_is_told_once_with_the_crash_it_left(qapp, paths, door, make, qtbot):
    door.create(paths, WORDS)
    reporter = CrashReporter(paths.crash_dir, "2.0.0")
    assert reporter.report(ValueError("broken")) is not None
    desktop = make(rolled_back="2.0.0")
    for _time in range(2):
        qtbot.waitUntil(lambda: isinstance(page(desktop), UnlockPage) and page(desktop).button.isEnabled())
        qtbot.keyClicks(page(desktop).field, WORDS)
        page(desktop).button.click()
        qtbot.waitUntil(lambda: desktop.window.frame is not None)
        notice = desktop.window.frame.notices.current
        if _time == 0:
            assert "Version 2.0.0 did not start well" in notice.message.text()
            assert "ValueError" in notice._details
            assert crash_files(paths.crash_dir) == []
        else:
            assert notice is None
        desktop.lock()


def test_restart_closes_the_window_and_leaves_the_rest_to_who_runs_it(make, door, paths, qtbot):
    desktop = unlocked(make, door, paths, qtbot)
    assert desktop.restart is None
    desktop.window.frame.restart()
    assert not desktop.window.isVisible()
    assert desktop.restart == desktop.workspace.updates.restart


def test_a_workspace_of_a_newer_version_offers_the_copy_from_before(make, door, paths, qtbot):
    door.create(paths, WORDS)
    door.failure = NewerSchema("This workspace was saved by a newer version of Chartside.", "Install the newest.")
    desktop = make()
    unlock = page(desktop)
    qtbot.keyClicks(unlock.field, WORDS)
    unlock.button.click()
    qtbot.waitUntil(lambda: unlock.error.isVisible() and unlock.button.isEnabled())
    assert not unlock.copy_offer.isVisible()  # there is none
    door.copies = [EarlierCopy("workspace.version-0.1.0.20261121T190400000000.db", "2026-11-21T19:04:00+00:00")]
    unlock.button.click()
    qtbot.waitUntil(unlock.copy_offer.isVisible)
    assert "a copy of" in unlock.copy_offer.message.text()
    unlock.copy_offer.accept.click()
    qtbot.waitUntil(lambda: bool(door.put_back_copies) and unlock.button.isEnabled())
    assert "workspace.newer-1.db" in unlock.hint.text()
    assert not unlock.error.isVisible()
    door.failure = None
    unlock.button.click()
    qtbot.waitUntil(lambda: desktop.window.frame is not None)


def test_lock_takes_dialogs_and_document_windows_with_it(make, door, paths, qtbot):
    from app.dialogs.details import DetailsDialog

    desktop = unlocked(make, door, paths, qtbot)
    dialog = DetailsDialog("Smith, Anna", "patient text", desktop.window)
    assert dialog.windowTitle() == "Chartside"
    seen = []
    QTimer.singleShot(100, desktop.lock)
    seen.append(dialog.exec())
    assert seen == [DetailsDialog.DialogCode.Rejected]
    assert [each for each in QApplication.topLevelWidgets() if each.isVisible()] == [desktop.window]
    assert isinstance(page(desktop), UnlockPage)


def test_lock_clears_the_copy_that_was_made(make, door, paths, qtbot, monkeypatch):
    desktop = unlocked(make, door, paths, qtbot)
    monkeypatch.setattr(desktop.clipboard, "_owns", lambda mode: mode == QClipboard.Mode.Clipboard)
    QApplication.clipboard().setText("Amoxicillin 500 mg")
    desktop.lock()
    assert QApplication.clipboard().text() == ""


def test_locks_when_the_person_leaves_and_lets_the_computer_sleep_once_it_is_closed(make, door, paths, qtbot):
    closed_when: list[int] = []

    class Session(SessionWatch):
        def closed(self) -> None:
            closed_when.append(door.opened[-1].closed)

    session = Session()
    desktop = unlocked(lambda: make(session=session), door, paths, qtbot)
    session.away.emit()
    assert desktop.workspace is None
    qtbot.waitUntil(lambda: closed_when == [1])
    session.away.emit()
    assert closed_when == [1, 1], "nothing is open: the computer need not wait"


def test_who_leaves_while_the_workspace_is_opened_finds_it_locked(make, door, paths, qtbot, monkeypatch):
    door.create(paths, WORDS)
    open_, go_on = door.unlock, threading.Event()

    def slowly(*given: object) -> object:
        assert go_on.wait(10)
        return open_(*given)

    monkeypatch.setattr(door, "unlock", slowly)
    session = SessionWatch()
    desktop = make(session=session)
    qtbot.keyClicks(page(desktop).field, WORDS)
    page(desktop).button.click()
    session.away.emit()
    go_on.set()
    qtbot.waitUntil(lambda: len(door.opened) == 2 and door.opened[-1].closed == 1)
    assert desktop.workspace is None
    qtbot.waitUntil(lambda: isinstance(page(desktop), UnlockPage) and page(desktop).field.isEnabled())
    qtbot.keyClicks(page(desktop).field, WORDS)
    page(desktop).button.click()
    qtbot.waitUntil(lambda: desktop.window.frame is not None)
    assert desktop.workspace is not None, "who comes back gets in"


def test_downloads_that_the_lock_stopped_go_on_after_it(make, door, paths, qtbot):
    desktop = unlocked(make, door, paths, qtbot)
    model = door.opened[-1].models.list()[0]
    desktop.window.frame.fetches.start(model)
    desktop.lock()
    qtbot.waitUntil(lambda: page(desktop).field.isEnabled())
    qtbot.keyClicks(page(desktop).field, WORDS)
    page(desktop).button.click()
    qtbot.waitUntil(lambda: desktop.window.frame is not None)
    assert [each.model.id for each in desktop.window.frame.fetches.running] == [model.id]


def test_backup_that_the_program_was_started_with_is_looked_at_first(make, door, paths, qtbot, qapp):
    desktop = Desktop(qapp, paths, lambda: door, lambda: [NotedPage], CrashReporter(paths.crash_dir, "0"))
    qtbot.addWidget(desktop.window)
    desktop.open_files([Path("/stick/ward.chartside-backup")])
    desktop.start()
    restore = page(desktop)
    assert isinstance(restore, RestorePage)
    qtbot.waitUntil(lambda: "by version" in restore.found.text())
    desktop.close()


def test_backup_opened_at_the_unlock_page_needs_no_passphrase_of_today(make, door, paths, qtbot):
    door.create(paths, WORDS)
    desktop = make()
    desktop.answer_call(Call(["/stick/ward.chartside-backup"], ""))
    assert isinstance(page(desktop), RestorePage)
    page(desktop).back.click()
    assert isinstance(page(desktop), UnlockPage)


def test_downloads_do_not_go_on_for_who_may_not_have_them(make, door, paths, qtbot, monkeypatch):
    desktop = unlocked(make, door, paths, qtbot)
    model = door.opened[-1].models.list()[0]
    desktop.window.frame.fetches.start(model)
    desktop.lock()
    qtbot.waitUntil(lambda: page(desktop).field.isEnabled())
    started = door._open

    def as_staff(*given):
        workspace = started(*given)
        workspace.person.actor = person_of(Role.STAFF)
        return workspace

    monkeypatch.setattr(door, "_open", as_staff)
    qtbot.keyClicks(page(desktop).field, WORDS)
    page(desktop).button.click()
    qtbot.waitUntil(lambda: desktop.window.frame is not None)
    assert desktop.window.frame.fetches.running == []


def test_two_things_that_happened_are_told_one_after_the_other(make, door, paths, qtbot):
    CrashReporter(paths.crash_dir, "0").report(RuntimeError("secret words"))
    door.create(paths, WORDS)
    paths.settings_file.write_text("{ broken")
    desktop = unlocked(make, door, paths, qtbot)
    assert "ended unexpectedly" in desktop.window.frame.notices.current.message.text()
    desktop.lock()
    qtbot.waitUntil(lambda: page(desktop).field.isEnabled())
    qtbot.keyClicks(page(desktop).field, WORDS)
    page(desktop).button.click()
    qtbot.waitUntil(lambda: desktop.window.frame is not None)
    assert "could not be read" in desktop.window.frame.notices.current.message.text()


def test_idle_lock_comes_within_a_second_and_nothing_shows_the_text_any_more(make, door, paths, qtbot):
    from app.dialogs.details import DetailsDialog

    secret = "Ms Smith, penicillin"  # pragma: allowlist secret
    desktop = unlocked(make, door, paths, qtbot)
    first = desktop.window.frame.page
    first.field.setText(secret)
    beside = DetailsDialog("An answer", secret, desktop.window)
    beside.show()
    limit, begun = 0.4, elapsed()
    desktop.auto_lock._seconds = lambda: limit
    desktop.auto_lock.start()
    qtbot.waitUntil(lambda: desktop.workspace is None, timeout=3_000)
    assert limit <= elapsed() - begun < limit + 1
    qtbot.waitUntil(lambda: door.opened[-1].closed == 1)
    assert desktop.operations.wait(2_000)
    qtbot.waitUntil(lambda: page(desktop).field.isEnabled())
    shown = [each for top in QApplication.topLevelWidgets() if top.isVisible() for each in top.findChildren(QWidget)]
    readers = [getattr(each, name, None) for each in shown for name in ("text", "toPlainText") if each.isVisible()]
    texts = [str(read()) for read in readers if callable(read)]
    assert not [text for text in texts if secret in text]
    assert not isValid(first), "the page itself is gone"
