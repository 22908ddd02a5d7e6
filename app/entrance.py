"""From an opened workspace to its window: one's own passphrase, the recovery key, the first run, as they are due."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.doorway import Opening
from app.main_window import MainWindow
from app.operations import Operations
from app.theme import Theme
from app.views.first_run import FirstRunPage
from app.views.own_passphrase import OwnPassphrasePage
from app.views.page import Page
from app.views.recovery_key import RecoveryKeyPage
from app.views.start import StartPage
from app.window.frame import Frame

if TYPE_CHECKING:
    from engine.workspace import Workspace


class Entrance(QObject):
    """made: the frame is there, and may stand behind the pages of a first start. entered: it is to be shown.

    left: the person signs out again before that.
    """

    made = Signal(object)
    entered = Signal(object)
    left = Signal()

    def __init__(
        self, window: MainWindow, operations: Operations, theme: Theme, pages: Callable[[], list[type[Page]]]
    ) -> None:
        super().__init__()
        self._window = window
        self._operations = operations
        self._theme = theme
        self._page_types = pages

    def go(self, opening: Opening) -> None:
        """Show what comes first."""
        if opening.workspace.must_change:
            self._ask_own_passphrase(opening)
        else:
            self._enter(opening.workspace, opening.first)

    def _ask_own_passphrase(self, opening: Opening) -> None:
        workspace = opening.workspace
        page = OwnPassphrasePage(self._theme, workspace.actor.name)

        def change(new: str) -> None:
            self._operations.start(
                lambda _job: workspace.people.change_passphrase(opening.passphrase, new),
                owner=page,
                on_success=lambda _none: self._enter(workspace, False),
                on_failure=page.show_failure,
            )

        page.submitted.connect(change)
        page.left.connect(self.left)
        self._window.show_start(page)

    def _enter(self, workspace: Workspace, first: bool) -> None:
        frame = Frame(workspace, workspace.settings, self._theme, self._operations, self._page_types())
        self.made.emit(frame)
        if first:
            self._ask_to_make_key(frame)
        else:
            self.entered.emit(frame)

    def _ask_to_make_key(self, frame: Frame) -> None:
        page = RecoveryKeyPage(frame.context)
        page.finished.connect(lambda: self._show_first_run(frame))
        self._show_before(frame, page)

    def _show_first_run(self, frame: Frame) -> None:
        page = FirstRunPage(frame.context)
        page.finished.connect(lambda: self.entered.emit(frame))
        self._show_before(frame, page)

    def _show_before(self, frame: Frame, page: StartPage) -> None:
        """The page holds the frame: a lock takes both."""
        frame.setParent(page)
        frame.hide()
        self._window.show_start(page)
