"""The Visits page over fakes of the engine."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.context import AppContext
from app.views.visits import VisitsPage, consultation
from tests.app.fakes import FakeWorkspace
from tests.app.fakes_visits import FakeVisits


@pytest.fixture
def visits(workspace: FakeWorkspace) -> FakeVisits:
    return workspace.visits


@pytest.fixture
def page(context: AppContext, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> VisitsPage:
    # Long enough for changes to be gathered; nobody watches here.
    monkeypatch.setattr(consultation, "_AGAIN_MS", 25)
    made = VisitsPage(context)
    qtbot.addWidget(made, before_close_func=lambda closing: closing.close_work())
    made.resize(1200, 760)
    made.show()
    qtbot.waitExposed(made)
    made.activate(None)
    qtbot.waitUntil(lambda: not context.operations.busy)
    return made


@pytest.fixture
def settled(context: AppContext, page: VisitsPage, qtbot: QtBot) -> Callable[[], None]:
    """Waits until what changed was told to the page and read again."""

    def quiet() -> bool:
        changes, again = context.changes, page.consultation._again
        told = not changes._pending and not changes._timer.isActive()
        return told and not again.isActive() and not context.operations.busy

    def wait() -> None:
        QApplication.processEvents()
        qtbot.waitUntil(quiet, timeout=3000)

    return wait
