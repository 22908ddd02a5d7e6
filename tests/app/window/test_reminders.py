"""What the window says by itself: emergency access, a missing recovery key, an old backup, damage."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QPushButton

from app.window.reminders import Reminders
from engine.types import CheckReport, Emergency, RecoveryState, Role
from tests.app.conftest import make_frame
from tests.app.fakes_people import EMERGENCY, NOW, person_of
from tests.app.pages import NotedPage, ThirdPage


@pytest.fixture
def frame(qtbot, context):
    def start():
        made = make_frame(qtbot, context, [NotedPage, ThirdPage])
        made.open_page("first")
        reminders = Reminders(made.context, made.banners, made.status_bar, made)
        qtbot.waitUntil(lambda: not context.operations.busy)
        return made, reminders

    return start


def press(notice, words: str) -> None:
    next(each for each in notice.findChildren(QPushButton) if each.text().startswith(words)).click()


def test_nothing_to_say_takes_no_room(frame):
    made, _reminders = frame()
    assert not made.banners.isVisible()
    assert made.status_bar.person.text() == "Dr Reyes"
    assert not made.status_bar.backup.isVisible()


def test_emergency_access_is_shown_until_an_administrator_has_seen_it(frame, workspace, qtbot):
    workspace.people.uses = [Emergency(7, NOW, "Dr Reyes was ill"), Emergency(9, NOW, "again, for a patient")]
    made, _reminders = frame()
    notice = made.banners.get("emergency")
    assert "Dr Reyes was ill" in notice.advice.text()
    assert notice.height() < 160, "it leaves the page its room"
    press(notice, "I have seen it")
    qtbot.waitUntil(lambda: "again" in made.banners.get("emergency").advice.text())
    press(made.banners.get("emergency"), "I have seen it")
    qtbot.waitUntil(lambda: made.banners.get("emergency") is None)
    assert not made.banners.isVisible()


def test_emergency_session_says_so_all_the_time(frame, workspace):
    workspace.person.actor = EMERGENCY
    made, _reminders = frame()
    assert "recovery key" in made.banners.get("emergency session").message.text()
    assert made.status_bar.person.text() == "Recovery key"


def test_missing_recovery_key_is_reminded_of_and_put_off(frame, workspace, qtbot):
    workspace.people.recovery_state = RecoveryState()
    made, reminders = frame()
    press(made.banners.get("recovery"), "Later")
    assert made.banners.get("recovery") is None
    reminders.look()
    qtbot.waitUntil(lambda: not made.context.operations.busy)
    assert made.banners.get("recovery") is None


def test_old_backup_is_warned_of_in_the_status_bar(frame, workspace, context, qtbot):
    last = replace(workspace.backups.now.last, made_at="2026-11-01T08:00:00+00:00")
    workspace.backups.now = replace(workspace.backups.now, last=last, late=True)
    made, _reminders = frame()
    assert made.status_bar.backup.isVisible() and "days ago" in made.status_bar.backup.text()
    made.status_bar.backup.click()
    assert made.page.key == "settings"


def test_who_cannot_back_up_is_only_told(frame, workspace):
    workspace.person.actor = person_of(Role.STAFF)
    workspace.backups.now = replace(workspace.backups.now, last=None, late=True)
    made, _reminders = frame()
    assert made.status_bar.backup.text() == "No backup yet"
    assert not made.status_bar.backup.isEnabled()
    assert made.banners.get("recovery") is None


def test_damage_is_told_with_the_way_out(frame, workspace):
    workspace.integrity.report = CheckReport(NOW, 1.0, ["Page 7 is damaged."], "Restore the newest good backup.")
    made, _reminders = frame()
    assert made.banners.get("damage").advice.text() == "Restore the newest good backup."
