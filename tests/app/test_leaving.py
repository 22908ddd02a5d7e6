"""The system tells that the person has left: Linux over a real bus, Windows and macOS at their seams."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pytest

from app.system.macos import CAN_SLEEP, SCREEN, WILL_SLEEP, MacSession
from app.system.pasteboard import concealer
from app.system.session import SessionWatch, session_watch
from app.system.windows import Message, WindowsSession, tells_of_leaving


@pytest.mark.skipif(shutil.which("dbus-run-session") is None, reason="there is no D-Bus here")
def test_linux_hears_the_screen_the_own_session_and_sleep_and_delays_that():
    done = subprocess.run(
        ["dbus-run-session", "--", sys.executable, "-m", "tests.app.system_bus"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.splitlines() == [
        "inhibit|sleep|Chartside|The records are closed first|delay|held",
        "after closed|free",
        "after sleep|held",
        "told|screen|own session|sleep",
    ]


def heard(watch: SessionWatch) -> list[str]:
    told: list[str] = []
    watch.away.connect(lambda: told.append("away"))
    return told


@pytest.mark.parametrize(
    ("message", "parameter", "leaves"),
    [
        (0x02B1, 7, True),  # the screen was locked
        (0x02B1, 8, False),  # ... unlocked
        (0x02B1, 2, True),  # another person's session is in front
        (0x02B1, 4, True),  # the remote desktop was closed
        (0x0218, 4, True),  # the computer falls asleep
        (0x0218, 7, False),  # ... wakes up
        (0x0010, 7, False),  # any other message
    ],
)
def test_windows_messages_that_tell_of_leaving(message, parameter, leaves):
    assert tells_of_leaving(message, parameter) is leaves


def test_windows_asks_for_the_session_of_the_first_window_and_reads_its_messages(qapp, qtbot):
    from PySide6.QtGui import QWindow

    asked: list[tuple[str, int]] = []
    library = SimpleNamespace(
        WTSRegisterSessionNotification=lambda handle, _flags: asked.append(("on", handle.value)) or 1,
        WTSUnRegisterSessionNotification=lambda handle: asked.append(("off", handle.value)) or 1,
    )
    watch = WindowsSession(qapp, SimpleNamespace(wtsapi32=library))
    told = heard(watch)
    watch.start()
    first, second = QWindow(), QWindow()
    for window in (first, second):
        watch.listen_at(window)
    message = Message(None, 0x02B1, 7, 0)
    assert watch._filter.nativeEventFilter(b"windows_generic_MSG", ctypes.addressof(message)) == (False, 0)
    message.wparam = 8
    watch._filter.nativeEventFilter(b"windows_generic_MSG", ctypes.addressof(message))
    watch._filter.nativeEventFilter(b"windows_dispatcher_MSG", 0)
    assert told == ["away"]
    watch.close()
    handle = int(first.winId())
    assert asked == [("on", handle), ("off", handle)]


class MacSystem:
    def __init__(self, root: int = 7) -> None:
        self.root = root
        self.calls: list[object] = []

    def observe(self, names, told) -> None:
        self.calls.append(names)
        self.told = told

    def observe_no_more(self) -> None:
        self.calls.append("no more")

    def watch_power(self, powered) -> int:
        self.powered = powered
        return self.root

    def allow_sleep(self, root: int, argument: int) -> None:
        self.calls.append((root, argument))


def test_macos_hears_the_screen_and_holds_sleep_until_the_workspace_is_closed(qapp):
    system = MacSystem()
    watch = MacSession(lambda: system)
    told = heard(watch)
    watch.start()
    system.told(None, None, None, None, None)
    assert told == ["away"] and system.calls == [SCREEN]
    # Through the C callbacks, as the system would.
    system.powered(None, 0, CAN_SLEEP, 41)
    assert system.calls[-1] == (7, 41) and len(told) == 1
    system.powered(None, 0, WILL_SLEEP, 42)
    assert len(told) == 2 and (7, 42) not in system.calls
    watch.closed()
    assert system.calls[-1] == (7, 42)
    watch.close()
    assert system.calls.count((7, 42)) == 1 and system.calls[-1] == "no more"


def test_macos_without_the_frameworks_goes_on(qapp, caplog):
    def absent() -> MacSystem:
        raise OSError("no framework")

    watch = MacSession(absent)
    watch.start()
    watch.closed()
    watch.close()
    assert [record.message for record in caplog.records] == ["session_not_watched"]


def test_a_system_that_tells_nothing_has_a_watch_all_the_same(qapp):
    watch = session_watch(qapp, "freebsd14")
    watch.start()
    watch.close()
    assert type(watch) is SessionWatch
    assert concealer("linux") is None
