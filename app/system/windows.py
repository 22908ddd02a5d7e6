"""Windows: the terminal services tell of a locked or left session, the power manager of sleep; as window messages."""

from __future__ import annotations

import ctypes
from typing import Any

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QObject
from PySide6.QtGui import QGuiApplication, QWindow

from app.system.session import SessionWatch

# winuser.h, wtsapi32.h
_WM_POWERBROADCAST = 0x0218
_WM_WTSSESSION_CHANGE = 0x02B1
_PBT_APMSUSPEND = 0x0004
_NOTIFY_FOR_THIS_SESSION = 0
_WTS_CONSOLE_DISCONNECT, _WTS_REMOTE_DISCONNECT, _WTS_SESSION_LOGOFF, _WTS_SESSION_LOCK = 2, 4, 6, 7
_LEFT = {_WTS_CONSOLE_DISCONNECT, _WTS_REMOTE_DISCONNECT, _WTS_SESSION_LOGOFF, _WTS_SESSION_LOCK}


def tells_of_leaving(message: int, parameter: int) -> bool:
    """Whether a window message says that the person has left: its number and wParam."""
    if message == _WM_WTSSESSION_CHANGE:
        return parameter in _LEFT
    return message == _WM_POWERBROADCAST and parameter == _PBT_APMSUSPEND


class Message(ctypes.Structure):
    """MSG of winuser.h, as far as it is read here."""

    _fields_ = (
        ("window", ctypes.c_void_p),
        ("message", ctypes.c_uint),
        ("wparam", ctypes.c_size_t),
        ("lparam", ctypes.c_ssize_t),
    )


class _Filter(QAbstractNativeEventFilter):
    def __init__(self, watch: WindowsSession) -> None:
        super().__init__()
        self._watch = watch

    def nativeEventFilter(self, kind: QByteArray | bytes | bytearray | memoryview, message: int) -> Any:
        if QByteArray(kind).data() == b"windows_generic_MSG" and message:
            found = Message.from_address(int(message))
            self._watch.take(found.message, found.wparam)
        return False, 0


class WindowsSession(SessionWatch):
    """Asks the terminal services to write to the program's windows as they come to the front."""

    def __init__(self, application: QGuiApplication, libraries: Any = None) -> None:
        """libraries: ctypes.windll, or what stands for it."""
        super().__init__()
        self._application = application
        self._libraries = libraries if libraries is not None else getattr(ctypes, "windll")  # noqa: B009
        self._filter = _Filter(self)
        self._windows: set[int] = set()

    def start(self) -> None:
        self._application.installNativeEventFilter(self._filter)
        self._application.focusWindowChanged.connect(self.listen_at)
        self.listen_at(self._application.focusWindow())

    def close(self) -> None:
        self._application.focusWindowChanged.disconnect(self.listen_at)
        self._application.removeNativeEventFilter(self._filter)
        for handle in self._windows:
            self._libraries.wtsapi32.WTSUnRegisterSessionNotification(ctypes.c_void_p(handle))
        self._windows.clear()

    def take(self, message: int, parameter: int) -> None:
        """A window message came in."""
        if tells_of_leaving(message, parameter):
            self.away.emit()

    def listen_at(self, window: QObject | None) -> None:
        """One window is enough: the first that shows."""
        if isinstance(window, QWindow) and not self._windows:
            handle = int(window.winId())
            if self._libraries.wtsapi32.WTSRegisterSessionNotification(
                ctypes.c_void_p(handle), ctypes.c_uint(_NOTIFY_FOR_THIS_SESSION)
            ):
                self._windows.add(handle)
