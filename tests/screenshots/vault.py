"""People, recovery key, emergency access, activity, backups and restore: the real vault behind the real window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog

from app.context import ShowCard
from app.dialogs.export import ExportDialog
from app.dialogs.person import AddPersonDialog
from app.views.activity import ActivityPage
from app.views.emergency import EmergencyPage
from app.views.own_passphrase import OwnPassphrasePage
from app.views.recovery_key import RecoveryKeyPage
from app.views.restore import RestorePage
from app.views.settings import SettingsPage
from app.views.unlock import UnlockPage
from engine.types import Role
from tests.screenshots.studio import ALL, BOTH, LIGHT

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from tests.screenshots.studio import Studio

SLIP, KIMS = "paper slip 77 green", "blue kettle seven walls"
SMALL = (1024, 700)


def recovery_key(studio: Studio) -> str:
    """Shown, mistyped and typed back; the first run begins after it. Returns the key."""
    page = _front(studio, RecoveryKeyPage)
    studio.until(page.maker.next_button.isEnabled, "the recovery key")
    studio.settle()
    studio.take("recovery-key-shown", ALL)
    key = " ".join(page.maker.key.text().split())
    page.maker.next_button.click()
    studio.type(page.maker.field, key[:-1] + ("0" if key[-1] != "0" else "1"))
    page.maker.confirm_button.click()
    studio.until(page.maker.confirm_button.isEnabled, "the key to be compared")
    studio.take("recovery-key-mistyped", BOTH)
    studio.type(page.maker.field, key)
    page.maker.confirm_button.click()
    studio.until(lambda: not isinstance(studio.desktop.window.centralWidget(), RecoveryKeyPage), "the next page")
    return key


def people(studio: Studio, passphrase: str, key: str) -> None:
    """A second person, what they see, waiting after wrong passphrases, and a sign-in with the recovery key.

    It begins at the unlock page, and ends inside.
    """
    unlock = _front(studio, UnlockPage)
    studio.type(unlock.field, passphrase)
    unlock.button.click()
    studio.until(lambda: studio.desktop.window.frame, "the window")
    page = _settings(studio, "people")
    _in_dialog(page.cards["people"].add_person, _add_kim(studio))
    studio.settle(1.0)
    for card in ("people", "backup"):
        _settings(studio, card)
        studio.take(f"settings-{card}", ALL)
    studio.take("settings-small", (LIGHT,), size=SMALL)
    _backup(studio, _settings(studio, "backup"))
    _lock(studio)
    studio.take("unlock-name", ALL)
    _sign_in(studio, "Kim", SLIP)
    studio.until(lambda: isinstance(studio.desktop.window.centralWidget(), OwnPassphrasePage), "the own passphrase")
    own = _front(studio, OwnPassphrasePage)
    studio.take("own-passphrase", ALL)
    for field in (own.pair.first, own.pair.second):
        studio.type(field, KIMS)
    own.button.click()
    studio.until(lambda: studio.desktop.window.frame, "the window of Kim")
    _settings(studio, "account")
    studio.take("settings-staff", BOTH)
    page = _lock(studio)
    for _time in range(6):
        if not page.waiting.active:
            _sign_in(studio, "Kim", "not these words")
            studio.until(lambda: page.button.isEnabled() or page.waiting.active, "the passphrase to be tried")
    studio.take("unlock-waiting", ALL)
    _emergency(studio, key)
    _lock(studio)
    _sign_in(studio, "Administrator", passphrase)
    studio.until(lambda: studio.desktop.window.frame, "the window")
    studio.until(lambda: studio.frame.banners.get("emergency"), "the notice of emergency access")
    studio.take("emergency-told", ALL)


def activity(studio: Studio) -> None:
    """The record, an entry, verified, and how it is saved."""
    page = studio.page("activity")
    assert isinstance(page, ActivityPage)
    studio.until(page.table.rowCount, "the record")
    studio.take("activity", ALL)
    studio.take("activity-small", (LIGHT,), size=SMALL)
    page.view.activated.emit(page.table.index(0, 0))
    studio.settle()
    studio.take("activity-entry", ALL)
    studio.frame.close_panel()
    page.verify_button.click()
    studio.until(page.checks.good.isVisible, "the record to be verified")
    studio.take("activity-verified", BOTH)

    def look(dialog: QDialog) -> None:
        assert isinstance(dialog, ExportDialog)
        studio.take("export-encrypted", ALL, widget=dialog)
        dialog.plain.click()
        studio.take("export-plain", BOTH, widget=dialog)
        dialog.reject()

    _in_dialog(page.export, look)


def restore(studio: Studio, key: str) -> None:
    """A backup takes the place of the workspace, with the recovery key. The unlock page comes after it."""
    file = sorted(studio.paths.backup_dir.glob("*.chartside-backup"))[-1]
    _lock(studio)
    studio.desktop._doorway.ask_backup()
    page = _front(studio, RestorePage)
    studio.take("restore-empty", ALL)
    page.open(Path(file))
    studio.until(lambda: page.found.text() and "…" not in page.found.text(), "the backup to be looked at")
    page.by_key.setChecked(True)
    studio.type(page.key, key)
    studio.take("restore-ready", ALL)
    page.button.click()
    studio.until(lambda: page.button.text() == "Sign in", "the backup to be restored")
    studio.take("restored", ALL)
    page.button.click()
    studio.settle(1.0)


def _add_kim(studio: Studio) -> Callable[[QDialog], None]:
    def fill(dialog: QDialog) -> None:
        assert isinstance(dialog, AddPersonDialog)
        studio.type(dialog.name, "Kim")
        dialog.role.setCurrentIndex(dialog.role.findData(Role.STAFF))
        studio.take("person-add", ALL, widget=dialog)
        dialog.passphrase.field.setText(SLIP)
        dialog.act.click()
        studio.until(lambda: not dialog.isVisible(), "Kim to be added")

    return fill


def _backup(studio: Studio, page: SettingsPage) -> None:
    card = page.cards["backup"]
    card.make.click()
    studio.until(lambda: "hour" in card.state.text() and card.make.isEnabled(), "the backup")

    def look(dialog: QDialog) -> None:
        studio.until(dialog.list.topLevelItemCount, "the backups")
        studio.take("backups", ALL, widget=dialog)
        dialog.reject()

    _in_dialog(card.show_all.click, look)


def _emergency(studio: Studio, key: str) -> None:
    studio.desktop._doorway._ask_recovery_key()
    page = _front(studio, EmergencyPage)
    studio.type(page.key, key)
    studio.type(page.reason, "Kim's passphrase is lost and a patient waits")
    studio.take("emergency", ALL)
    page.button.click()
    studio.until(lambda: studio.desktop.window.frame, "the window")
    studio.settle(1.0)
    studio.take("emergency-session", ALL)


def _settings(studio: Studio, card: str) -> SettingsPage:
    page = studio.page("settings", ShowCard(card))
    assert isinstance(page, SettingsPage)
    studio.settle(0.8)
    return page


def _lock(studio: Studio) -> UnlockPage:
    studio.desktop.lock()
    page = _front(studio, UnlockPage)
    studio.until(page.button.isEnabled, "the workspace to be locked")
    studio.settle(0.6)
    return page


def _sign_in(studio: Studio, name: str, passphrase: str) -> None:
    page = _front(studio, UnlockPage)
    studio.type(page.name, name)
    studio.type(page.field, passphrase)
    page.button.click()
    studio.settle(0.2)


def _front(studio: Studio, kind: type[QWidget]) -> QWidget:
    page = studio.desktop.window.centralWidget()
    assert isinstance(page, kind), page
    studio.settle()
    return page


def _in_dialog(start: Callable[[], object], act: Callable[[QDialog], None]) -> None:
    """Do something in the dialog that start opens and waits for."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog):
            act(dialog)
        else:
            QTimer.singleShot(50, look)

    QTimer.singleShot(50, look)
    start()
