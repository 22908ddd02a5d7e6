"""Whether the person has left the computer: the screen was locked, the session switched, the computer falls asleep."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication


class SessionWatch(QObject):
    """away: the person has left. This one never tells; the systems' own ones do where they can."""

    away = Signal()

    def start(self) -> None:
        """Begin to listen. Where the system offers nothing to listen to, nothing is told."""

    def closed(self) -> None:
        """The workspace is closed since away was emitted: the computer may sleep now."""

    def close(self) -> None:
        """Listen no more."""


def session_watch(application: QGuiApplication, platform: str = sys.platform) -> SessionWatch:
    """What tells on this system. Each is imported where it is used: the others' libraries are not there."""
    if platform == "win32":
        from app.system.windows import WindowsSession

        return WindowsSession(application)
    if platform == "darwin":
        from app.system.macos import MacSession

        return MacSession()
    if platform.startswith("linux"):
        from app.system.linux import LinuxSession

        return LinuxSession()
    return SessionWatch()
