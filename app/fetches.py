"""Model downloads and imports that go on while the person walks through the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.operations import Job, Operation, Operations
from engine.errors import UserError
from engine.types import FetchProgress, ModelInfo

if TYPE_CHECKING:
    from engine.workspace import Workspace


@dataclass(frozen=True)
class Fetch:
    """A running or failed download: exactly one of operation and error matters."""

    model: ModelInfo | None
    operation: Operation[ModelInfo] | None
    progress: FetchProgress | None = None
    error: UserError | None = None


IMPORT = "import"
"""Key of the import of a file, of which there is one at a time."""


class Fetches(QObject):
    """Runs downloads, one per model. changed: progress of a key. ended: it is installed, paused or failed."""

    changed = Signal(str)
    ended = Signal(str)
    installed = Signal(object)

    def __init__(self, workspace: Workspace, operations: Operations, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._operations = operations
        self._fetches: dict[str, Fetch] = {}

    @property
    def running(self) -> list[Fetch]:
        return [fetch for fetch in self._fetches.values() if fetch.operation is not None]

    def get(self, key: str) -> Fetch | None:
        """The download of a model, if it runs or failed last."""
        return self._fetches.get(key)

    def start(self, model: ModelInfo, *, accept_terms: bool = False) -> None:
        """Download, or go on with, a model; nothing where it already runs."""
        models = self._workspace.models
        if not self._is_running(model.id):
            self._run(
                model.id,
                model,
                lambda job: models.fetch(model.id, job.report, job.token, accept_terms=accept_terms),
            )

    def import_file(self, path: Path) -> None:
        """Import a model file; nothing where an import already runs."""
        models = self._workspace.models
        if not self._is_running(IMPORT):
            self._run(IMPORT, None, lambda job: models.import_file(path, job.report, job.token))

    def pause(self, key: str) -> None:
        """Stop; what was downloaded is kept, start() goes on from there."""
        fetch = self._fetches.get(key)
        if fetch is not None and fetch.operation is not None:
            fetch.operation.cancel()

    def forget(self, key: str) -> None:
        """Drop a failure that was read."""
        if not self._is_running(key):
            self._fetches.pop(key, None)
            self.ended.emit(key)

    def _is_running(self, key: str) -> bool:
        fetch = self._fetches.get(key)
        return fetch is not None and fetch.operation is not None

    def _run(self, key: str, model: ModelInfo | None, work: Callable[[Job], ModelInfo]) -> None:
        operation = self._operations.start(
            work,
            owner=self,
            on_success=lambda info: self._end(key, model, info),
            on_failure=lambda error: self._end(key, model, error),
            on_cancelled=lambda: self._end(key, model, None),
            on_progress=lambda progress: self._progress(key, progress),
        )
        self._fetches[key] = Fetch(model, operation)
        self.changed.emit(key)

    def _progress(self, key: str, progress: FetchProgress) -> None:
        fetch = self._fetches.get(key)
        if fetch is not None:
            self._fetches[key] = Fetch(fetch.model, fetch.operation, progress)
            self.changed.emit(key)

    def _end(self, key: str, model: ModelInfo | None, outcome: ModelInfo | UserError | None) -> None:
        self._fetches.pop(key, None)
        if isinstance(outcome, UserError):
            self._fetches[key] = Fetch(model, None, error=outcome)
        self.ended.emit(key)
        if isinstance(outcome, ModelInfo):
            self.installed.emit(outcome)
