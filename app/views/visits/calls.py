"""Engine calls on visits: acts one after another in the order in which they were made, readings beside them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from app.context import AppContext
    from app.operations import Operation
    from engine.errors import UserError

R = TypeVar("R")


@dataclass(frozen=True)
class _Act:
    work: Callable[[], Any]
    take: Callable[[Any], object] | None
    failed: Callable[[UserError], object] | None


class VisitCalls(QObject):
    """Failures are told through the window's notices where the caller does not take them."""

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._waiting: deque[_Act] = deque()
        self._running: Operation[Any] | None = None

    @property
    def busy(self) -> bool:
        return self._running is not None

    def act(
        self,
        work: Callable[[], R],
        take: Callable[[R], object] | None = None,
        failed: Callable[[UserError], object] | None = None,
    ) -> None:
        """Do something once everything before it is done."""
        self._waiting.append(_Act(work, take, failed))
        self._next()

    def read(
        self,
        work: Callable[[], R],
        take: Callable[[R], object],
        failed: Callable[[UserError], object] | None = None,
    ) -> Operation[R]:
        """Ask for something now."""
        return self._start(_Act(work, take, failed))

    def finish(self) -> None:
        """Do what waits, on this thread: the workspace is about to be locked. Each takes milliseconds."""
        waiting, self._waiting = self._waiting, deque()
        for act in waiting:
            act.work()

    def _next(self) -> None:
        if self._running is None and self._waiting:
            self._running = self._start(self._waiting.popleft(), self._over)

    def _over(self) -> None:
        self._running = None
        self._next()

    def _start(self, act: _Act, over: Callable[[], None] | None = None) -> Operation[Any]:
        def took(value: Any) -> None:
            if act.take is not None:
                act.take(value)

        def failed(error: UserError) -> None:
            (act.failed or self._context.notices.error)(error)

        return self._context.operations.start(
            lambda _job: act.work(), owner=self, on_success=took, on_failure=failed, on_finished=over
        )
