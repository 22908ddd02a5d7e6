"""Starts operations, delivers what they report, and ends them when the window closes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakSet

from PySide6.QtCore import QObject, Qt, QThreadPool, QTimer, Signal, Slot

from app.operations.operation import Callbacks, DefectHandler, Job, Operation, Task
from engine.errors import UserError

R = TypeVar("R")

# Calls mostly wait for a child process, so more of them than cores is right; one stuck call must not block the others.
_THREADS = 8
# Repaints caused by progress are gathered over this long (UI.md: about 30 ms).
COALESCE_MS = 30


class Operations(QObject):
    """Runs engine calls on its own pool. busy_changed: the number of running operations became zero or left it."""

    busy_changed = Signal(bool)
    _posted = Signal()

    def __init__(self, on_defect: DefectHandler, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._on_defect = on_defect
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(_THREADS)
        self._active: set[Operation[Any]] = set()
        self._owners: WeakSet[QObject] = WeakSet()
        self._lock = threading.Lock()
        self._news: dict[Operation[Any], None] = {}
        self._announced = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(COALESCE_MS)
        self._timer.timeout.connect(self._deliver)
        self._posted.connect(self._wake, Qt.ConnectionType.QueuedConnection)

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
        operation = Operation(work, callbacks, owner, self._post)
        if owner is not None and owner not in self._owners:
            self._owners.add(owner)
            owner.destroyed.connect(self._sweep, Qt.ConnectionType.QueuedConnection)
        self._active.add(operation)
        if len(self._active) == 1:
            self.busy_changed.emit(True)
        self._pool.start(Task(operation))
        return operation

    def cancel_all(self) -> list[Operation[Any]]:
        """Ask every running call to stop and drop its callbacks: what it would report to is about to go.

        Returns the calls, for whoever has to wait until they have stored what they did.
        """
        cancelled = list(self._active)
        for operation in cancelled:
            operation.detach()
            operation.cancel()
        return cancelled

    def wait(self, timeout_ms: int) -> bool:
        """Block until every call ended, at most timeout_ms; false if some still run."""
        return self._pool.waitForDone(timeout_ms)

    def _post(self, operation: Operation[Any]) -> None:
        """Called on pool threads: something came in."""
        with self._lock:
            self._news[operation] = None
            if self._announced and not operation.ended:
                return
            self._announced = True
            self._posted.emit()

    @Slot()
    def _wake(self) -> None:
        with self._lock:
            at_once = any(operation.ended for operation in self._news)
        if at_once:
            self._timer.stop()
            self._deliver()
        elif not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _deliver(self) -> None:
        with self._lock:
            self._announced = False
        # One by one from the shared list: a callback may run a dialog, whose event loop delivers the others meanwhile.
        while (operation := self._next()) is not None:
            try:
                operation.deliver(self._on_defect)
            finally:
                if not operation.running:
                    self._forget(operation)
                elif operation.ended:
                    self._post(operation)

    def _next(self) -> Operation[Any] | None:
        with self._lock:
            operation = next(iter(self._news), None)
            if operation is not None:
                del self._news[operation]
            return operation

    def _forget(self, operation: Operation[Any]) -> None:
        self._active.discard(operation)
        if not self._active:
            self.busy_changed.emit(False)

    @Slot()
    def _sweep(self) -> None:
        for operation in list(self._active):
            if operation.orphaned:
                operation.detach()
                operation.cancel()
