"""Drives the real window on a workspace of its own and takes pictures of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from app.application import _pages, _workspaces
from app.desktop import Desktop
from app.views.page import Page
from app.window.frame import Frame
from engine import __version__
from engine.crashes import CrashReporter
from engine.paths import Paths
from engine.workspace import Workspace

# A first answer on a busy computer takes minutes.
DEADLINE_S = 600.0
_STEP_S = 0.02
# Long enough for batched events (30 ms), change notices (60 ms) and short animations.
_SETTLE_S = 0.4


@dataclass(frozen=True)
class Look:
    """A theme with a text size."""

    name: str
    theme: str
    scale: float = 1.0


LIGHT, DARK, LARGE = Look("light", "light"), Look("dark", "dark"), Look("large", "light", 1.25)
BOTH = (LIGHT, DARK)
ALL = (LIGHT, DARK, LARGE)


class Studio:
    """One run of the program. only: take the pictures whose name contains this, but go through every scene."""

    def __init__(self, application: QApplication, paths: Paths, out: Path, only: str = "") -> None:
        self.application = application
        self.paths = paths
        self._out = out
        self._only = only
        self.taken: list[Path] = []
        self.crashes = CrashReporter(paths.crash_dir, __version__)
        self.crashes.start()
        self.desktop = Desktop(application, paths, _workspaces, _pages, self.crashes)
        self.desktop.auto_lock.stop()
        self.desktop.window.resize(1280, 820)
        self.desktop.start()

    @property
    def workspace(self) -> Workspace:
        """The open workspace; it must be open."""
        assert self.desktop.workspace is not None
        return self.desktop.workspace

    @property
    def frame(self) -> Frame:
        """The open frame; it must be open."""
        assert self.desktop.window.frame is not None
        return self.desktop.window.frame

    def page(self, key: str, target: object | None = None) -> Page:
        """Open a page and return it."""
        self.frame.open_page(key, target)
        self.settle()
        assert self.frame.page is not None
        return self.frame.page

    def type(self, field: QLineEdit, text: str) -> None:
        """Put text into a field by key presses: some of the window follows typing and not setText."""
        field.clear()
        QTest.keyClicks(field, text)

    def settle(self, seconds: float = _SETTLE_S) -> None:
        """Let the window work for a while."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._turn()

    def until(self, condition: Callable[[], object], what: str, limit_s: float = DEADLINE_S) -> None:
        """Let the window work until condition holds. Raises TimeoutError naming what was waited for."""
        end = time.monotonic() + limit_s
        while not condition():
            if time.monotonic() > end:
                self.desktop.window.grab().save(str(self._out / "waited-for-ever.png"))
                raise TimeoutError(f"waited {limit_s:.0f} s for {what}")
            self._turn()

    def take(
        self,
        name: str,
        looks: tuple[Look, ...] = BOTH,
        *,
        size: tuple[int, int] | None = None,
        widget: QWidget | None = None,
    ) -> None:
        """Save the window, or a widget such as a dialog, in each look as NAME-LOOK.png; size in pixels."""
        if self._only not in name:
            return
        shown = widget or self.desktop.window
        before = shown.size()
        if size is not None:
            shown.resize(*size)
        for look in looks:
            self.desktop.theme.set_look(look.theme, look.scale)
            self.settle()
            path = self._out / f"{name}-{look.name}.png"
            if not shown.grab().save(str(path)):
                raise OSError(f"{path} could not be written")
            self.taken.append(path)
        self.desktop.theme.set_look(LIGHT.theme, LIGHT.scale)
        shown.resize(before)
        self.settle()

    def close(self) -> None:
        """Close the window and everything behind it."""
        self.desktop.window.close()
        self.desktop.close()
        self.crashes.close()

    def _turn(self) -> None:
        self.application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
        self.application.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        time.sleep(_STEP_S)
