"""A page on a desk: the real look, runner and changes over the fakes of the engine, and a window around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace

from PySide6.QtWidgets import QApplication, QSplitter, QWidget

from app.changes import Changes
from app.context import AppContext
from app.operations import Operations
from app.theme import Theme
from engine.errors import UserError
from engine.people.permissions import actor_of
from engine.types import Change, Role
from tests.app.fakes_assistant import MODEL, FakeAssistant
from tests.app.fakes_library import FakeLibrary


class FakeWorkspace:
    """library, assistant and models with one publisher."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Change], None]] = []
        self.library = FakeLibrary(self.publish)
        self.assistant = FakeAssistant(self.publish)
        self.model: object | None = MODEL
        self.models = SimpleNamespace(in_use=lambda: self.model)
        self.actor = actor_of("u1", "Dr Reyes", Role.ADMINISTRATOR)

    def publish(self, change: Change) -> None:
        for listener in list(self._listeners):
            listener(change)

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)


@dataclass
class Told:
    """What the page said to the window."""

    toasts: list[tuple[str, Callable[[], None] | None]] = field(default_factory=list)
    errors: list[UserError] = field(default_factory=list)
    pages: list[tuple[str, object | None]] = field(default_factory=list)
    work: list[str] = field(default_factory=list)


class Panel:
    """The area right of the page."""

    def __init__(self, splitter: QSplitter) -> None:
        self._splitter = splitter
        self.widget: QWidget | None = None

    def show_widget(self, widget: QWidget, title: str) -> None:
        self.close_panel()
        self.widget = widget
        holder = widget
        self._splitter.addWidget(holder)
        width = self._splitter.width()
        self._splitter.setSizes([width - 420, 420])

    def close_panel(self) -> None:
        if self.widget is not None:
            self.widget.hide()
            self.widget.deleteLater()
            self.widget = None

    @property
    def is_open(self) -> bool:
        return self.widget is not None


class Desk:
    """Everything a page is given, and the page in its window."""

    def __init__(self, application: QApplication, choice: str = "light", scale: float = 1.0) -> None:
        self.workspace = FakeWorkspace()
        self.theme = Theme(application, choice, scale)
        self.told = Told()
        self.defects: list[BaseException] = []
        self.operations = Operations(self._defect)
        self.window = QSplitter()
        self.window.setObjectName("page")
        self.window.setHandleWidth(1)
        self.panel = Panel(self.window)
        self.changes = Changes(self.workspace, self.window)
        told = self.told
        self.context = AppContext(
            workspace=self.workspace,  # type: ignore[arg-type]
            settings=None,  # type: ignore[arg-type]
            theme=self.theme,
            operations=self.operations,
            changes=self.changes,
            fetches=None,  # type: ignore[arg-type]
            navigation=SimpleNamespace(open_page=lambda key, target=None: told.pages.append((key, target))),  # type: ignore[arg-type]
            panel=self.panel,
            notices=SimpleNamespace(  # type: ignore[arg-type]
                toast=lambda message, undo=None: told.toasts.append((message, undo)), error=told.errors.append
            ),
            status=SimpleNamespace(show_speed=lambda _speed: None, show_work=told.work.append),  # type: ignore[arg-type]
        )

    def _defect(self, error: BaseException) -> UserError:
        self.defects.append(error)
        return UserError("A defect", details=repr(error))

    def show(self, page: QWidget, width: int = 860, height: int = 640) -> None:
        self.window.addWidget(page)
        self.window.resize(width, height)
        self.window.show()

    def close(self) -> None:
        """End everything and fail the test if the page ran into a defect."""
        self.changes.close()
        self.operations.cancel_all()
        self.operations.wait(3000)
        self.window.close()
        self.window.deleteLater()
        QApplication.processEvents()
        self.theme.close()
        assert not self.defects, self.defects
