"""The Activity page: filters, opening an entry, verifying, saving."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QDateEdit, QFileDialog, QLabel

from app.context import ShowEntry
from app.dialogs.export import ExportDialog
from app.views.activity import ActivityPage
from app.views.activity.model import ON, WHAT, WHO
from engine.exports import Protection
from engine.types import AuditEntry, AuditKind, AuditVerdict, Role, User
from tests.app.fakes_people import NOW, person_of
from tests.app.test_main_window import when_dialog


@pytest.fixture
def page(context, workspace, qtbot):
    workspace.people.users.append(User("u2", "Kim", Role.STAFF, NOW))
    workspace.audit.written += [
        AuditEntry(301, "2026-11-20T09:00:00+00:00", "u2", "Kim", AuditKind.DOCUMENT_VIEWED, "document:7"),
        AuditEntry(302, "2026-11-20T10:00:00+00:00", "recovery", "", AuditKind.EMERGENCY),
        AuditEntry(303, "2026-11-20T11:00:00+00:00", "", "", AuditKind.BACKUP, details={"size": 2_000_000}),
        AuditEntry(304, "2026-11-20T12:00:00+00:00", "", "", AuditKind.SIGN_IN_FAILED, details={"count": 3}),
    ]
    made = ActivityPage(context)
    qtbot.addWidget(made)
    made.resize(1000, 650)
    made.show()
    made.activate(None)
    qtbot.waitUntil(lambda: made.table.rowCount() > 0)
    return made


def cell(page, row, column):
    return page.table.index(row, column).data()


def choose(box: QComboBox, data: object) -> None:
    box.setCurrentIndex(box.findData(data))
    box.activated.emit(box.currentIndex())


def test_newest_first_with_who_and_what(page):
    assert [cell(page, row, WHO) for row in range(4)] == ["Nobody", "By itself", "Recovery key", "Kim"]
    assert cell(page, 3, WHAT) == "Opened a document"
    assert cell(page, 3, ON) == "Document 7, no longer here"


def test_older_entries_come_while_scrolling(page, qtbot):
    assert page.table.rowCount() == 100
    page.view.scrollToBottom()
    qtbot.waitUntil(lambda: page.table.rowCount() == 200)
    for count in (300, 304):
        page.view.scrollToBottom()
        qtbot.waitUntil(lambda count=count: page.table.rowCount() == count)
    assert not page.table.more
    assert [entry.seq for entry in page.table.entries] == list(range(304, 0, -1))


def test_filters_by_person_kind_and_day(page, workspace, qtbot):
    choose(page.filters.person, "u2")
    qtbot.waitUntil(lambda: page.table.rowCount() == 1)
    page.filters.clear()
    at = page.filters.kind.findText("Emergency access")
    page.filters.kind.setCurrentIndex(at)
    page.filters.kind.activated.emit(at)
    qtbot.waitUntil(lambda: page.table.rowCount() == 1 and page.table.entries[0].kind is AuditKind.EMERGENCY)
    page.filters.clear()
    choose(page.filters.days, -1)
    assert page.filters.since.isVisible()
    page.filters.since.setDate(page.filters.since.date().fromString("2026-11-20", "yyyy-MM-dd"))
    page.filters.until.setDate(page.filters.since.date())
    qtbot.waitUntil(lambda: page.table.rowCount() == 4)
    choose(page.filters.subject, "")
    choose(page.filters.person, "u1")
    qtbot.waitUntil(page.empty.isVisible)


def test_what_an_earlier_filter_finds_late_is_not_shown(page, workspace, qtbot, monkeypatch):
    found, released = workspace.audit.entries, threading.Event()

    def slow_for_kim(wanted, **limits):
        if wanted.user_id == "u2":
            released.wait(5)
        return found(wanted, **limits)

    monkeypatch.setattr(workspace.audit, "entries", slow_for_kim)
    choose(page.filters.person, "u2")
    choose(page.filters.person, "recovery")
    qtbot.waitUntil(lambda: page.table.rowCount() == 1)
    released.set()
    qtbot.wait(100)
    assert [entry.user_id for entry in page.table.entries] == ["recovery"]


def test_enter_opens_an_entry_beside(page, recorder, qtbot):
    page.view.setCurrentIndex(page.table.index(1, 0))
    page.view.activated.emit(page.view.currentIndex())
    shown = [each.text() for each in recorder.panel.findChildren(QLabel)]
    assert "By itself" in shown and "2.0 MB" in shown and recorder.panel_title == "Entry 303"
    qtbot.addWidget(recorder.panel)


def test_an_entry_that_another_page_names_is_opened(page, recorder, qtbot):
    page.activate(ShowEntry(302))
    qtbot.waitUntil(lambda: recorder.panel is not None)
    assert recorder.panel_title == "Entry 302"
    assert page.table.entries[0].seq == 302
    qtbot.addWidget(recorder.panel)


def test_verified_or_the_first_bad_entry_named(page, workspace, qtbot):
    page.verify_button.click()
    qtbot.waitUntil(page.checks.good.isVisible)
    assert page.checks.good.message.text() == "300 entries, and every one is as it was written."
    workspace.audit.verdict = AuditVerdict(300, first_bad=17, problem="Its digest is another.")
    page.verify(Path("/b/old.chartside-backup"))
    qtbot.waitUntil(page.checks.bad.isVisible)
    assert not page.checks.good.isVisible()
    assert "from entry 17 on" in page.checks.bad.message.text()
    assert workspace.audit.compared == [None, Path("/b/old.chartside-backup")]
    qtbot.waitUntil(page.verify_button.isEnabled)


def test_saved_plain_only_with_a_reason_and_encrypted_only_with_the_same_twice(
    page, workspace, qtbot, monkeypatch, tmp_path
):
    names = []

    def place(_parent, _title, suggested, *_rest):
        names.append(Path(suggested).name)
        return str(tmp_path / names[-1]), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", place)

    def plain(dialog: ExportDialog) -> None:
        dialog.plain.click()
        qtbot.keyClicks(dialog.reason, "n o")
        assert not dialog.act.isEnabled()
        qtbot.keyClicks(dialog.reason, " audit by the board")
        dialog.act.click()

    def encrypted(dialog: ExportDialog) -> None:
        qtbot.keyClicks(dialog.pair.first, "river stone lantern")
        assert not dialog.act.isEnabled()
        qtbot.keyClicks(dialog.pair.second, "river stone lantern")
        qtbot.keyClick(dialog.pair.second, Qt.Key.Key_Return)

    for act in (plain, encrypted):
        when_dialog(act)
        page.export_button.click()
        qtbot.waitUntil(page.export_button.isEnabled)
    assert names == ["chartside-activity.jsonl", "chartside-activity.zip"]
    assert [protection for _file, protection in workspace.audit.exported] == [
        Protection(reason="n o audit by the board"),
        Protection(passphrase="river stone lantern"),
    ]


def test_only_who_may_read_the_record_has_the_page():
    assert ActivityPage.is_for(person_of(Role.ADMINISTRATOR))
    for role in (Role.CLINICIAN, Role.STAFF, Role.READER):
        assert not ActivityPage.is_for(person_of(role))


def test_every_control_has_a_name(page):
    for kind in (QComboBox, QAbstractButton, QDateEdit):
        for each in page.findChildren(kind):
            # Qt's own arrows and header corners are not ours.
            if not each.objectName().startswith("qt_"):
                assert each.accessibleName() or getattr(each, "text", str)(), each
