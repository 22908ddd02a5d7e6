"""What a function in a child process sees of the call it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic

from msgspec import Struct

from engine.cancellation import CancelToken
from engine.workers.protocol import E, Method, P, R


class CallContext:
    """Progress and cancellation of one running call."""

    def __init__(self, send_event: Callable[[Struct], None], token: CancelToken | None = None) -> None:
        self._send_event = send_event
        self.token = token if token is not None else CancelToken()

    def emit(self, event: Struct) -> None:
        """Send a progress event to the caller; callers of high rates coalesce them to about 30 ms themselves."""
        self._send_event(event)

    @property
    def cancelled(self) -> bool:
        """True once the caller no longer wants the result; safe to read from native callbacks."""
        return self.token.cancelled

    def check(self) -> None:
        """Raise Cancelled if the caller no longer wants the result. Call it at least every second of work:
        a child that has not answered 2 s after a cancel is ended."""
        self.token.check()


@dataclass(frozen=True)
class Binding(Generic[P, R, E]):
    """A method and the function that answers it in the child."""

    method: Method[P, R, E]
    function: Callable[[P, CallContext], R]


AnyBinding = Binding[Any, Any, Any]
