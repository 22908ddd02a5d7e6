"""One engine call that runs on a pool thread and reports to the GUI thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, QRunnable, Qt, QTimer, Signal, Slot
from shiboken6 import isValid

from engine.cancellation import Cancelled, CancelToken
from engine.errors import UserError

R = TypeVar("R")

# Repaints caused by progress are gathered over this long (UI.md: about 30 ms).
COALESCE_MS = 30

DefectHandler = Callable[[BaseException], UserError]


class Job:
    """What the work is given: the token to pass to the engine, and report() for progress. Used on the pool thread."""

    def __init__(self, token: CancelToken, report: Callable[[Any], None]) -> None:
        self.token = token
        self.report = report


@dataclass(frozen=True)
class Callbacks(Generic[R]):
    """Called on the GUI thread. Exactly one of success, failure, cancelled is called, then finished."""

    success: Callable[[R], None] | None = None
    failure: Callable[[UserError], None] | None = None
    progress: Callable[[Any], None] | None = None
    events: Callable[[list[Any]], None] | None = None
    cancelled: Callable[[], None] | None = None
    finished: Callable[[], None] | None = None


@dataclass
class _Outcome:
    value: Any = None
    error: BaseException | None = None
    cancelled: bool = False


@dataclass
class _Inbox:
    """Filled by the pool thread, emptied by the GUI thread."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    reports: list[Any] = field(default_factory=list)
    outcome: _Outcome | None = None
    announced: bool = False


class Operation(QObject, Generic[R]):
    """A running call. Lives on the GUI thread; cancel() and detach() are called there."""

    ended = Signal()
    _posted = Signal()

    def __init__(
        self,
        work: Callable[[Job], R],
        callbacks: Callbacks[R],
        *,
        owner: QObject | None,
        on_defect: DefectHandler,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.token = CancelToken()
        self._work = work
        self._callbacks: Callbacks[R] | None = callbacks
        self._owner = owner
        self._on_defect = on_defect
        self._inbox = _Inbox()
        self._running = True
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(COALESCE_MS)
        self._timer.timeout.connect(self._deliver)
        self._posted.connect(self._wake, Qt.ConnectionType.QueuedConnection)
        if owner is not None:
            owner.destroyed.connect(self._abandon)

    @property
    def running(self) -> bool:
        """True until its outcome was delivered."""
        return self._running

    def cancel(self) -> None:
        """Ask the call to stop; the outcome (usually cancelled) is still delivered."""
        self.token.cancel()

    def detach(self) -> None:
        """Let the call go on, but report nothing any more."""
        self._callbacks = None

    def execute(self) -> None:
        """Do the work; runs on a pool thread."""
        outcome = _Outcome()
        try:
            self.token.check()
            outcome.value = self._work(Job(self.token, self._report))
        except Cancelled:
            outcome.cancelled = True
        except BaseException as error:  # noqa: BLE001 - told on the GUI thread, as a sentence or as a defect
            outcome.error = error
        self._post(outcome=outcome)

    def _report(self, value: Any) -> None:
        self._post(report=value)

    def _post(self, report: Any = None, outcome: _Outcome | None = None) -> None:
        inbox = self._inbox
        with inbox.lock:
            if outcome is None:
                inbox.reports.append(report)
            else:
                inbox.outcome = outcome
            announce = not inbox.announced or outcome is not None
            inbox.announced = True
        if announce and isValid(self):
            self._posted.emit()

    @Slot()
    def _wake(self) -> None:
        if self._inbox.outcome is not None:
            self._timer.stop()
            self._deliver()
        elif not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _deliver(self) -> None:
        with self._inbox.lock:
            reports, self._inbox.reports = self._inbox.reports, []
            outcome, self._inbox.announced = self._inbox.outcome, False
        callbacks = self._live_callbacks()
        if reports and callbacks:
            if callbacks.progress:
                callbacks.progress(reports[-1])
            if callbacks.events:
                callbacks.events(reports)
        if outcome is not None and self._running:
            self._running = False
            try:
                self._conclude(outcome)
            finally:
                self.ended.emit()

    def _conclude(self, outcome: _Outcome) -> None:
        callbacks = self._live_callbacks()
        # A defect is always written down, even when nobody waits for the outcome any more.
        failure = self._told(outcome.error) if outcome.error is not None else None
        if callbacks is None:
            return
        if outcome.cancelled:
            _call(callbacks.cancelled)
        elif failure is not None:
            _call(callbacks.failure, failure)
        else:
            _call(callbacks.success, outcome.value)
        if self._live_callbacks() is not None:
            _call(callbacks.finished)

    def _told(self, error: BaseException) -> UserError:
        return error if isinstance(error, UserError) else self._on_defect(error)

    def _live_callbacks(self) -> Callbacks[R] | None:
        if self._owner is not None and not isValid(self._owner):
            self._callbacks = None
        return self._callbacks

    @Slot()
    def _abandon(self) -> None:
        self.detach()
        self.cancel()


class Task(QRunnable):
    """Runs an operation on a pool thread and keeps it alive meanwhile."""

    def __init__(self, operation: Operation[Any]) -> None:
        super().__init__()
        self._operation = operation

    def run(self) -> None:
        self._operation.execute()


def _call(callback: Callable[..., None] | None, *arguments: Any) -> None:
    if callback is not None:
        callback(*arguments)
