"""Composition root of the desktop program: makes every part once and hands it to those that need it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication

from app.defects import folder_unusable
from app.desktop import Desktop
from app.garbage import GarbageCollection
from app.i18n import tr
from app.one_window import OneWindow, hand_over
from app.opened_files import OpenedFiles
from app.system.session import session_watch
from app.theme import Theme
from app.views.page import Page
from app.views.start import StartPage
from app.widgets.buttons import push_button
from app.widgets.layout import row
from engine import __version__
from engine.crashes import CrashReporter
from engine.errors import UserError
from engine.installation import Installation
from engine.log import Log
from engine.paths import Paths
from engine.updates.versions import Versions

if TYPE_CHECKING:
    from engine.workspace import Workspace

_EXPECTED_FAILURE = 3
# The window has been drawn and answers by then.
_SETTLED_MS = 500


def run(paths: Paths, files: Sequence[Path] = ()) -> int:
    """Open the desktop program on a workspace folder, with files; returns the exit code once the window is closed.

    Where a window of that folder is open already, it comes forward and takes the files, and this returns at once.
    """
    rolled_back = os.environ.pop("CHARTSIDE_ROLLED_BACK", "")
    if hand_over(paths.data, files):
        _report_started()
        return 0
    rolled_back = _returned_from() or rolled_back
    # Ctrl+C in the terminal ends it at once; nothing acknowledged is lost by that.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    application = make_application()
    QTimer.singleShot(_SETTLED_MS, application, _report_started)
    crashes = CrashReporter(paths.crash_dir, __version__)
    try:
        paths.prepare()
        log = Log.start(paths.log_dir)
        crashes.start()
    except OSError as error:
        return _cannot_start(application, folder_unusable(paths.data, error))
    desktop = Desktop(
        application, paths, _workspaces, _pages, crashes, session=session_watch(application), rolled_back=rolled_back
    )
    window = OneWindow(paths.data)
    window.called.connect(desktop.answer_call)
    if sys.platform == "darwin":
        OpenedFiles(application).files.connect(desktop.open_files)
    desktop.open_files(files)
    desktop.start()
    window.listen()
    try:
        code = application.exec()
    finally:
        # First of all: who starts the program from now on gets a window of its own.
        window.close()
        desktop.close()
        crashes.close()
        log.close()
    _report_started()  # also of a window that was closed at once
    if desktop.restart is not None:
        own = paths.data == Paths.default().data
        desktop.restart([] if own else ["--data", str(paths.data)])
    return code


def _report_started() -> None:
    """Tell the launcher that this version works, should it be on trial after an update."""
    installation = Installation.this()
    if installation is not None:
        installation.report_started()


def _returned_from() -> str:
    """The version that the launcher has gone back from since the last window, "" for none."""
    installation = Installation.this()
    return Versions(installation).returned_from() if installation is not None else ""


def make_application() -> QApplication:
    """The Qt application with everything that must be set before the first widget."""
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Chartside")
    application.setDesktopFileName("chartside")
    # Qt's own file dialogs would write down which folders were visited.
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, os.devnull)
    # One drawing on every system; the style sheet is written for it.
    application.setStyle("Fusion")
    GarbageCollection(application)
    return application


def _cannot_start(application: QApplication, error: UserError) -> int:
    theme = Theme(application)
    page = StartPage(theme, tr("Start", "Chartside cannot start"), "")
    page.error.show_error(error)
    page.body.addLayout(row(1, push_button(tr("Start", "Close"), application.quit, role="primary")))
    page.resize(theme.scaled(640), theme.scaled(480))
    page.show()
    application.exec()
    theme.close()
    return _EXPECTED_FAILURE


def _workspaces() -> type[Workspace]:
    from engine.workspace import Workspace

    return Workspace


def _pages() -> list[type[Page]]:
    """The pages there are, in the order of the sidebar and of Ctrl+1, Ctrl+2 ..."""
    from app.views.activity import ActivityPage
    from app.views.ask import AskPage
    from app.views.library import LibraryPage
    from app.views.models import ModelsPage
    from app.views.settings import SettingsPage
    from app.views.visits import VisitsPage

    return [AskPage, VisitsPage, LibraryPage, ModelsPage, ActivityPage, SettingsPage]
