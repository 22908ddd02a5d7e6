"""Linux: logind tells of sleep and of a locked session, the desktops' screen savers of a locked screen; over D-Bus."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import SLOT, Slot
from PySide6.QtDBus import (
    QDBusConnection,
    QDBusMessage,
    QDBusObjectPath,
    QDBusPendingCallWatcher,
    QDBusUnixFileDescriptor,
)

from app.system.session import SessionWatch

log = logging.getLogger(__name__)

# https://www.freedesktop.org/software/systemd/man/org.freedesktop.login1.html
_LOGIN = "org.freedesktop.login1"
_LOGIN_PATH = "/org/freedesktop/login1"
_MANAGER = "org.freedesktop.login1.Manager"
_SESSION = "org.freedesktop.login1.Session"
# Each desktop has its own name for the same signal.
_SCREEN_SAVERS = (
    ("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver"),
    ("org.freedesktop.ScreenSaver", "/ScreenSaver"),
    ("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver"),
    ("org.cinnamon.ScreenSaver", "/org/cinnamon/ScreenSaver"),
    ("org.mate.ScreenSaver", "/org/mate/ScreenSaver"),
    ("org.xfce.ScreenSaver", "/org/xfce/ScreenSaver"),
)


def _slot(signature: str) -> Any:
    """connect() takes the text that SLOT() gives; only its declaration says otherwise."""
    return SLOT(signature)


class LinuxSession(SessionWatch):
    """Holds a delay of logind while the program runs: the computer sleeps only once the workspace is closed, or after
    the five seconds that logind grants."""

    def __init__(self, system: QDBusConnection | None = None, session: QDBusConnection | None = None) -> None:
        super().__init__()
        self._system = system or QDBusConnection.systemBus()
        self._session = session or QDBusConnection.sessionBus()
        self._delay: QDBusUnixFileDescriptor | None = None
        self._pending: list[QDBusPendingCallWatcher] = []

    def start(self) -> None:
        if self._system.isConnected():
            sleep = _slot("_sleeps(bool)")
            self._system.connect(_LOGIN, _LOGIN_PATH, _MANAGER, "PrepareForSleep", self, sleep)
            self._find_session()
            self._take_delay()
        if self._session.isConnected():
            for name, path in _SCREEN_SAVERS:
                self._session.connect(name, path, name, "ActiveChanged", self, _slot("_screen_saver(bool)"))

    def closed(self) -> None:
        self._delay = None

    def close(self) -> None:
        self._delay = None
        self._pending.clear()

    @Slot(bool)
    def _sleeps(self, begins: bool) -> None:
        if begins:
            self.away.emit()
        else:
            self._take_delay()

    @Slot(bool)
    def _screen_saver(self, active: bool) -> None:
        if active:
            self.away.emit()

    @Slot()
    def _locked(self) -> None:
        self.away.emit()

    def _find_session(self) -> None:
        """Listen to this person's own session: others' are locked too."""
        self._ask("GetSession", [os.environ.get("XDG_SESSION_ID") or "auto"], self._listen_to)

    def _listen_to(self, answer: QDBusMessage) -> None:
        path = answer.arguments()[0]
        place = path.path() if isinstance(path, QDBusObjectPath) else str(path)
        self._system.connect(_LOGIN, place, _SESSION, "Lock", self, _slot("_locked()"))

    def _take_delay(self) -> None:
        self._ask("Inhibit", ["sleep", "Chartside", "The records are closed first", "delay"], self._hold)

    def _hold(self, answer: QDBusMessage) -> None:
        descriptor = answer.arguments()[0]
        self._delay = descriptor if isinstance(descriptor, QDBusUnixFileDescriptor) else None

    def _ask(self, method: str, arguments: list[str], take: Callable[[QDBusMessage], None]) -> None:
        """Call the manager without waiting for it; a system without logind has no answer, which is no failure."""
        call = QDBusMessage.createMethodCall(_LOGIN, _LOGIN_PATH, _MANAGER, method)
        call.setArguments(arguments)
        watcher = QDBusPendingCallWatcher(self._system.asyncCall(call))
        self._pending.append(watcher)
        watcher.finished.connect(lambda: self._answered(watcher, method, take))

    def _answered(self, watcher: QDBusPendingCallWatcher, method: str, take: Callable[[QDBusMessage], None]) -> None:
        if watcher not in self._pending:
            return
        self._pending.remove(watcher)
        if watcher.isError():
            log.info("logind_not_asked", extra={"fields": {"method": method, "error": watcher.error().name()}})
        else:
            take(watcher.reply())
        # Otherwise it would hold the answer, and with it the delay, until garbage is collected.
        watcher.deleteLater()
