"""Starts operations and ends them when the window closes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QThreadPool, Signal

from app.operations.operation import Callbacks, DefectHandler, Job, Operation, Task
from engine.errors import UserError

R = TypeVar("R")

# Calls mostly wait for a child process, so more of them than cores is right; one stuck call must not block the others.
_THREADS = 8


class Operations(QObject):
    """Runs engine calls on its own pool. busy_changed: the number of running operations became zero or left it."""

    busy_changed = Signal(bool)

    def __init__(self, on_defect: DefectHandler, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._on_defect = on_defect
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(_THREADS)
        self._active: set[Operation[Any]] = set()

    @property
    def busy(self) -> bool:
        return bool(self._active)

    def start(
        self,
        work: Callable[[Job], R],
        *,
        owner: QObject | None = None,
        on_success: Callable[[R], None] | None = None,
        on_failure: Callable[[UserError], None] | None = None,
        on_progress: Callable[[Any], None] | None = None,
        on_events: Callable[[list[Any]], None] | None = None,
        on_cancelled: Callable[[], None] | None = None,
        on_finished: Callable[[], None] | None = None,
    ) -> Operation[R]:
        """Run work(job) on a pool thread; every callback runs on the GUI thread. Call this on the GUI thread.

        work passes job.token to the engine and job.report to its progress argument. on_progress gets the newest report
        only, on_events every report in order; both at most every 30 ms. When owner is destroyed the call is cancelled
        and nothing is called back. An exception that is not a UserError is a defect: it is written to a crash file and
        on_failure gets a UserError that says so.
        """
        callbacks: Callbacks[R] = Callbacks(on_success, on_failure, on_progress, on_events, on_cancelled, on_finished)
        operation = Operation(work, callbacks, owner=owner, on_defect=self._on_defect, parent=self)
        operation.ended.connect(lambda: self._forget(operation))
        self._active.add(operation)
        if len(self._active) == 1:
            self.busy_changed.emit(True)
        self._pool.start(Task(operation))
        return operation

    def cancel_all(self) -> None:
        """Ask every running call to stop and drop their callbacks: what they would report to is about to go."""
        for operation in list(self._active):
            operation.detach()
            operation.cancel()

    def wait(self, timeout_ms: int) -> bool:
        """Block until every call ended, at most timeout_ms; false if some still run."""
        return self._pool.waitForDone(timeout_ms)

    def _forget(self, operation: Operation[Any]) -> None:
        self._active.discard(operation)
        operation.deleteLater()
        if not self._active:
            self.busy_changed.emit(False)
