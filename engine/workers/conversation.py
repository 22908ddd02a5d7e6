"""One call in flight, seen from its caller: events, the cancel ladder, the deadline, and its one end."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from typing import Any

import msgspec

from engine.cancellation import Cancelled
from engine.errors import DeadlineExceeded, WorkerCrashed
from engine.workers import protocol
from engine.workers.failures import from_failure
from engine.workers.process import ChildProcess, Death, End, Inbox, StopRequest
from engine.workers.protocol import E, Method, R
from engine.workers.roles import Role

CANCEL_GRACE_S = 2.0


class NeverStarted(Exception):
    """The child ended before it came to this call. crash: unless it was ended for the sake of another call."""

    def __init__(self, crash: WorkerCrashed | None = None) -> None:
        super().__init__()
        self.crash = crash


class Conversation:
    """One call in flight. Stopping it: tell the child, give it 2 s, then end the child."""

    def __init__(self, role: Role, child: ChildProcess, call_id: int, inbox: Inbox, deadline_s: float | None) -> None:
        self._role = role
        self._child = child
        self._id = call_id
        self._inbox = inbox
        self._deadline_s = deadline_s
        self._until: float | None = None
        self._method = ""
        self._started = False
        self._stopping: BaseException | None = None
        self._callers_error: Exception | None = None

    def run(self, method: Method[Any, R, E], on_event: Callable[[E], None] | None) -> R:
        ended = False
        self._method = method.name
        try:
            while True:
                item = self._next()
                match item:
                    case protocol.Result(value=value):
                        ended = True
                        if self._callers_error is not None:
                            raise self._callers_error
                        return msgspec.msgpack.decode(value, type=method.result)
                    case protocol.Progress(event=event):
                        if on_event is not None and self._stopping is None:
                            self._deliver(on_event, msgspec.msgpack.decode(event, type=method.event))
                    case protocol.Failure() | protocol.CancelledReply() | Death():
                        ended = True
                        raise self._outcome(item)
                    case protocol.Started():
                        self._begin()
                    case StopRequest():
                        self._stop(Cancelled())
                    case None:
                        ended = self._expire()
        finally:
            if not ended:  # an interrupt of this thread: the child should not go on for nobody
                self._child.cancel(self._id)

    def _next(self) -> object | None:
        left = None if self._until is None else max(0.0, self._until - time.monotonic())
        try:
            return self._inbox.get(timeout=left)
        except queue.Empty:
            return None

    def _begin(self) -> None:
        self._started = True
        if self._stopping is None and self._deadline_s is not None:
            self._until = time.monotonic() + self._deadline_s

    def _deliver(self, on_event: Callable[[E], None], event: E) -> None:
        try:
            on_event(event)
        except Exception as error:  # noqa: BLE001 - the caller's own error ends the call and is raised to it
            self._callers_error = error
            self._stop(error)

    def _stop(self, reason: BaseException) -> None:
        if self._stopping is None:
            self._stopping = reason
            self._until = time.monotonic() + CANCEL_GRACE_S
            self._child.cancel(self._id)

    def _expire(self) -> bool:
        """Time is up: stop the call, or end a child that does not stop. True if nothing is left to wait for."""
        if self._stopping is None:
            self._stop(_too_slow(self._role, self._deadline_s or 0.0))
            return False
        if not self._started:  # it waits behind another call that must not suffer
            raise self._stopping
        self._until = None
        self._child.kill(f"{self._method}:{type(self._stopping).__name__}")
        return False

    def _outcome(self, item: object) -> BaseException:
        if isinstance(item, protocol.Failure):
            return from_failure(item)
        if self._stopping is not None:
            return self._stopping
        if not isinstance(item, Death) or item.end is End.CLOSED:
            return Cancelled()
        if item.failure is not None:
            return from_failure(item.failure)
        if item.end is End.KILLED and not self._started:
            return NeverStarted()
        crash = _crashed(self._role, item)
        return crash if self._started else NeverStarted(crash)


def _too_slow(role: Role, seconds: float) -> DeadlineExceeded:
    return DeadlineExceeded(
        f"The part of Chartside that {role.label} took longer than {seconds:.0f} s and was stopped.",
        "Try again; if it happens again, leave out the file or question that causes it.",
    )


def _crashed(role: Role, death: Death) -> WorkerCrashed:
    return WorkerCrashed(
        f"The part of Chartside that {role.label} stopped unexpectedly.",
        "Nothing stored is lost. Try again; it starts afresh.",
        death.details,
    )
