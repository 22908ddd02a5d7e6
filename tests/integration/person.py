"""Somebody at the keyboard of the real program: the real window, engine, children and models.

Pictures of what they see go to screenshots/flow/, which git ignores, for whoever reads the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from app.application import _pages, _workspaces
from app.desktop import Desktop
from app.window.frame import Frame
from engine.crashes import CrashReporter
from engine.paths import Paths
from engine.workspace import Workspace

CONTROL, NOTHING = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier
_LONG_MS = 240_000
_PICTURES = Path(__file__).parents[2] / "screenshots" / "flow"


class Person:
    """Types into whatever has the focus, and waits until something is to be seen."""

    def __init__(self, qtbot: QtBot, desktop: Desktop) -> None:
        self.qtbot = qtbot
        self.desktop = desktop

    @property
    def start_page(self) -> object:
        return self.desktop.window.centralWidget()

    @property
    def frame(self) -> Frame:
        frame = self.desktop.window.frame
        assert frame is not None
        return frame

    @property
    def workspace(self) -> Workspace:
        assert self.desktop.workspace is not None
        return self.desktop.workspace

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NOTHING) -> None:
        """Press a key wherever the focus is."""
        self.until(lambda: QApplication.focusWidget() is not None, timeout=5_000)
        QTest.keyClick(QApplication.focusWidget(), key, modifier)

    def type(self, text: str) -> None:
        self.until(lambda: QApplication.focusWidget() is not None, timeout=5_000)
        QTest.keyClicks(QApplication.focusWidget(), text)

    def until(self, condition: Callable[[], object], timeout: int = _LONG_MS) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=timeout)

    def see(self, name: str) -> None:
        """Keep a picture of the window."""
        _PICTURES.mkdir(parents=True, exist_ok=True)
        self.desktop.window.grab().save(str(_PICTURES / f"{name}.png"))


P = TypeVar("P", bound=Person)


@contextmanager
def started(kind: type[P], qapp: QApplication, qtbot: QtBot, paths: Paths) -> Iterator[P]:
    """The program on a data folder, with its window in front; fails if another window flashed meanwhile."""
    strays = _StrayWindows()
    qapp.installEventFilter(strays)
    desktop = Desktop(qapp, paths, _workspaces, _pages, CrashReporter(paths.crash_dir, "test"))
    desktop.window.resize(1280, 800)
    desktop.start()
    qtbot.addWidget(desktop.window)
    desktop.window.activateWindow()
    qtbot.waitUntil(desktop.window.isActiveWindow)
    yield kind(qtbot, desktop)
    desktop.window.close()
    desktop.window.close()  # a recording that goes on is told of at the first
    desktop.close()
    qapp.removeEventFilter(strays)
    assert strays.seen == [], strays.seen


class _StrayWindows(QObject):
    """Notes widgets that are shown as windows of their own though nobody meant it: they flash and take the focus."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            meant = (Qt.WindowType.Dialog, Qt.WindowType.Popup, Qt.WindowType.ToolTip)
            if not isinstance(watched, QMainWindow) and watched.windowType() not in meant:
                self.seen.append(
                    f"{type(watched).__name__} {watched.accessibleName() or getattr(watched, 'text', str)()}"
                )
        return False
