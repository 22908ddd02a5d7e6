"""macOS: the mark by which clipboard managers leave a copy alone (nspasteboard.org, "ConcealedType")."""

from __future__ import annotations

import ctypes
import logging
import sys
from collections.abc import Callable
from typing import Any

log = logging.getLogger(__name__)

CONCEALED = "org.nspasteboard.ConcealedType"
_pointer = ctypes.c_void_p


def concealer(platform: str = sys.platform) -> Callable[[], None] | None:
    """What adds the mark to the copy that was just made; None where the system has no such mark."""
    if platform != "darwin":
        return None
    try:
        return Pasteboard(ctypes.CDLL("/usr/lib/libobjc.A.dylib")).conceal
    except (OSError, AttributeError) as error:
        log.warning("pasteboard_not_marked", exc_info=error)
        return None


class Pasteboard:
    """The few messages to NSPasteboard, through the Objective-C runtime."""

    def __init__(self, objc: Any) -> None:
        self._objc = objc
        for name in ("objc_getClass", "sel_registerName"):
            function = getattr(objc, name)
            function.restype, function.argtypes = _pointer, [ctypes.c_char_p]
        self._address = ctypes.cast(objc.objc_msgSend, _pointer).value

    def conceal(self) -> None:
        """Add the mark beside what the pasteboard holds."""
        board = self._send(self._class("NSPasteboard"), "generalPasteboard")
        name = self._string(CONCEALED)
        kinds = self._send(self._class("NSArray"), "arrayWithObject:", name)
        self._send(board, "addTypes:owner:", kinds, None)
        self._send(board, "setString:forType:", self._string(""), name)

    def _class(self, name: str) -> int | None:
        found: int | None = self._objc.objc_getClass(name.encode())
        return found

    def _string(self, text: str) -> int | None:
        maker = ctypes.CFUNCTYPE(_pointer, _pointer, _pointer, ctypes.c_char_p)(self._address or 0)
        made: int | None = maker(
            self._class("NSString"), self._objc.sel_registerName(b"stringWithUTF8String:"), text.encode()
        )
        return made

    def _send(self, target: int | None, message: str, *arguments: int | None) -> int | None:
        """Every argument and every answer here is an object."""
        prototype = ctypes.CFUNCTYPE(_pointer, _pointer, _pointer, *[_pointer] * len(arguments))
        answer: int | None = prototype(self._address or 0)(
            target, self._objc.sel_registerName(message.encode()), *arguments
        )
        return answer
