"""The real engine behind the real window, by keyboard: create, add a person, be that person, be refused, emergency."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.application import _pages, _workspaces
from app.desktop import Desktop
from app.views.emergency import EmergencyPage
from app.views.first_run import FirstRunPage
from app.views.own_passphrase import OwnPassphrasePage
from app.views.recovery_key import RecoveryKeyPage
from app.views.unlock import UnlockPage
from engine.crashes import CrashReporter
from engine.errors import NotAllowed
from engine.paths import Paths
from engine.types import AuditFilter, AuditKind, Role
from engine.vault import key_slots
from engine.vault.kdf import Argon2id

OWN, FIRST, KIMS = "river stone lantern orchard", "slip of paper 77", "blue kettle seven walls"
LONG = 20_000


class Person:
    """Types into whatever has the focus."""

    def __init__(self, desktop: Desktop, qtbot) -> None:
        self.desktop, self._qtbot = desktop, qtbot

    @property
    def page(self):
        return self.desktop.window.centralWidget()

    def at(self, kind: type) -> None:
        self._qtbot.waitUntil(lambda: isinstance(self.page, kind), timeout=LONG)

    def inside(self) -> None:
        self._qtbot.waitUntil(lambda: self.desktop.window.frame is not None, timeout=LONG)

    def focus(self) -> QWidget:
        """Where the keys go, once the page that is there has taken the focus."""
        window = self.desktop.window
        self._qtbot.waitUntil(lambda: self.page.isAncestorOf(window.focusWidget() or window))
        return window.focusWidget()

    def types(self, text: str, then: Qt.Key = Qt.Key.Key_Return) -> None:
        field = self.focus()
        self._qtbot.keyClicks(field, text)
        self._qtbot.keyClick(field, then)

    def tabs_to(self, words: str) -> None:
        for _ in range(60):
            focus = self.focus()
            text = focus.text() if hasattr(focus, "text") else ""
            if words in (focus.accessibleName() or text):
                return
            self._qtbot.keyClick(focus, Qt.Key.Key_Tab)
        raise AssertionError(f"no way by Tab to {words!r}")

    def presses(self, words: str) -> None:
        self.tabs_to(words)
        self._qtbot.keyClick(self.desktop.window.focusWidget(), Qt.Key.Key_Space)

    def locks(self) -> None:
        self.desktop.window.frame.lock()
        self.at(UnlockPage)
        self._qtbot.waitUntil(lambda: self.page.field.isEnabled() and self.page.name.isVisible(), timeout=LONG)

    def signs_in(self, name: str, passphrase: str) -> None:
        self.page.name.setFocus()
        self.page.name.selectAll()
        self.types(name)
        self.types(passphrase)


@pytest.fixture
def person(qapp: QApplication, tmp_path, qtbot, monkeypatch):
    monkeypatch.setattr(key_slots, "default_cost", lambda: Argon2id(bytes(16), memory_kib=64, time=1, lanes=1))
    paths = Paths(tmp_path / "data", tmp_path / "models")
    paths.prepare()
    desktop = Desktop(qapp, paths, _workspaces, _pages, CrashReporter(paths.crash_dir, "0"))
    qtbot.addWidget(desktop.window)
    desktop.start()
    desktop.window.activateWindow()
    yield Person(desktop, qtbot)
    desktop.close()


def test_from_the_first_start_to_emergency_access(person, qtbot):
    qtbot.keyClicks(person.page.first, OWN)
    qtbot.keyClick(person.page.first, Qt.Key.Key_Tab)
    qtbot.keyClicks(person.page.second, OWN)
    person.tabs_to("Your name")
    person.types("Dr Reyes")
    person.at(RecoveryKeyPage)
    qtbot.waitUntil(person.page.maker.next_button.isEnabled, timeout=LONG)
    recovery = " ".join(person.page.maker.key.text().split())
    person.presses("Type it back")
    person.types(recovery.lower())
    person.at(FirstRunPage)
    person.page.begin.click()
    person.inside()
    workspace = person.desktop.workspace
    assert workspace.actor.name == "Dr Reyes"
    workspace.people.add("Kim", Role.STAFF, FIRST)

    person.locks()
    assert person.page.name.text() == "Dr Reyes"
    person.signs_in("Kim", "not her words")
    qtbot.waitUntil(lambda: "does not open" in person.page.hint.text(), timeout=LONG)
    person.types(FIRST)
    person.at(OwnPassphrasePage)
    person.types(KIMS, Qt.Key.Key_Tab)
    qtbot.keyClicks(person.page.pair.second, KIMS)
    qtbot.keyClick(person.page.pair.second, Qt.Key.Key_Return)
    person.inside()
    assert [key for key, _title, _icon in person.desktop.window.frame.page_titles] == [
        "ask",
        "visits",
        "library",
        "settings",
    ]
    with pytest.raises(NotAllowed):
        person.desktop.workspace.people.list()
    with pytest.raises(NotAllowed):
        person.desktop.workspace.audit.entries()

    person.locks()
    person.presses("Use the recovery key")
    person.at(EmergencyPage)
    person.types(recovery)
    person.types("everybody is ill")
    person.inside()
    assert person.desktop.window.frame.banners.get("emergency session") is not None

    person.locks()
    person.signs_in("Dr Reyes", OWN)
    person.inside()
    frame = person.desktop.window.frame
    qtbot.waitUntil(lambda: frame.banners.get("emergency") is not None, timeout=LONG)
    assert "everybody is ill" in frame.banners.get("emergency").advice.text()
    frame.open_page("activity")
    qtbot.waitUntil(lambda: frame.page.table.rowCount() > 8, timeout=LONG)
    frame.page.verify_button.click()
    qtbot.waitUntil(frame.page.checks.good.isVisible, timeout=LONG)
    kinds = {entry.kind for entry in person.desktop.workspace.audit.entries(AuditFilter())}
    assert {AuditKind.EMERGENCY, AuditKind.REFUSED, AuditKind.SIGN_IN_FAILED, AuditKind.PERSON_ADDED} <= kinds
    qtbot.waitUntil(lambda: not person.desktop.operations.busy, timeout=LONG)
