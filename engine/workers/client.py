"""The program's side of one role: calls that block, report progress, can be cancelled and always end."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping

from engine.cancellation import Cancelled, CancelToken
from engine.workers.conversation import Conversation, NeverStarted
from engine.workers.process import ChildProcess, Death, End, StopRequest
from engine.workers.protocol import E, Method, P, R
from engine.workers.roles import Role

_logger = logging.getLogger(__name__)

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
            except NeverStarted as unstarted:  # nothing was done yet, so it may be sent again
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
        conversation = Conversation(self.role, child, call_id, inbox, deadline_s)
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
            self._log(previous)
            for callback in self._restart_callbacks:
                callback()
        return child

    def _log(self, previous: ChildProcess) -> None:
        """Say why a child had to be replaced: who sees the next one work cannot know."""
        if (death := previous.death) is not None:
            how, why = death.how.replace(" ", "-"), death.why or "by-itself"
            fields = {"role": self.role, "end": death.end.name.lower(), "how": how, "why": why}
            _logger.warning("child_replaced", extra={"fields": fields})

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
