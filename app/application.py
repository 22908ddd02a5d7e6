"""Composition root of the desktop program: makes every part once and hands it to those that need it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from app.crash import CrashFiles, catch_everything
from app.desktop import Desktop
from app.views.page import Page
from engine.paths import Paths

if TYPE_CHECKING:
    from engine.workspace import Workspace


def run(paths: Paths) -> int:
    """Open the desktop program on a workspace folder; returns the exit code once the window is closed."""
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Chartside")
    application.setDesktopFileName("chartside")
    application.setStyle("Fusion")
    crashes = CrashFiles(paths.crash_dir)
    paths.prepare()
    crashes.watch()
    desktop = Desktop(application, paths, _workspaces, _pages, crashes)
    catch_everything(desktop.on_defect)
    desktop.start()
    try:
        return application.exec()
    finally:
        desktop.close()
        crashes.close()


def _workspaces() -> type[Workspace]:
    from engine.workspace import Workspace

    return Workspace


def _pages() -> list[type[Page]]:
    """The pages there are, in the order of the sidebar and of Ctrl+1, Ctrl+2 ..."""
    from app.views.ask import AskPage
    from app.views.library import LibraryPage
    from app.views.models import ModelsPage
    from app.views.settings import SettingsPage

    return [AskPage, LibraryPage, ModelsPage, SettingsPage]
