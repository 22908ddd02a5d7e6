"""Updates and About: the real service on a small installation of its own, with files that the real tools sign."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication

from app.context import OpenUpdate
from app.dialogs.about import AboutDialog
from app.views.settings import SettingsPage
from app.views.unlock import UnlockPage
from app.views.update_words import State
from engine.errors import NewerSchema
from engine.installation import Installation
from engine.types import EarlierCopy
from tests.engine.updates.conftest import Bench, make_bundle
from tests.screenshots.studio import ALL, BOTH

if TYPE_CHECKING:
    from tests.screenshots.studio import Studio

NOTES = "Visits can be dictated. Answers begin sooner on computers without a graphics card."
SLOW = "#!/bin/sh\nsleep 6\necho chartside 1.1.0\n"


def updates(studio: Studio, scratch: Path) -> None:
    """Not installed, at rest, refused, found, running, done, and for an administrator; then About."""
    page = _settings(studio)
    _in_view(studio, page)
    studio.take("updates-checkout")
    bench = _bench(scratch)
    studio.workspace.updates = bench.updates
    page = _settings(studio)
    _in_view(studio, page)
    studio.take("updates-ready", ALL)
    file = bench.update("1.1.0", notes=NOTES, script=SLOW)
    damaged = file.with_name("damaged.chartside-update")
    damaged.write_bytes(file.read_bytes()[:-20_000])
    for name, opened in (("refused", damaged), ("found", file)):
        page.activate(OpenUpdate(opened))
        studio.until(lambda: page.updates.state is not State.CHECKING, "the file to be looked at")
        studio.settle()
        studio.take(f"updates-{name}", ALL)
    page.updates.install.click()
    studio.until(lambda: "starts" in page.updates.progress.words.text(), "the new version to be tried")
    studio.take("updates-running", BOTH)
    studio.until(lambda: page.updates.state is State.DONE, "the update")
    studio.settle()
    studio.take("updates-done", ALL)
    _by_hand(studio, bench)
    _after_restart(studio, bench)
    _about(studio)


def went_back(studio: Studio) -> None:
    """The unlock page of the older version, with the workspace of the newer one."""
    page = studio.desktop.window.centralWidget()
    assert isinstance(page, UnlockPage)
    page.show_failure(
        NewerSchema(
            "This workspace was saved by a newer version of Chartside. Nothing was changed.",
            "Install the newest version of Chartside and open the workspace with it.",
            "schema 3, this version knows 2",
        )
    )
    page.offer_copy(EarlierCopy("workspace.version-0.1.0.20261121T190400000000.db", "2026-11-21T19:04:00+00:00"))
    studio.settle()
    studio.take("unlock-newer", ALL)


def _by_hand(studio: Studio, bench: Bench) -> None:
    page = _settings(studio)
    page.updates.copy = replace(page.updates.copy, administrator=True, asks=False)
    page.activate(OpenUpdate(bench.update("1.2.0")))
    studio.until(lambda: page.updates.state is State.FOUND, "the file to be looked at")
    studio.settle()
    studio.take("updates-by-hand")


def _after_restart(studio: Studio, bench: Bench) -> None:
    """The new version runs, and could be gone back from."""
    new = Installation.at(bench.prefix / "versions" / "1.1.0")
    assert new is not None
    studio.workspace.updates = Bench(bench.root, new, bench.key, bench.make).updates
    page = _settings(studio)
    _in_view(studio, page)
    studio.take("updates-way-back", ALL)


def _about(studio: Studio) -> None:
    dialog = AboutDialog(studio.frame.context, studio.desktop.window)
    dialog.show()
    studio.until(dialog.list.count, "the licences")
    studio.take("about", ALL, widget=dialog)
    dialog.list.setCurrentRow(1)
    studio.take("about-qt", ALL, widget=dialog)
    dialog.search.setText("LGPL-2.1")
    studio.take("about-search", BOTH, widget=dialog)
    dialog.close()
    QApplication.processEvents()


def _settings(studio: Studio) -> SettingsPage:
    """A new Settings page: the one shown before knew another copy."""
    old = studio.frame._pages.pop("settings", None)
    page = studio.page("settings")
    if old is not None:
        studio.frame.stack.removeWidget(old)
        old.deleteLater()
    assert isinstance(page, SettingsPage)
    return page


def _in_view(studio: Studio, page: SettingsPage) -> None:
    page.column.ensureWidgetVisible(page.updates)
    studio.settle()


def _bench(scratch: Path) -> Bench:
    prefix = scratch / "opt" / "chartside"
    folder = make_bundle(prefix / "versions" / "1.0.0", "1.0.0")
    (prefix / "current").symlink_to("versions/1.0.0")
    (prefix / "installation.json").write_text('{"kind": "run"}')
    installation = Installation.at(folder)
    assert installation is not None
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "packaging"))
    import sign_update

    return Bench(scratch, installation, Ed25519PrivateKey.generate(), sign_update.make)
