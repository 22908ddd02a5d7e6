"""The life of the desktop program: locked, unlocking, open, locking, closed."""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from app.auto_lock import AutoLock
from app.clipboard import ClipboardGuard
from app.defects import tidings, told
from app.doorway import Doorway, Opening
from app.entrance import Entrance
from app.i18n import tr
from app.main_window import MainWindow
from app.one_window import Call
from app.openings import is_backup, open_file
from app.operations import Operation, Operations
from app.system.pasteboard import concealer
from app.system.session import SessionWatch
from app.theme import Theme
from app.views.page import Page
from app.window.frame import Frame
from app.window.reminders import Reminders
from app.window.watch import StatusWatch
from engine.crashes import CrashReporter
from engine.errors import UserError
from engine.paths import Paths
from engine.settings import SettingsStore
from engine.types import ModelInfo, Permission, Policy

if TYPE_CHECKING:
    from engine.workspace import Workspace

log = logging.getLogger(__name__)

_CLOSE_MS = 2_000
# Who closes or locks a second time within this many seconds of being warned means it.
_AGAIN_S = 15.0


class Desktop(QObject):
    """Owns the window and the open workspace. workspaces: how workspaces are made and opened (the class Workspace).

    session: what tells that the person has left the computer. rolled_back: the version that the launcher has just gone
    back from. restart: set where the person asked for it.
    """

    def __init__(
        self,
        application: QApplication,
        paths: Paths,
        workspaces: Callable[[], type[Workspace]],
        pages: Callable[[], list[type[Page]]],
        crashes: CrashReporter,
        *,
        session: SessionWatch | None = None,
        rolled_back: str = "",
    ) -> None:
        super().__init__()
        self._paths = paths
        self._crashes = crashes
        self._rolled_back = rolled_back
        self.restart: Callable[[Sequence[str]], None] | None = None
        self._settings = SettingsStore(paths.settings_file)
        self._set_aside = self._settings.set_aside
        look = self._settings.get()
        self.theme = Theme(application, look.appearance.theme, look.appearance.font_scale)
        self.operations = Operations(self.on_defect)
        self.window = MainWindow(self.theme)
        self.window.restore_geometry(look.window)
        self.window.closing.connect(self._on_closing)
        self.window.may_close = lambda: self._warned(tr("Desktop", "Close the window again to end the recording."))
        self.workspace: Workspace | None = None
        self._frame: Frame | None = None
        self._files: list[Path] = []
        self._tidings: list[UserError] = []
        self._preparing: Operation[None] | None = None
        several = look.window.get("people") == "several"
        self._doorway = Doorway(paths, workspaces, self.window, self.operations, self.theme, several=several)
        self._doorway.opened.connect(self._open)
        self._entrance = Entrance(self.window, self.operations, self.theme, pages)
        self._entrance.made.connect(self._take_frame)
        self._entrance.entered.connect(self._show_frame)
        self._entrance.left.connect(self.lock)
        self._unfinished: list[ModelInfo] = []
        self._name = ""
        self._told_at = -_AGAIN_S
        self.auto_lock = AutoLock(application, lambda: 60 * self._policy().auto_lock_minutes, self.lock)
        self.clipboard = ClipboardGuard(
            application.clipboard(), lambda: self._policy().clipboard_seconds, mark=concealer()
        )
        self._session = session or SessionWatch()
        self._session.away.connect(self._left)
        self._session.start()

    def start(self) -> None:
        """Show the window with the page that fits: create, unlock, or restore where a backup was opened."""
        if (backup := self._next_backup()) is not None:
            self._doorway.ask_backup(backup)
        else:
            self._doorway.begin()
        self.window.show()

    def answer_call(self, call: Call) -> None:
        """Another start of the program wants this window."""
        self.window.come_forward(call.activation)
        self.open_files([Path(file) for file in call.files])

    def open_files(self, files: Sequence[Path]) -> None:
        """Open files now, or once the workspace is unlocked; a backup needs none."""
        self._files += files
        if self.workspace is None and self.window.isVisible() and (backup := self._next_backup()) is not None:
            self._doorway.ask_backup(backup)
        frame = self.window.frame
        while frame is not None and self._files:
            open_file(frame, self._files.pop(0))

    def _next_backup(self) -> Path | None:
        backup = next((file for file in self._files if is_backup(file)), None)
        if backup is not None:
            self._files.remove(backup)
        return backup

    def on_defect(self, error: BaseException) -> UserError:
        """Write a defect down; returns what the person is told."""
        return told(self._crashes.report(error))

    def _policy(self) -> Policy:
        """What the administrator has decided; what is recommended while nothing is open."""
        return Policy() if self.workspace is None else self.workspace.policy.get()

    def _open(self, opening: Opening) -> None:
        workspace = opening.workspace
        if self.workspace is not None:
            # The keychain and the passphrase came through at the same moment.
            workspace.close()
            return
        self.workspace = workspace
        self._settings = workspace.settings
        self._name = workspace.actor.name
        self.auto_lock.start()
        self._entrance.go(opening)
        if opening.left:
            self.lock()

    def _take_frame(self, frame: Frame) -> None:
        self._frame = frame
        frame.lock_asked.connect(self._lock_asked)
        frame.presence.connect(self.auto_lock.touch)
        frame.restore_asked.connect(lambda file: self.lock(lambda: self._doorway.ask_backup(file)))
        frame.restart_asked.connect(self._restart)
        StatusWatch(frame.context, frame.status_bar, frame)

    def _show_frame(self, frame: Frame) -> None:
        page = frame.restore_layout(self._settings.get().window)
        frame.setParent(None)
        self.window.show_frame(frame)
        frame.open_page(page or frame.page_titles[0][0])
        Reminders(frame.context, frame.banners, frame.status_bar, frame)
        self._tell_what_happened(frame)
        self._go_on_downloading(frame)
        self.open_files([])
        self._prepare_model()

    def _go_on_downloading(self, frame: Frame) -> None:
        """The lock stopped these; their terms were accepted when they began."""
        unfinished, self._unfinished = self._unfinished, []
        if not frame.context.may(Permission.MANAGE_MODELS):
            return
        for model in unfinished:
            frame.fetches.start(model, accept_terms=bool(model.terms))

    def _prepare_model(self) -> None:
        """Have the model ready before the first question. What fails here is told where a question is asked."""
        workspace = self.workspace
        if workspace is not None:
            self._preparing = self.operations.start(
                lambda job: workspace.assistant.prepare(job.token), on_failure=lambda _error: None
            )

    def _tell_what_happened(self, frame: Frame) -> None:
        """One at each opening: a second notice would take the place of the first."""
        self._tidings += tidings(self._paths.crash_dir, self._rolled_back, self._set_aside)
        self._rolled_back, self._set_aside = "", None
        if self._tidings:
            frame.notices.error(self._tidings.pop(0))

    # locking and closing

    def _left(self) -> None:
        """The person locked the screen, or the computer falls asleep."""
        if self.workspace is None:
            self._doorway.leave()
            self._session.closed()
        else:
            self.lock()

    def _lock_asked(self) -> None:
        if self._warned(tr("Desktop", "Lock again to end the recording.")):
            self.lock()

    def _warned(self, again: str) -> bool:
        """Whether nothing would be cut off, or the person was told so just now and asks again."""
        frame = self.window.frame
        reason = frame.reason_to_stay() if frame is not None else ""
        if not reason or frame is None:
            return True
        if time.monotonic() - self._told_at < _AGAIN_S:
            return True
        self._told_at = time.monotonic()
        frame.notices.toast(f"{reason} {again} {tr('Desktop', 'What was recorded is kept.')}")
        return False

    def lock(self, then: Callable[[], object] | None = None) -> None:
        """Close the workspace and ask for the passphrase; nothing that was stored is lost. then: what to do instead
        of asking."""
        workspace, self.workspace = self.workspace, None
        if workspace is None:
            return
        ending = self._end_work()
        page = self._doorway.ask_passphrase(self._name)
        page.set_busy(tr("Desktop", "Locking …"))

        def close() -> None:
            # An answer that was stopped is stored by its own thread; the database stays open for that.
            deadline = time.monotonic() + _CLOSE_MS / 1000
            for operation in ending:
                operation.wait(max(0.0, deadline - time.monotonic()))
            workspace.close()

        def closed() -> None:
            self._session.closed()
            # What the views held is let go now, not when so much has gathered.
            gc.collect()
            page.set_busy("")
            if then is not None:
                then()

        self.operations.start(
            lambda _job: close(), owner=page, on_failure=page.show_failure, on_success=lambda _none: closed()
        )

    def close(self) -> None:
        """End everything; called when the window is gone."""
        self._end_work()
        self.operations.wait(_CLOSE_MS)
        workspace, self.workspace = self.workspace, None
        if workspace is not None:
            workspace.close()
        self.operations.wait(_CLOSE_MS)
        self._session.close()
        self.clipboard.close()
        self.theme.close()

    def _restart(self) -> None:
        """Close the window; who runs the program starts the installed version once everything is closed."""
        if self.workspace is not None:
            self.restart = self.workspace.updates.restart
            self.window.close()

    def _on_closing(self) -> None:
        self.window.hide()
        self._remember()

    def _end_work(self) -> list[Operation[Any]]:
        self.auto_lock.stop()
        self.clipboard.clear()
        self._remember()
        if self._frame is not None:
            self._unfinished = [fetch.model for fetch in self._frame.fetches.running if fetch.model is not None]
            self._frame.close_work()
            self._frame = None
        # A model that is being loaded has nothing to store: the lock does not wait for it.
        return [each for each in self.operations.cancel_all() if each is not self._preparing]

    def _remember(self) -> None:
        state = self.window.geometry_state()
        state["people"] = "several" if self._doorway.several else "one"
        if self.window.frame is not None:
            state |= self.window.frame.layout_state()
        if not self._paths.keys_file.exists():
            # Nothing is written before the person made a workspace.
            return
        try:
            self._settings.update(lambda now: msgspec.structs.replace(now, window=now.window | state))
        except UserError as error:
            # The place of the window is not worth keeping the person from closing it.
            log.warning("window_not_remembered", exc_info=error)
