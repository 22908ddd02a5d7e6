"""One engine call that runs on a pool thread and reports to the GUI thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, QRunnable
from shiboken6 import isValid

from engine.cancellation import Cancelled, CancelToken
from engine.errors import UserError

R = TypeVar("R")

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
class Outcome:
    """How a call ended."""

    value: Any = None
    error: BaseException | None = None
    cancelled: bool = False


class Operation(Generic[R]):
    """A running call. cancel() and detach() are called on the GUI thread.

    No QObject: the pool thread holds it too and may be the last to let it go. For the same reason everything that can
    refer to a widget (work, callbacks, owner) is dropped on the GUI thread, by conclude() or detach().
    """

    def __init__(
        self,
        work: Callable[[Job], R],
        callbacks: Callbacks[R],
        owner: QObject | None,
        post: Callable[[Operation[Any]], None],
    ) -> None:
        self.token = CancelToken()
        self._work: Callable[[Job], R] | None = work
        self._callbacks: Callbacks[R] | None = callbacks
        self._owner = owner
        self._post = post
        self._lock = threading.Lock()
        self._reports: list[Any] = []
        self._outcome: Outcome | None = None
        self._worked = threading.Event()
        self._running = True

    @property
    def running(self) -> bool:
        """True until its outcome was delivered."""
        return self._running

    @property
    def ended(self) -> bool:
        """True once the work itself is over, delivered or not."""
        return self._worked.is_set()

    @property
    def orphaned(self) -> bool:
        """True when the owner that it reports to was destroyed."""
        return self._owner is not None and not isValid(self._owner)

    def cancel(self) -> None:
        """Ask the call to stop; the outcome (usually cancelled) is still delivered."""
        self.token.cancel()

    def detach(self) -> None:
        """Let the call go on, but report nothing any more."""
        self._callbacks = None
        self._owner = None

    def wait(self, timeout_s: float) -> bool:
        """Block until the work itself ended, at most timeout_s; for other pool threads."""
        return self._worked.wait(timeout_s)

    def execute(self) -> None:
        """Do the work; runs on a pool thread."""
        outcome = Outcome()
        try:
            self.token.check()
            assert self._work is not None
            outcome.value = self._work(Job(self.token, self._report))
        except Cancelled:
            outcome.cancelled = True
        except BaseException as error:  # noqa: BLE001 - told on the GUI thread, as a sentence or as a defect
            outcome.error = error
        with self._lock:
            self._outcome = outcome
        self._worked.set()
        self._post(self)

    def deliver(self, on_defect: DefectHandler) -> bool:
        """Hand over what came in, on the GUI thread; true if that was the outcome."""
        with self._lock:
            reports, self._reports = self._reports, []
            # The outcome stays where it is until the reports before it were taken well.
            over = self._outcome is not None
        if reports and (callbacks := self._live_callbacks()):
            if callbacks.progress:
                callbacks.progress(reports[-1])
            if callbacks.events:
                callbacks.events(reports)
        if not over:
            return False
        with self._lock:
            outcome, self._outcome = self._outcome, None
        if outcome is None:
            # Delivered by an event loop that one of the callbacks ran.
            return False
        self._running = False
        self._work = None
        try:
            self._conclude(outcome, on_defect)
        finally:
            outcome.value = outcome.error = None
            self.detach()
        return True

    def _report(self, value: Any) -> None:
        with self._lock:
            self._reports.append(value)
        self._post(self)

    def _conclude(self, outcome: Outcome, on_defect: DefectHandler) -> None:
        failure: UserError | None = None
        if isinstance(outcome.error, UserError):
            failure = outcome.error
        elif outcome.error is not None:
            # A defect is always written down, even when nobody waits for the outcome any more.
            failure = on_defect(outcome.error)
        callbacks = self._live_callbacks()
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

    def _live_callbacks(self) -> Callbacks[R] | None:
        if self.orphaned:
            self.detach()
        return self._callbacks


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
