"""A stand-in for logind and a screen saver on a bus of its own, and a watch that listens to them; prints what it told.

Run under dbus-run-session: the session bus plays the system bus too.
"""

from __future__ import annotations

import os
import sys

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtDBus import (
    QDBusConnection,
    QDBusMessage,
    QDBusObjectPath,
    QDBusUnixFileDescriptor,
    QDBusVirtualObject,
)

from app.system.linux import LinuxSession

_SESSION = "/org/freedesktop/login1/session/_37"


class Logind(QDBusVirtualObject):
    """Answers GetSession and Inhibit, and knows whether the delay it gave is still held."""

    def __init__(self) -> None:
        super().__init__()
        self.bus = QDBusConnection.connectToBus(QDBusConnection.BusType.SessionBus, "logind")
        self.inhibits: list[list[str]] = []
        self.read_end = -1

    def handleMessage(self, message: QDBusMessage, connection: QDBusConnection) -> bool:
        if message.member() == "GetSession":
            self.answer(message, QDBusObjectPath(_SESSION))
        elif message.member() == "Inhibit":
            self.inhibits.append(message.arguments())
            self.read_end, write_end = os.pipe()
            os.set_blocking(self.read_end, False)
            self.answer(message, QDBusUnixFileDescriptor(write_end))
            os.close(write_end)
        return True

    def answer(self, message: QDBusMessage, value: object) -> None:
        reply = message.createReply()
        reply.setArguments([value])
        self.bus.send(reply)

    def introspect(self, path: str) -> str:
        return ""

    def held(self) -> bool:
        """Whether the other end of the pipe is still open somewhere."""
        try:
            return os.read(self.read_end, 1) != b""
        except BlockingIOError:
            return True

    def say(self, path: str, interface: str, signal: str, *arguments: object) -> None:
        message = QDBusMessage.createSignal(path, interface, signal)
        message.setArguments(list(arguments))
        self.bus.send(message)


def main() -> int:
    application = QCoreApplication([])
    logind = Logind()
    assert logind.bus.registerVirtualObject(
        "/org/freedesktop/login1", logind, QDBusConnection.VirtualObjectRegisterOption.SubPath
    )
    for name in ("org.freedesktop.login1", "org.gnome.ScreenSaver"):
        assert logind.bus.registerService(name)
    listens = QDBusConnection.connectToBus(QDBusConnection.BusType.SessionBus, "watch")
    watch = LinuxSession(listens, listens)
    told: list[str] = []
    now = [""]
    watch.away.connect(lambda: told.append(now[0]))
    watch.start()
    manager = "org.freedesktop.login1.Manager"
    other = "/org/freedesktop/login1/session/_99"
    saver = ("/org/gnome/ScreenSaver", "org.gnome.ScreenSaver", "ActiveChanged")
    steps = [
        ("begun", lambda: print("inhibit", *logind.inhibits[0], "held" if logind.held() else "free", sep="|")),
        ("screen", lambda: logind.say(*saver, True)),
        ("screen off", lambda: logind.say(*saver, False)),
        ("other session", lambda: logind.say(other, "org.freedesktop.login1.Session", "Lock")),
        ("own session", lambda: logind.say(_SESSION, "org.freedesktop.login1.Session", "Lock")),
        ("sleep", lambda: logind.say("/org/freedesktop/login1", manager, "PrepareForSleep", True)),
        ("closed", watch.closed),
        ("free", lambda: print("after closed", "held" if logind.held() else "free", sep="|")),
        ("awake", lambda: logind.say("/org/freedesktop/login1", manager, "PrepareForSleep", False)),
        ("held", lambda: print("after sleep", "held" if logind.held() else "free", sep="|")),
        ("end", application.quit),
    ]

    def step() -> None:
        now[0], act = steps.pop(0)
        act()

    timer = QTimer()
    timer.timeout.connect(step)
    timer.start(150)
    code = application.exec()
    watch.close()
    print("told", *told, sep="|")
    return code


if __name__ == "__main__":
    sys.exit(main())
