"""The program's side of one role: calls that block, report progress, can be cancelled and always end."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from engine.cancellation import Cancelled, CancelToken
from engine.errors import DeadlineExceeded, WorkerCrashed
from engine.workers import protocol
from engine.workers.failures import from_failure
from engine.workers.process import ChildProcess, Death, End, Inbox, StopRequest
from engine.workers.protocol import E, Method, P, R
from engine.workers.roles import Role

CANCEL_GRACE_S = 2.0
_FIRST_BACKOFF_S = 0.2
_LONGEST_BACKOFF_S = 10.0
_BACKOFF_STEP_S = 0.05


class WorkerClient:
    """Calls into the child process of one role, which is started at the first call and again after a death.

    Thread-safe; several calls may be in flight, the child answers them one by one. module replaces the role's own
    module (tests use it); environment is added to the child's.
    """

    def __init__(self, role: Role, environment: Mapping[str, str] | None = None, *, module: str | None = None) -> None:
        self.role = role
        self._environment = dict(environment or {})
        self._module = module or role.module
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._child: ChildProcess | None = None
        self._deaths = 0
        self._restart_callbacks: list[Callable[[], None]] = []

    @property
    def pid(self) -> int | None:
        """The child's process id, None while none runs."""
        child = self._child
        return child.pid if child is not None and child.alive else None

    @property
    def running(self) -> bool:
        return self.pid is not None

    def on_restart(self, callback: Callable[[], None]) -> None:
        """Run callback when a dead child was replaced, so that all it held is gone.

        It runs on the thread of the call that started the new child, before that call is sent, and must be quick.
        """
        self._restart_callbacks.append(callback)

    def call(
        self,
        method: Method[P, R, E],
        params: P,
        *,
        on_event: Callable[[E], None] | None = None,
        cancel: CancelToken | None = None,
        deadline_s: float | None = None,
    ) -> R:
        """Run a method in the child and wait for its end.

        on_event is called on this thread. deadline_s counts from when the child starts on this call; waiting behind
        other calls is not counted. A result that arrives in spite of a cancel is returned.

        Raises the UserError of the child by its class, WorkerCrashed if the child died, DeadlineExceeded, Cancelled
        (by the token, or because the client was closed), Defect for a bug in the child.
        """
        if cancel is not None:
            cancel.check()
        retried = False
        while True:
            try:
                return self._call_once(method, params, on_event, cancel, deadline_s)
            except _NeverStarted as unstarted:  # nothing was done yet, so it may be sent again
                if unstarted.crash is not None and retried:
                    raise unstarted.crash from None
                retried = retried or unstarted.crash is not None

    def _call_once(
        self,
        method: Method[P, R, E],
        params: P,
        on_event: Callable[[E], None] | None,
        cancel: CancelToken | None,
        deadline_s: float | None,
    ) -> R:
        child = self._living_child(cancel)
        call_id, inbox = child.submit(method.name, params)
        conversation = _Conversation(self.role, child, call_id, inbox, deadline_s)
        unregister = cancel.on_cancel(lambda: inbox.put(StopRequest())) if cancel is not None else None
        try:
            return conversation.run(method, on_event)
        finally:
            if unregister is not None:
                unregister()
            child.forget(call_id)

    def close(self) -> None:
        """End the child; calls in flight and later ones raise Cancelled. Safe to call twice."""
        self._closed.set()
        with self._lock:
            if self._child is not None:
                self._child.close()

    def _living_child(self, cancel: CancelToken | None) -> ChildProcess:
        with self._lock:
            if self._closed.is_set():
                raise Cancelled
            previous = self._child
            if previous is not None and previous.alive:
                return previous
            if previous is not None and previous.death is not None:
                self._back_off(previous, previous.death, cancel)
            child = self._child = ChildProcess(f"chartside-{self.role}", self._module, self._environment)
        if previous is not None:
            for callback in self._restart_callbacks:
                callback()
        return child

    def _back_off(self, previous: ChildProcess, death: Death, cancel: CancelToken | None) -> None:
        """Wait longer after each death in a row, so that a child that cannot live does not keep the computer busy."""
        if death.end is not End.CRASHED:
            return
        self._deaths = 1 if previous.answered else self._deaths + 1
        pause = min(_FIRST_BACKOFF_S * 2.0 ** (self._deaths - 1), _LONGEST_BACKOFF_S)
        until = time.monotonic() + pause
        while (left := until - time.monotonic()) > 0:
            if self._closed.wait(min(left, _BACKOFF_STEP_S)):
                raise Cancelled
            if cancel is not None:
                cancel.check()


class _NeverStarted(Exception):
    """The child ended before it came to this call. crash: unless it was ended for the sake of another call."""

    def __init__(self, crash: WorkerCrashed | None = None) -> None:
        super().__init__()
        self.crash = crash


class _Conversation:
    """One call in flight. Stopping it: tell the child, give it 2 s, then end the child."""

    def __init__(self, role: Role, child: ChildProcess, call_id: int, inbox: Inbox, deadline_s: float | None) -> None:
        self._role = role
        self._child = child
        self._id = call_id
        self._inbox = inbox
        self._deadline_s = deadline_s
        self._until: float | None = None
        self._started = False
        self._stopping: BaseException | None = None
        self._callers_error: Exception | None = None

    def run(self, method: Method[Any, R, E], on_event: Callable[[E], None] | None) -> R:
        ended = False
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
        self._child.kill()
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
            return _NeverStarted()
        crash = _crashed(self._role, item)
        return crash if self._started else _NeverStarted(crash)


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
