"""One life of a child process, seen from the program: its pipe, the threads that serve it, and its end."""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import os
import queue
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from multiprocessing.connection import Connection, wait

import msgspec
from msgspec import Struct

from engine.workers import protocol
from engine.workers.main import run_child

START_LIMIT_S = 120.0
CLOSE_GRACE_S = 2.0
_TAIL_BYTES = 4096
_LAST_READS = 16  # a grandchild may go on printing


class End(Enum):
    CRASHED = auto()
    KILLED = auto()  # a call was cancelled and did not stop
    CLOSED = auto()


@dataclass(frozen=True)
class Death:
    """How a child ended. how: exit code or signal. why: for whose sake it was ended, "" where it ended by itself.

    details: how, with its last prints. failure: what it said if it could not start.
    """

    end: End
    details: str
    failure: protocol.Failure | None = None
    how: str = ""
    why: str = ""


class StopRequest:
    """Put into a call's inbox when its caller wants it to end."""


Reply = protocol.Started | protocol.Progress | protocol.Result | protocol.Failure | protocol.CancelledReply
Inbox = queue.SimpleQueue[Reply | Death | StopRequest]


class ChildProcess:
    """A started child. Thread-safe. A reader and a writer thread serve it and end with it."""

    def __init__(self, name: str, module: str, environment: Mapping[str, str]) -> None:
        context = multiprocessing.get_context("spawn")
        self._channel, theirs = context.Pipe(duplex=True)
        output, their_output = self._output_pipe()
        # daemon: an interpreter that exits without close() must not wait for the child.
        self._process = context.Process(
            target=run_child, args=(module, theirs, their_output, dict(environment)), name=name, daemon=True
        )
        self._process.start()
        self.pid = self._process.pid or 0
        theirs.close()
        if their_output is not None:
            their_output.close()
        self._output = output
        self._tail: deque[bytes] = deque()
        self._start_by: float | None = time.monotonic() + START_LIMIT_S
        self._ids = itertools.count(1)
        self._lock = threading.Lock()
        self._inboxes: dict[int, Inbox] = {}
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._end = End.CRASHED
        self._why = ""
        self._failure: protocol.Failure | None = None
        self.answered = False
        self.death: Death | None = None
        self._writer = threading.Thread(target=self._write, name=f"{name}-writer", daemon=True)
        self._reader = threading.Thread(target=self._read, name=f"{name}-reader", daemon=True)
        self._writer.start()
        self._reader.start()

    @staticmethod
    def _output_pipe() -> tuple[Connection, Connection] | tuple[None, None]:
        if sys.platform == "win32":  # a pipe's handle is no file descriptor there: prints are discarded
            return None, None
        return multiprocessing.get_context("spawn").Pipe(duplex=False)

    @property
    def alive(self) -> bool:
        return self.death is None

    def submit(self, method: str, params: Struct) -> tuple[int, Inbox]:
        """Queue a call; its replies, or the child's death, arrive in the inbox. Raises UserError if it is too large."""
        call_id = next(self._ids)
        data = protocol.encode(protocol.Call(call_id, method, protocol.body(params)))
        inbox: Inbox = queue.SimpleQueue()
        with self._lock:
            if self.death is not None:
                inbox.put(self.death)
            else:
                self._inboxes[call_id] = inbox
                self._outbox.put(data)
        return call_id, inbox

    def cancel(self, call_id: int) -> None:
        self._outbox.put(protocol.encode(protocol.CancelCall(call_id)))

    def forget(self, call_id: int) -> None:
        """Drop whatever still arrives for a call."""
        with self._lock:
            self._inboxes.pop(call_id, None)

    def kill(self, why: str) -> None:
        """End the child now. why: a word for the log."""
        self._signal_end(End.KILLED, why)

    def close(self) -> None:
        """End the child and wait until it, its pipes and its threads are gone. Safe to call twice."""
        self._end = End.CLOSED
        self._outbox.put(protocol.encode(protocol.Shutdown()))
        self._reader.join(CLOSE_GRACE_S)
        if self._reader.is_alive():
            self._signal_end(End.CLOSED)
        self._reader.join()

    def _signal_end(self, end: End, why: str = "") -> None:
        with self._lock:
            if self.death is None:
                self._end, self._why = end, why
                self._process.kill()

    def _write(self) -> None:
        while (data := self._outbox.get()) is not None:
            try:
                self._channel.send_bytes(data)
            except OSError:
                return  # the reader sees the end too and tells the callers

    def _read(self) -> None:
        try:
            self._receive()
        finally:
            self._bury()

    def _receive(self) -> None:
        sources: list[Connection | int] = [self._channel, self._process.sentinel]
        if self._output is not None:
            sources.append(self._output)
        while True:
            left = None if self._start_by is None else max(0.0, self._start_by - time.monotonic())
            ready = wait(sources, left)
            if not ready:
                self._note(b"did not start in time\n")
                self._why = "no-start-in-time"
                return
            if self._output in ready and not self._read_output():
                sources.remove(self._output)
            if self._channel in ready:
                try:
                    self._dispatch(protocol.decode_for_parent(self._channel.recv_bytes()))
                except (EOFError, OSError):
                    return
                except msgspec.MsgspecError:
                    self._note(b"sent a message that cannot be read\n")
                    self._why = "unreadable-message"
                    return
            elif self._process.sentinel in ready:
                return

    def _dispatch(self, frame: protocol.ToParent) -> None:
        if isinstance(frame, protocol.Hello):
            self._start_by = None
            return
        if isinstance(frame, protocol.Failure) and frame.id == 0:
            self._failure, self._why = frame, "could-not-start"
            return
        if isinstance(frame, protocol.Result):
            self.answered = True
        with self._lock:
            inbox = self._inboxes.get(frame.id)
        if inbox is not None:
            inbox.put(frame)

    def _read_output(self) -> bool:
        assert self._output is not None
        data = os.read(self._output.fileno(), _TAIL_BYTES)
        self._note(data)
        return bool(data)

    def _note(self, data: bytes) -> None:
        self._tail.append(data)
        while len(self._tail) > 1 and sum(map(len, self._tail)) > 2 * _TAIL_BYTES:
            self._tail.popleft()

    def _bury(self) -> None:
        """Reap the child, stop the writer, close the pipes, then tell every caller."""
        if self._process.is_alive():
            self._process.join(0.2)  # its end of the pipe closes a moment before it is gone
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
        if self._output is not None:
            for _ in range(_LAST_READS):
                if not (wait([self._output], 0) and self._read_output()):
                    break
            self._output.close()
        how = self._how()
        death = Death(self._end, self._details(how), self._failure, how, self._why)
        self._outbox.put(None)
        self._writer.join()
        self._channel.close()
        with self._lock:
            self.death = death
            self._process.close()
            inboxes, self._inboxes = self._inboxes, {}
        for inbox in inboxes.values():
            inbox.put(death)

    def _how(self) -> str:
        code = self._process.exitcode
        if code is not None and code < 0:
            with contextlib.suppress(ValueError):
                return f"signal {signal.Signals(-code).name}"
        return f"exit code {code}"

    def _details(self, how: str) -> str:
        tail = b"".join(self._tail)[-_TAIL_BYTES:].decode("utf-8", "replace").strip()
        return f"{self._process.name}: {how}\n{tail}".strip()
