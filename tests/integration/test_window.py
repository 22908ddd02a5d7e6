"""The whole program as a person uses it: real window, engine, children and 0.5B model, driven by keys and clicks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.views.ask import AskPage
from app.views.ask.turn import TurnView
from app.views.create import CreatePage
from app.views.first_run import FirstRunPage
from app.views.library import LibraryPage
from app.views.recovery_key import RecoveryKeyPage
from app.views.unlock import UnlockPage
from engine.paths import Paths
from engine.settings import AssistantSettings, Settings, SettingsStore
from engine.types import DocumentState, TurnState

from .conftest import CHAT_MODEL, PASSPHRASE, QUESTION, SHORT
from .person import CONTROL, Person, started

pytestmark = [pytest.mark.model, pytest.mark.slow]


class Asker(Person):
    """Asks on the Ask page."""

    @property
    def ask(self) -> AskPage:
        page = self.frame.page
        assert isinstance(page, AskPage)
        return page

    @property
    def turns(self) -> list[TurnView]:
        return list(self.ask.conversation.views)

    def answered(self, count: int) -> TurnView:
        """Wait for the answer of the count-th question shown."""
        self.until(
            lambda: (
                len(self.turns) == count and self.ask.dialogue.session.live is None and self.turns[-1].turn is not None
            )
        )
        return self.turns[-1]


@pytest.fixture
def person(qapp: QApplication, qtbot: QtBot, tmp_path: Path, models_dir: Path) -> Iterator[Asker]:
    paths = Paths(data=tmp_path / "data", models=models_dir)
    paths.prepare()
    SettingsStore(paths.settings_file).update(_with_model)
    with started(Asker, qapp, qtbot, paths) as made:
        yield made


def _with_model(settings: Settings) -> Settings:
    # Five passages as everybody's, but answers that end early.
    return structs.replace(settings, model_id=CHAT_MODEL, assistant=AssistantSettings(max_tokens=SHORT.max_tokens))


def create_workspace(person: Asker) -> None:
    page = person.start_page
    assert isinstance(page, CreatePage)
    page.first.setFocus()
    person.type(PASSPHRASE)
    person.key(Qt.Key.Key_Tab)
    while QApplication.focusWidget() is not page.second:
        person.key(Qt.Key.Key_Tab)
    person.type(PASSPHRASE)
    person.key(Qt.Key.Key_Return)
    person.until(lambda: isinstance(person.start_page, RecoveryKeyPage))
    later = person.start_page.maker.later_button  # type: ignore[attr-defined]
    QTest.mouseClick(later, Qt.MouseButton.LeftButton)
    person.until(lambda: isinstance(person.start_page, FirstRunPage))


def test_a_first_day(person: Asker, qtbot: QtBot) -> None:
    create_workspace(person)
    first = person.start_page
    assert isinstance(first, FirstRunPage)
    person.until(first.samples_button.isEnabled)
    QTest.mouseClick(first.samples_button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(first.begin, Qt.MouseButton.LeftButton)
    person.until(lambda: person.desktop.window.frame is not None)
    workspace, frame = person.workspace, person.frame

    person.key(Qt.Key.Key_3, CONTROL)
    assert isinstance(frame.page, LibraryPage)
    person.until(
        lambda: (
            len(workspace.library.documents()) == 12
            and all(each.state is DocumentState.READY for each in workspace.library.documents())
        )
    )
    person.until(lambda: workspace.library.memory().ready)
    person.see("library")

    person.key(Qt.Key.Key_1, CONTROL)
    person.type(QUESTION)
    person.key(Qt.Key.Key_Return)
    view = person.answered(1)
    assert view.turn is not None
    assert view.turn.state is TurnState.DONE
    assert view.turn.answer is not None
    assert view.turn.answer.answered, view.turn.answer.text
    person.see("answer")

    source_button = view.sources.itemAt(0).widget()
    assert isinstance(source_button, QPushButton)
    source_button.setFocus()
    person.key(Qt.Key.Key_Space)
    person.until(lambda: frame.is_open)
    qtbot.wait(1500)
    person.see("source")
    person.key(Qt.Key.Key_Escape)
    assert not frame.is_open

    # One answer from five passages shows all that there is to show of reading so many.
    workspace.settings.update(lambda settings: structs.replace(settings, assistant=SHORT))
    stop_and_regenerate(person)
    find_the_conversation(person)

    person.key(Qt.Key.Key_L, CONTROL)
    person.until(lambda: isinstance(person.start_page, UnlockPage))
    person.see("locked")


def stop_and_regenerate(person: Asker) -> None:
    person.ask.composer.setFocus()
    person.type("List every step of the immediate actions in anaphylaxis.")
    person.key(Qt.Key.Key_Return, CONTROL)
    session = person.ask.dialogue.session
    person.until(lambda: session.live is None or bool(session.live.text))
    person.key(Qt.Key.Key_Escape)
    view = person.answered(2)
    assert view.turn is not None
    assert view.turn.state in (TurnState.STOPPED, TurnState.DONE)
    person.see("stopped")

    before = view.turn.id
    view.foot.regenerate_button.setFocus()
    person.key(Qt.Key.Key_Space)
    person.until(lambda: session.live is not None or person.turns[-1].turn.id != before)
    view = person.answered(2)
    assert view.turn is not None
    assert view.turn.id != before
    assert view.turn.state is TurnState.DONE


def find_the_conversation(person: Asker) -> None:
    person.key(Qt.Key.Key_F, CONTROL)
    person.type("epinephrine child")
    person.until(lambda: person.ask.list.model.rowCount() > 0)
    QTest.keyClicks(QApplication.focusWidget(), " zebra")
    person.until(lambda: person.ask.list.model.rowCount() == 0)
    person.ask.list.search.clear()
    person.until(lambda: person.ask.list.model.rowCount() > 0)
