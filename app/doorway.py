"""The way into a workspace: first start, passphrase, or the computer's keychain."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from app.i18n import tr
from app.main_window import MainWindow
from app.operations import Job, Operations
from app.theme import Theme
from app.views.unlock import CreatePage, UnlockPage
from engine.errors import NewerSchema, UserError
from engine.paths import Paths
from engine.types import EarlierCopy

if TYPE_CHECKING:
    from engine.workspace import Workspace

W = TypeVar("W", "Workspace", "Workspace | None")


class Doorway(QObject):
    """Shows the page that fits in the window. opened: the workspace, and whether it was made just now."""

    opened = Signal(object, bool)

    def __init__(
        self,
        paths: Paths,
        workspaces: Callable[[], type[Workspace]],
        window: MainWindow,
        operations: Operations,
        theme: Theme,
    ) -> None:
        super().__init__()
        self._paths = paths
        self._workspaces = workspaces
        self._window = window
        self._operations = operations
        self._theme = theme

    def begin(self) -> None:
        """At the start of the program. The engine is loaded on another thread while the person begins to type."""
        if self._paths.keys_file.exists():
            self.ask_passphrase()
            self._try_keychain()
        else:
            self._ask_new_passphrase()

    def ask_passphrase(self) -> UnlockPage:
        """Show the unlock page."""
        page = UnlockPage(self._theme)
        page.submitted.connect(lambda passphrase: self._unlock(page, passphrase))
        page.copy_wanted.connect(lambda copy: self._put_back(page, copy))
        self._window.show_start(page)
        return page

    def _unlock(self, page: UnlockPage, passphrase: str) -> None:
        self._operations.start(
            lambda job: _kept(job, self._workspaces().unlock(self._paths, passphrase)),
            on_success=lambda workspace: self.opened.emit(workspace, False),
            on_failure=lambda error: self._not_opened(page, error),
            owner=page,
        )

    def _not_opened(self, page: UnlockPage, error: UserError) -> None:
        page.show_failure(error)
        if not isinstance(error, NewerSchema):
            return

        def offer(copies: list[EarlierCopy]) -> None:
            if copies:
                page.offer_copy(copies[0])

        self._operations.start(
            lambda _job: self._workspaces().earlier_copies(self._paths),
            owner=page,
            on_success=offer,
            on_failure=page.show_failure,
        )

    def _put_back(self, page: UnlockPage, copy: EarlierCopy) -> None:
        page.set_busy(tr("Doorway", "Putting the copy back …"))
        self._operations.start(
            lambda _job: self._workspaces().put_back(self._paths, copy),
            owner=page,
            on_success=page.show_put_back,
            on_failure=page.show_failure,
        )

    def _try_keychain(self) -> None:
        def opened(workspace: Workspace | None) -> None:
            if workspace is not None:
                self.opened.emit(workspace, False)

        self._operations.start(
            lambda job: _kept(job, self._workspaces().unlock_with_keyring(self._paths)),
            on_success=opened,
            # The person can still give the passphrase; its own failure then says what is wrong.
            on_failure=lambda _error: None,
        )

    def _ask_new_passphrase(self) -> None:
        page = CreatePage(self._theme)
        page.submitted.connect(lambda passphrase, remember: self._create(page, passphrase, remember))
        self._window.show_start(page)

        def looked(exists: bool, keychain: bool) -> None:
            if exists:
                # A damaged workspace: its own failure says what to do; none may be made over it.
                self.ask_passphrase()
            else:
                page.offer_keychain(keychain)

        self._operations.start(
            lambda _job: (self._workspaces().exists(self._paths), self._workspaces().keyring_available()),
            owner=page,
            on_success=lambda found: looked(*found),
            on_failure=page.show_failure,
        )

    def _create(self, page: CreatePage, passphrase: str, remember: bool) -> None:
        self._operations.start(
            lambda job: _kept(job, self._workspaces().create(self._paths, passphrase, remember)),
            owner=page,
            on_success=lambda workspace: self.opened.emit(workspace, True),
            on_failure=page.show_failure,
        )


def _kept(job: Job, workspace: W) -> W:
    """The workspace just opened, unless the window was closed meanwhile: then nobody would ever close it."""
    if job.token.cancelled and workspace is not None:
        workspace.close()
    job.token.check()
    return workspace
