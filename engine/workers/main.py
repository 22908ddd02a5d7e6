"""The life of a child process: isolate it, import its role, answer calls one by one until told to end."""

from __future__ import annotations

import faulthandler
import importlib
import os
import queue
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait

import msgspec

from engine.cancellation import Cancelled, CancelToken
from engine.errors import Defect, UserError
from engine.hardening import harden
from engine.workers import protocol
from engine.workers.context import AnyBinding, CallContext
from engine.workers.failures import to_failure

# Set before the role's module is imported. GGML_NO_BACKTRACE: ggml would attach a debugger to itself on abort.
# GOMP_SPINCOUNT: OpenMP threads otherwise spin for milliseconds at every barrier; beside another busy process that made
# decoding twenty times slower. About 50 µs of spinning is enough on a quiet machine.
# ORT_DISABLE_TELEMETRY: onnxruntime 1.31 reports to its maker from its import on, and keeps a database for that in the
# person's cache folder; its disable_telemetry_events() comes too late.
FIXED_ENVIRONMENT = {
    "GGML_NO_BACKTRACE": "1",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "ORT_DISABLE_TELEMETRY": "1",
    "GOMP_SPINCOUNT": "1000",
}


def run_child(module: str, channel: Connection, output: Connection | None, environment: Mapping[str, str]) -> None:
    """Entry of a child. channel carries the frames, output takes everything that is printed."""
    _isolate(output)
    os.environ.update(FIXED_ENVIRONMENT)
    os.environ.update(environment)
    threading.Thread(target=_end_with_parent, name="parent-watch", daemon=True).start()
    code = Child(channel).run(module)
    # Native libraries have threads and exit handlers of their own that may hang; the child holds nothing to save.
    os._exit(code)


def _isolate(output: Connection | None) -> None:
    """Keep stray prints, Ctrl-C and core dumps (they hold patient text) from doing harm."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    sink = null if output is None else output.fileno()
    os.dup2(sink, 1)
    os.dup2(sink, 2)
    os.close(null)
    if output is not None:
        output.close()
    if sys.stdout is None or sys.stderr is None:  # a windowed build on Windows has none
        sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    faulthandler.enable()
    harden()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(0)


class Child:
    """Answers calls on the main thread while a second thread listens for cancellations."""

    def __init__(self, channel: Connection) -> None:
        self._channel = channel
        self._send_lock = threading.Lock()
        self._lock = threading.Lock()
        self._waiting: queue.SimpleQueue[protocol.Call] = queue.SimpleQueue()
        self._tokens: dict[int, CancelToken] = {}  # of calls not yet answered
        self._running: int | None = None

    def run(self, module: str) -> int:
        """Serve until the parent ends the process; returns an exit code only if the role cannot start."""
        threading.Thread(target=self._listen, name="listen", daemon=True).start()
        try:
            found: Sequence[AnyBinding] = importlib.import_module(module).bindings()
            bindings = {binding.method.name: binding for binding in found}
        except Exception as error:  # noqa: BLE001 - whatever the role's import raises is reported to the parent
            self._send(to_failure(0, f"start of {module}", error))
            return 1
        self._send(protocol.Hello(os.getpid()))
        while True:
            self._answer(self._waiting.get(), bindings)

    def _listen(self) -> None:
        while True:
            try:
                frame = protocol.decode_for_child(self._channel.recv_bytes())
            except (EOFError, OSError):
                os._exit(0)
            match frame:
                case protocol.Shutdown():
                    os._exit(0)
                case protocol.CancelCall(id=call_id):
                    self._cancel(call_id)
                case protocol.Call():
                    with self._lock:
                        self._tokens[frame.id] = CancelToken()
                    self._waiting.put(frame)

    def _cancel(self, call_id: int) -> None:
        with self._lock:
            token = self._tokens.get(call_id)
            waiting = token is not None and self._running != call_id
            if waiting:
                del self._tokens[call_id]
        if waiting:  # it need not wait for its turn to be told so
            self._send(protocol.CancelledReply(call_id))
        elif token is not None:
            token.cancel()

    def _answer(self, call: protocol.Call, bindings: Mapping[str, AnyBinding]) -> None:
        with self._lock:
            token = self._tokens.get(call.id)
            if token is None:
                return
            self._running = call.id
        self._send(protocol.Started(call.id))
        reply = self._reply(call, bindings, token)
        with self._lock:
            self._running = None
            del self._tokens[call.id]
        try:
            self._send(reply)
        except UserError as error:  # the result is too large
            self._send(to_failure(call.id, call.method, error))

    def _reply(
        self, call: protocol.Call, bindings: Mapping[str, AnyBinding], token: CancelToken
    ) -> protocol.Result | protocol.Failure | protocol.CancelledReply:
        def emit(event: msgspec.Struct) -> None:
            self._send(protocol.Progress(call.id, protocol.body(event)))

        try:
            binding = bindings.get(call.method)
            if binding is None:
                raise Defect(f"no method {call.method}")
            params = msgspec.msgpack.decode(call.params, type=binding.method.params)
            return protocol.Result(call.id, protocol.body(binding.function(params, CallContext(emit, token))))
        except Cancelled:
            return protocol.CancelledReply(call.id)
        except BaseException as error:  # noqa: BLE001 - every call ends in exactly one reply
            return to_failure(call.id, call.method, error)

    def _send(self, frame: protocol.ToParent) -> None:
        data = protocol.encode(frame)
        with self._send_lock:
            try:
                self._channel.send_bytes(data)
            except OSError:
                os._exit(0)  # nobody is left to answer
