"""A second start finds the window that is open, and only that."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client
from pathlib import Path

import msgspec
import psutil
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QFileOpenEvent

from app.one_window import _FAMILY, Call, OneWindow, _Door, hand_over
from app.opened_files import OpenedFiles


@pytest.fixture
def window(qapp, tmp_path):
    made = OneWindow(tmp_path)
    made.listen()
    yield made
    made.close()


def door(folder: Path) -> _Door:
    return msgspec.json.decode((folder / "window.json").read_bytes(), type=_Door)


def test_without_a_window_nothing_is_handed_over(tmp_path):
    assert not hand_over(tmp_path, [])
    assert not hand_over(tmp_path / "not there", [])


def test_files_reach_the_open_window(window, tmp_path, qtbot, monkeypatch):
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "leave-7")
    with qtbot.waitSignal(window.called) as heard:
        assert hand_over(tmp_path, [Path("/m/Ärzte und Wörter.gguf")])
    assert heard.args == [Call(["/m/Ärzte und Wörter.gguf"], "leave-7")]


def test_another_process_reaches_the_open_window(window, tmp_path, qtbot):
    program = (
        "import sys; from pathlib import Path; from app.one_window import hand_over; "
        "sys.exit(not hand_over(Path(sys.argv[1]), []))"
    )
    with qtbot.waitSignal(window.called, timeout=20_000):
        process = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)])
    assert process.wait(20) == 0


def test_it_is_no_network_socket_and_only_this_person_reads_where_it_is(window, tmp_path):
    assert stat.S_IMODE((tmp_path / "window.json").stat().st_mode) == 0o600
    assert _FAMILY == "AF_UNIX"
    assert psutil.Process().net_connections(kind="inet") == []
    assert Path(door(tmp_path).address).is_socket()


def test_caller_without_the_secret_is_refused_and_the_next_one_heard(window, tmp_path, qtbot):
    with pytest.raises(AuthenticationError):
        Client(door(tmp_path).address, _FAMILY, authkey=b"guess")
    with qtbot.waitSignal(window.called):
        assert hand_over(tmp_path, [])


def test_caller_that_sends_nonsense_is_refused_and_the_next_one_heard(window, tmp_path, qtbot):
    where = door(tmp_path)
    for nonsense in (b"not json", b'{"files": 3}', b""):
        with Client(where.address, _FAMILY, authkey=where.secret) as caller:
            caller.send_bytes(nonsense)
    with qtbot.waitSignal(window.called):
        assert hand_over(tmp_path, [])


def test_file_left_by_a_killed_window_leads_nowhere_and_is_replaced(tmp_path, qapp, qtbot):
    (tmp_path / "window.json").write_bytes(msgspec.json.encode(_Door(str(tmp_path / "gone"), b"x")))
    assert not hand_over(tmp_path, [])
    (tmp_path / "window.json").write_bytes(b"broken")
    assert not hand_over(tmp_path, [])
    window = OneWindow(tmp_path)
    window.listen()
    with qtbot.waitSignal(window.called):
        assert hand_over(tmp_path, [])
    window.close()


def test_closed_window_is_found_no_more(window, tmp_path):
    address = Path(door(tmp_path).address)
    window.close()
    window.close()
    assert not (tmp_path / "window.json").exists()
    assert not address.exists()
    assert not hand_over(tmp_path, [])


def test_closing_leaves_the_file_of_a_later_window(window, tmp_path, qtbot):
    later = OneWindow(tmp_path)
    later.listen()
    window.close()
    with qtbot.waitSignal(later.called):
        assert hand_over(tmp_path, [])
    later.close()


def test_closing_waits_for_nobody_when_the_last_call_saw_the_end(window, tmp_path):
    window._closing.set()
    assert not hand_over(tmp_path, [])
    window._thread.join(5)
    assert not window._thread.is_alive()
    before = time.monotonic()
    window.close()
    assert time.monotonic() - before < 1


def test_window_that_hangs_does_not_hold_up_the_start(tmp_path, monkeypatch):
    """One that accepts and never answers: a socket that nobody reads."""
    import socket

    monkeypatch.setattr("app.one_window._ANSWER_S", 0.3)
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "s"))
        silent.listen()
        (tmp_path / "window.json").write_bytes(msgspec.json.encode(_Door(str(tmp_path / "s"), b"x")))
        assert not hand_over(tmp_path, [])


@pytest.mark.skipif(os.geteuid() != 0, reason="a folder that nobody can write is needed")
def test_folder_that_cannot_be_written_leaves_each_start_its_own_window(qapp):
    window = OneWindow(Path("/proc"))
    window.listen()
    assert not hand_over(Path("/proc"), [])
    window.close()


def test_macos_hands_over_a_file(qapp, qtbot):
    opened = OpenedFiles(qapp)
    try:
        with qtbot.waitSignal(opened.files) as heard:
            qapp.sendEvent(qapp, QFileOpenEvent("/m/ward.gguf"))
        assert heard.args == [[Path("/m/ward.gguf")]]
        qapp.sendEvent(qapp, QEvent(QEvent.Type.User))
    finally:
        qapp.removeEventFilter(opened)
        opened.deleteLater()
