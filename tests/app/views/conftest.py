"""Fixtures of the pages' tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.views.ask import AskPage
from app.views.library import LibraryPage
from tests.app.fakes_library import info
from tests.app.views.desk import Desk


@pytest.fixture
def desk(qapp: QApplication, qtbot: QtBot) -> Iterator[Desk]:
    """A desk with three documents and a model."""
    font = QFont(qapp.font())
    made = Desk(qapp)
    library = made.workspace.library
    library.entries = {
        1: info(1, "Anaphylaxis protocol.pdf"),
        2: info(2, "opening-hours.md"),
        3: info(3, "very-long-" * 20 + ".pdf"),
    }
    hits = [
        library.hit(1, 1, "Give adrenaline 0.5 mg into the outer thigh at once."),
        library.hit(2, 2, "On Fridays it closes at 13:00.", "Opening hours"),
        library.hit(3, 1, "Skin changes are common but may be absent.", "1 Recognition"),
    ]
    library.hits = made.workspace.assistant.hits = hits
    yield made
    made.close()
    qapp.setFont(font)


@pytest.fixture
def ask_page(desk: Desk, qtbot: QtBot) -> Callable[[], AskPage]:
    """Makes the Ask page, shown and ready."""

    def make() -> AskPage:
        page = AskPage(desk.context)
        desk.show(page)
        qtbot.waitExposed(desk.window)
        page.activate(None)
        qtbot.waitUntil(lambda: not desk.operations.busy)
        return page

    return make


@pytest.fixture
def library_page(desk: Desk, qtbot: QtBot) -> Callable[[], LibraryPage]:
    """Makes the Library page, shown and filled."""

    def make() -> LibraryPage:
        page = LibraryPage(desk.context)
        desk.show(page)
        qtbot.waitExposed(desk.window)
        page.activate(None)
        qtbot.waitUntil(lambda: not desk.operations.busy)
        return page

    return make
