"""The way into a workspace: first start, passphrase, recovery key, the computer's keychain, or a backup."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.i18n import tr
from app.main_window import MainWindow
from app.operations import Job, Operations
from app.restoring import Restoring
from app.theme import Theme
from app.views.create import CreatePage
from app.views.emergency import EmergencyPage
from app.views.unlock import UnlockPage
from engine.errors import NewerSchema, UserError
from engine.paths import Paths
from engine.types import EarlierCopy

if TYPE_CHECKING:
    from engine.workspace import Workspace


@dataclass(frozen=True)
class Opening:
    """A workspace that was just opened. first: it was made just now. passphrase: the one that was typed, where it has
    to be changed before anything else. left: the person went away while it was being opened."""

    workspace: Workspace
    first: bool = False
    passphrase: str = ""
    left: bool = False


class Doorway(QObject):
    """Shows the page that fits in the window. opened: an Opening.

    several: whether several people may sign in, as far as is known before the key file was read.
    """

    opened = Signal(object)

    def __init__(
        self,
        paths: Paths,
        workspaces: Callable[[], type[Workspace]],
        window: MainWindow,
        operations: Operations,
        theme: Theme,
        *,
        several: bool = False,
    ) -> None:
        super().__init__()
        self._paths = paths
        self._workspaces = workspaces
        self._window = window
        self._operations = operations
        self._theme = theme
        self.several = several
        self._left = False
        self._restoring = Restoring(paths, workspaces, window, operations, theme)

    def begin(self) -> None:
        """At the start of the program. The engine is loaded on another thread while the person begins to type."""
        if self._paths.keys_file.exists():
            self.ask_passphrase()
            self._try_keychain()
        else:
            self._ask_new_passphrase()

    def leave(self) -> None:
        """The person goes away: who comes next must not find open what is being opened now."""
        self._left = True

    def ask_passphrase(self, known: str = "") -> UnlockPage:
        """Show the unlock page. known: who was signed in before the lock."""
        page = UnlockPage(self._theme)
        if self.several:
            page.ask_name(known)
        page.submitted.connect(lambda passphrase, name: self._unlock(page, passphrase, name))
        page.copy_wanted.connect(lambda copy: self._put_back(page, copy))
        page.emergency_wanted.connect(self._ask_recovery_key)
        page.restore_wanted.connect(self.ask_backup)
        self._window.show_start(page)
        self._look_at_key_file(page, known)
        return page

    def ask_backup(self, file: Path | None = None) -> None:
        """Show the page that brings back a backup; nothing may be open. file: which one."""
        page = self._restoring.show(file)
        page.left.connect(self._back)

    def _back(self) -> None:
        if self._paths.keys_file.exists():
            self.ask_passphrase()
        else:
            self._ask_new_passphrase()

    def _look_at_key_file(self, page: UnlockPage, known: str) -> None:
        """Who may sign in, and how. A key file that cannot be read is told of when it is used."""
        own = known or _account_name()

        def look() -> tuple[bool, bool, str]:
            workspaces, paths = self._workspaces(), self._paths
            several = workspaces.names_needed(paths)
            name = own if several and workspaces.known_name(paths, own) else ""
            return several, workspaces.has_recovery_key(paths), name

        def show(found: tuple[bool, bool, str]) -> None:
            self.several, recovery, name = found
            if self.several:
                page.ask_name(name)
            else:
                page.ask_no_name()
            page.offer_emergency(recovery)

        self._operations.start(lambda _job: look(), owner=page, on_success=show, on_failure=lambda _error: None)

    def _unlock(self, page: UnlockPage, passphrase: str, name: str) -> None:
        self._start_opening(
            lambda: self._workspaces().unlock(self._paths, passphrase, name),
            lambda error: self._not_opened(page, error),
            owner=page,
            passphrase=passphrase,
        )

    def _start_opening(
        self,
        open_: Callable[[], Workspace | None],
        on_failure: Callable[[UserError], None],
        *,
        owner: QObject | None = None,
        first: bool = False,
        passphrase: str = "",
    ) -> None:
        """Have open_ open a workspace, or find that it cannot (None). The rest as in Opening."""

        def opened(workspace: Workspace | None) -> None:
            if workspace is not None:
                typed = passphrase if workspace.must_change else ""
                self.opened.emit(Opening(workspace, first, typed, self._left))

        self._left = False
        self._operations.start(lambda job: _kept(job, open_()), owner=owner, on_success=opened, on_failure=on_failure)

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

    def _ask_recovery_key(self) -> None:
        page = EmergencyPage(self._theme)
        page.submitted.connect(lambda key, reason: self._open_with_recovery_key(page, key, reason))
        page.back_wanted.connect(self.ask_passphrase)
        self._window.show_start(page)

    def _open_with_recovery_key(self, page: EmergencyPage, key: str, reason: str) -> None:
        self._start_opening(
            lambda: self._workspaces().emergency(self._paths, key, reason), page.show_failure, owner=page
        )

    def _try_keychain(self) -> None:
        # The person can still give the passphrase; its own failure then says what is wrong.
        self._start_opening(lambda: self._workspaces().unlock_with_keyring(self._paths), lambda _error: None)

    def _ask_new_passphrase(self) -> None:
        page = CreatePage(self._theme)
        page.submitted.connect(lambda *given: self._create(page, *given))
        page.restore_wanted.connect(self.ask_backup)
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

    def _create(self, page: CreatePage, passphrase: str, remember: bool, name: str) -> None:
        self._start_opening(
            lambda: self._workspaces().create(self._paths, passphrase, remember, name),
            page.show_failure,
            owner=page,
            first=True,
        )


def _kept(job: Job, workspace: Workspace | None) -> Workspace | None:
    """The workspace just opened, unless the window was closed meanwhile: then nobody would ever close it."""
    if job.token.cancelled and workspace is not None:
        workspace.close()
    job.token.check()
    return workspace


def _account_name() -> str:
    """Who is signed in to the computer; "" where the system does not tell."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
