"""A role with small honest jobs and every way of misbehaving, imported by the children that the tests start."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from typing import Any

from msgspec import Struct

from engine.cancellation import Cancelled
from engine.errors import ModelUnusable, UserError
from engine.workers.context import Binding, CallContext
from engine.workers.protocol import Empty, Method


class Text(Struct):
    text: str = ""


class Number(Struct):
    n: float = 0


class Blob(Struct):
    data: bytes


class OnlyHere(ModelUnusable):
    """A class that the program does not know."""


class Outside(Exception):
    """Not one of Chartside's errors."""


ECHO = Method("echo", Text, Text, Empty)
SIZE = Method("size", Blob, Blob, Empty)
COUNT = Method("count", Number, Number, Number)
PATIENT_WAIT = Method("patient_wait", Number, Text, Empty)
STUCK = Method("stuck", Number, Empty, Empty)
CRASH = Method("crash", Text, Empty, Empty)
FAIL = Method("fail", Text, Empty, Empty)
PRINT = Method("print", Empty, Text, Empty)
LOOK = Method("look", Text, Text, Empty)
UNBOUND = Method("unbound", Empty, Empty, Empty)
PID = Method("pid", Empty, Number, Empty)


def _count(params: Number, context: CallContext) -> Number:
    for i in range(int(params.n)):
        context.emit(Number(i))
    return params


def _patient_wait(params: Number, context: CallContext) -> Text:
    if context.token.wait(params.n):
        raise Cancelled
    return Text("waited")


def _stuck(params: Number, context: CallContext) -> Empty:
    libc = ctypes.PyDLL(None)  # PyDLL keeps the interpreter's lock: not even the child's own threads run
    libc.sleep(int(params.n))
    return Empty()


def _crash(params: Text, context: CallContext) -> Empty:
    os.write(2, b"last words\n")
    match params.text:
        case "abort":
            os.abort()
        case "segfault":
            ctypes.string_at(0)
        case "exit":
            os._exit(7)
        case "sys.exit":
            sys.exit(3)
        case "sigkill":
            os.kill(os.getpid(), signal.SIGKILL)
    return Empty()


def _fail(params: Text, context: CallContext) -> Empty:
    match params.text:
        case "known":
            raise ModelUnusable("It is damaged.", "Fetch it again.", "bad magic")
        case "subclass":
            raise OnlyHere("It is odd.", "Look at it.")
        case "user":
            raise UserError("No.")
        case "memory":
            raise MemoryError
    raise Outside("Jane Doe, born 1970")


def _print(params: Empty, context: CallContext) -> Text:
    print("printed by Python", flush=True)
    sys.stderr.write("to stderr\n")
    os.write(1, b"\x00\x00\x00\x05hello")
    subprocess.run([sys.executable, "-c", "print('by a grandchild')"], check=True)
    return Text(sys.stdin.read() if sys.stdin else "")


def _look(params: Text, context: CallContext) -> Text:
    if params.text == "core":
        import resource

        return Text(str(resource.getrlimit(resource.RLIMIT_CORE)))
    if params.text == "sigint":
        os.kill(os.getpid(), signal.SIGINT)
        return Text("alive")
    return Text(os.environ.get(params.text, ""))


def bindings() -> list[Binding[Any, Any, Any]]:
    return [
        Binding(ECHO, lambda params, context: params),
        Binding(SIZE, lambda params, context: params),
        Binding(COUNT, _count),
        Binding(PATIENT_WAIT, _patient_wait),
        Binding(STUCK, _stuck),
        Binding(CRASH, _crash),
        Binding(FAIL, _fail),
        Binding(PRINT, _print),
        Binding(LOOK, _look),
        Binding(PID, lambda params, context: Number(os.getpid())),
    ]
