"""macOS: distributed notifications tell of a locked screen, the power manager of sleep; through the system's C calls.

Sources of names and numbers: CFNotificationCenter.h, IOPMLib.h, IOMessage.h.
"""

from __future__ import annotations

import ctypes
import logging
from collections.abc import Callable
from typing import Any

from app.system.session import SessionWatch

log = logging.getLogger(__name__)

SCREEN = ("com.apple.screenIsLocked", "com.apple.screensaver.didstart", "com.apple.sessionagent.screenIsLocked")
# iokit_common_msg(0x270) and (0x280)
CAN_SLEEP, WILL_SLEEP = 0xE0000270, 0xE0000280
_UTF8 = 0x08000100
_DELIVER_IMMEDIATELY = 4
_pointer = ctypes.c_void_p
Told = ctypes.CFUNCTYPE(None, _pointer, _pointer, _pointer, _pointer, _pointer)
Powered = ctypes.CFUNCTYPE(None, _pointer, ctypes.c_uint32, ctypes.c_uint32, _pointer)


class System:
    """The C calls that are needed, with their types."""

    def __init__(self, load: Callable[[str], Any] = ctypes.CDLL) -> None:
        """load: opens a framework by its path. Raises OSError, AttributeError where the system has none of it."""
        frameworks = "/System/Library/Frameworks"
        self._core = load(f"{frameworks}/CoreFoundation.framework/CoreFoundation")
        self._power = load(f"{frameworks}/IOKit.framework/IOKit")
        for library, name, result, arguments in (
            (self._core, "CFNotificationCenterGetDistributedCenter", _pointer, []),
            (self._core, "CFStringCreateWithCString", _pointer, [_pointer, ctypes.c_char_p, ctypes.c_uint32]),
            (
                self._core,
                "CFNotificationCenterAddObserver",
                None,
                [_pointer, _pointer, Told, _pointer, _pointer, ctypes.c_long],
            ),
            (self._core, "CFNotificationCenterRemoveEveryObserver", None, [_pointer, _pointer]),
            (self._core, "CFRunLoopGetMain", _pointer, []),
            (self._core, "CFRunLoopAddSource", None, [_pointer, _pointer, _pointer]),
            (self._power, "IONotificationPortGetRunLoopSource", _pointer, [_pointer]),
            (
                self._power,
                "IORegisterForSystemPower",
                ctypes.c_uint32,
                [_pointer, ctypes.POINTER(_pointer), Powered, ctypes.POINTER(ctypes.c_uint32)],
            ),
            (self._power, "IOAllowPowerChange", ctypes.c_int, [ctypes.c_uint32, ctypes.c_long]),
        ):
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments

    def observe(self, names: tuple[str, ...], told: Any) -> None:
        """Have told called on the main thread for each notification of these names."""
        center = self._core.CFNotificationCenterGetDistributedCenter()
        for name in names:
            text = self._core.CFStringCreateWithCString(None, name.encode(), _UTF8)
            self._core.CFNotificationCenterAddObserver(center, 1, told, text, None, _DELIVER_IMMEDIATELY)

    def observe_no_more(self) -> None:
        self._core.CFNotificationCenterRemoveEveryObserver(self._core.CFNotificationCenterGetDistributedCenter(), 1)

    def watch_power(self, powered: Any) -> int:
        """Have powered called on the main thread; returns what allow_sleep() needs, 0 where it is refused."""
        port, notifier = _pointer(), ctypes.c_uint32()
        root = int(self._power.IORegisterForSystemPower(None, ctypes.byref(port), powered, ctypes.byref(notifier)))
        if root:
            modes = _pointer.in_dll(self._core, "kCFRunLoopCommonModes")
            source = self._power.IONotificationPortGetRunLoopSource(port)
            self._core.CFRunLoopAddSource(self._core.CFRunLoopGetMain(), source, modes)
        return root

    def allow_sleep(self, root: int, argument: int) -> None:
        self._power.IOAllowPowerChange(root, argument)


class MacSession(SessionWatch):
    """Sleep waits until the workspace is closed: the system grants 30 seconds for that."""

    def __init__(self, system: Callable[[], System] = System) -> None:
        super().__init__()
        self._make = system
        self._system: System | None = None
        self._root = 0
        self._argument: int | None = None
        # The system holds only their addresses.
        self._told = Told(lambda *_arguments: self.away.emit())
        self._powered = Powered(lambda _reference, _service, kind, argument: self.power(kind, argument or 0))

    def start(self) -> None:
        try:
            self._system = self._make()
            self._system.observe(SCREEN, self._told)
            self._root = self._system.watch_power(self._powered)
        except (OSError, AttributeError, ValueError) as error:
            log.warning("session_not_watched", exc_info=error)

    def closed(self) -> None:
        if self._system is not None and self._argument is not None:
            self._system.allow_sleep(self._root, self._argument)
        self._argument = None

    def close(self) -> None:
        self.closed()
        if self._system is not None:
            self._system.observe_no_more()

    def power(self, kind: int, argument: int) -> None:
        """The power manager tells of something; two of its messages wait for an answer."""
        if self._system is None:
            return
        if kind == CAN_SLEEP:
            self._system.allow_sleep(self._root, argument)
        elif kind == WILL_SLEEP:
            self._argument = argument
            self.away.emit()
