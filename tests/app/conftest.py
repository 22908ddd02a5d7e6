"""Fixtures of the window's tests. A warning that Qt prints fails the test that caused it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.changes import Changes
from app.context import AppContext
from app.defects import told
from app.fetches import Fetches
from app.operations import Operations
from app.theme import Theme
from app.views.page import Page
from app.window.frame import Frame
from engine.errors import UserError
from engine.paths import Paths
from tests.app.fakes import FakeDoor, FakeWorkspace

# The offscreen platform says this of every window; it concerns window managers only.
_HARMLESS = ["This plugin does not support .*"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/app/" in item.path.as_posix():
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
            item.add_marker(pytest.mark.qt_log_ignore(*_HARMLESS))


@dataclass
class Recorder:
    """Stands for the window around a page: keeps what the page asked of it."""

    opened: list[tuple[str, object]] = field(default_factory=list)
    locked: int = 0
    present: int = 0
    restarted: int = 0
    restored: list[object] = field(default_factory=list)
    toasts: list[str] = field(default_factory=list)
    undo: object = None
    errors: list[UserError] = field(default_factory=list)
    panel: QWidget | None = None
    panel_title: str = ""
    speed: float = 0.0
    work: str = ""
    recording: str = ""

    def open_page(self, key: str, target: object | None = None) -> None:
        self.opened.append((key, target))

    def lock(self) -> None:
        self.locked += 1

    def restore(self, file: object) -> None:
        self.restored.append(file)

    def somebody_is_here(self) -> None:
        self.present += 1

    def has_page(self, key: str) -> bool:
        return True

    def restart(self) -> None:
        self.restarted += 1

    def show_widget(self, widget: QWidget, title: str) -> None:
        self.panel, self.panel_title = widget, title

    def close_panel(self) -> None:
        self.panel = None

    @property
    def is_open(self) -> bool:
        return self.panel is not None

    def toast(self, message: str, undo: object = None) -> None:
        self.toasts.append(message)
        self.undo = undo

    def error(self, error: UserError) -> None:
        self.errors.append(error)

    def show_speed(self, tokens_per_s: float) -> None:
        self.speed = tokens_per_s

    def show_work(self, text: str) -> None:
        self.work = text

    def show_recording(self, text: str) -> None:
        self.recording = text


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    made = Theme(qapp, "light", 1.0)
    yield made
    made.set_look("light", 1.0)
    made.close()


@pytest.fixture
def defects() -> list[BaseException]:
    """Exceptions that operations met and that were no UserError."""
    return []


@pytest.fixture
def operations(qapp: QApplication, defects: list[BaseException]) -> Iterator[Operations]:
    def on_defect(error: BaseException) -> UserError:
        defects.append(error)
        return told(None)

    made = Operations(on_defect)
    yield made
    made.cancel_all()
    assert made.wait(5_000), "an operation did not end"


@pytest.fixture
def paths(tmp_path) -> Paths:
    made = Paths(tmp_path / "data", tmp_path / "models")
    made.prepare()
    return made


@pytest.fixture
def door() -> FakeDoor:
    return FakeDoor()


@pytest.fixture
def workspace(paths: Paths) -> FakeWorkspace:
    return FakeWorkspace(paths)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def context(
    workspace: FakeWorkspace, theme: Theme, operations: Operations, recorder: Recorder, qtbot: QtBot
) -> Iterator[AppContext]:
    """A page's context over fakes: navigation, panel, notices and status are the recorder."""
    changes = Changes(workspace)
    fetches = Fetches(workspace, operations)
    yield AppContext(
        workspace, workspace.settings, theme, operations, changes, fetches, recorder, recorder, recorder, recorder
    )
    changes.close()
    operations.cancel_all()


def make_frame(qtbot: QtBot, context: AppContext, pages: list[type[Page]]) -> Frame:
    """A frame in a shown window of 1024 × 700."""
    frame = Frame(context.workspace, context.settings, context.theme, context.operations, pages)
    qtbot.addWidget(frame, before_close_func=lambda closing: closing.close_work())
    frame.resize(1024, 700)
    frame.show()
    qtbot.waitExposed(frame)
    return frame
