"""One window per workspace: a second start of the program hands its files to the window that is open, and ends.

The open window listens on a private pipe of this computer (a Unix socket, a named pipe on Windows). Where it listens
and the secret that a caller must know stand in a file of the workspace folder, which only this person can read.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import sys
import threading
from collections.abc import Sequence
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path

import msgspec
from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from engine.errors import UserError
from engine.files import write_atomically

log = logging.getLogger(__name__)

# Named on purpose: the library's own choice would be a network socket.
_FAMILY = "AF_PIPE" if sys.platform == "win32" else "AF_UNIX"
_ANSWER_S = 5.0
_LARGEST = 1 << 20
_UNREACHABLE = (OSError, EOFError, AuthenticationError, msgspec.MsgspecError)


class Call(Struct, frozen=True):
    """What a second start asks of the open window: files to open, and the desktop's leave to come forward."""

    files: list[str] = []
    activation: str = ""


class _Door(Struct, frozen=True):
    address: str
    secret: bytes


def hand_over(folder: Path, files: Sequence[Path]) -> bool:
    """Ask the open window of a workspace folder to come forward and to open files; False where none answers."""
    try:
        door = msgspec.json.decode(_door_file(folder).read_bytes(), type=_Door)
    except _UNREACHABLE:
        return False
    call = Call([str(file) for file in files], os.environ.get("XDG_ACTIVATION_TOKEN", ""))
    answered = threading.Event()
    # A window that hangs would take the call and never answer: then this start goes on by itself.
    asking = threading.Thread(target=_ask, args=(door, call, answered), name="hand-over", daemon=True)
    asking.start()
    asking.join(_ANSWER_S)
    return answered.is_set()


class OneWindow(QObject):
    """Hears further starts of the program. called: one of them wants this window; carries a Call, from a thread."""

    called = Signal(object)

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._file = _door_file(folder)
        self._content = b""
        self._secret = secrets.token_bytes(32)
        self._listener: Listener | None = None
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def listen(self) -> None:
        """Answer further starts from now on. Where that is not possible, each start opens a window of its own."""
        try:
            self._listener = listener = Listener(None, _FAMILY, authkey=self._secret)
            self._content = msgspec.json.encode(_Door(str(listener.address), self._secret))
            write_atomically(self._file, self._content)
        except (OSError, UserError) as error:
            log.warning("one_window_not_possible", exc_info=error)
            self.close()
            return
        self._thread = threading.Thread(target=self._listen, args=(listener,), name="one-window", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Answer no more. Safe to call twice."""
        self._closing.set()
        listener, self._listener = self._listener, None
        if listener is None:
            return
        with contextlib.suppress(OSError):
            # Two windows that opened at the same moment: the file belongs to the later one.
            if self._file.read_bytes() == self._content:
                self._file.unlink()
        if self._thread is not None:
            _knock(str(listener.address))
            self._thread.join(_ANSWER_S)
        listener.close()

    def _listen(self, listener: Listener) -> None:
        while not self._closing.is_set():
            try:
                with listener.accept() as caller:
                    self._answer(caller)
            except _UNREACHABLE as error:
                # A caller that went away or did not know the secret; the pause keeps a lasting fault from spinning.
                log.info("one_window_call_refused", exc_info=error)
                self._closing.wait(0.1)

    def _answer(self, caller: Connection) -> None:
        call = msgspec.json.decode(caller.recv_bytes(_LARGEST), type=Call)
        if not self._closing.is_set():
            self.called.emit(call)
            caller.send_bytes(b"taken")


def _door_file(folder: Path) -> Path:
    return folder / "window.json"


def _ask(door: _Door, call: Call, answered: threading.Event) -> None:
    # A file left by a window that was killed leads nowhere.
    with contextlib.suppress(*_UNREACHABLE), Client(door.address, _FAMILY, authkey=door.secret) as window:
        window.send_bytes(msgspec.json.encode(call))
        window.recv_bytes(_LARGEST)
        answered.set()


def _knock(address: str) -> None:
    """Wake the thread that waits for a caller. Waits for no answer: the thread may have seen its end already."""
    with contextlib.suppress(*_UNREACHABLE):
        Client(address, _FAMILY).close()
