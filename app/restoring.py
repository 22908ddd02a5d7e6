"""Bringing back a workspace from a backup, before any is open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.main_window import MainWindow
from app.operations import Job, Operations
from app.theme import Theme
from app.views.restore import RestorePage, Secrets
from engine.paths import Paths

if TYPE_CHECKING:
    from engine.workspace import Workspace


class Restoring:
    """Shows the page in the window and does what it asks for."""

    def __init__(
        self,
        paths: Paths,
        workspaces: Callable[[], type[Workspace]],
        window: MainWindow,
        operations: Operations,
        theme: Theme,
    ) -> None:
        self._paths = paths
        self._workspaces = workspaces
        self._window = window
        self._operations = operations
        self._theme = theme

    def show(self, file: Path | None) -> RestorePage:
        """file: the backup that the person has chosen already."""
        page = RestorePage(self._theme, in_place=self._paths.keys_file.exists())
        page.file_chosen.connect(lambda chosen: self._look(page, chosen))
        page.submitted.connect(lambda chosen, secrets: self._restore(page, chosen, secrets))
        self._window.show_start(page)
        if file is not None:
            page.open(file)
        return page

    def _look(self, page: RestorePage, file: Path) -> None:
        self._operations.start(
            lambda _job: self._workspaces().look_at_backup(file),
            owner=page,
            on_success=page.show_found,
            on_failure=page.show_failure,
        )

    def _restore(self, page: RestorePage, file: Path, secrets: Secrets) -> None:
        def restore(job: Job) -> Path | None:
            return self._workspaces().restore(
                file,
                self._paths,
                name=secrets.name,
                passphrase=secrets.passphrase,
                recovery_key=secrets.recovery_key,
                report=job.report,
                token=job.token,
            )

        operation = self._operations.start(
            restore,
            owner=page,
            on_success=page.show_restored,
            on_failure=page.show_failure,
            on_progress=page.show_progress,
            on_cancelled=page.show_stopped,
        )
        page.cancel_wanted.connect(operation.cancel)
