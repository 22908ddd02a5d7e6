"""Which sockets are seen, and which of them count."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time

import pytest

from engine.proof.sockets import Seen, SocketWatch


@pytest.mark.parametrize(
    ("family", "local", "remote", "outside"),
    [
        ("local", "", "", False),
        ("IPv4", "127.0.0.1:5000", "127.0.0.1:6000", False),
        ("IPv4", "127.0.0.1:5000", "", False),
        ("IPv6", "[::1]:5000", "[::1]:6000", False),
        ("IPv6", "[::ffff:127.0.0.1]:5000", "", False),
        ("IPv4", "0.0.0.0:5000", "", True),
        ("IPv6", "[::]:5000", "", True),
        ("IPv6", "[fe80::1%eth0]:5000", "", True),
        ("IPv4", "192.168.1.5:5000", "192.0.2.1:443", True),
        ("IPv4", "127.0.0.1:5000", "192.0.2.1:443", True),
    ],
)
def test_what_can_reach_another_computer(family, local, remote, outside):
    assert Seen("chartside", 1, family, "tcp", local, remote).outside is outside


def test_sockets_of_processes_below_are_seen_and_named():
    program = (
        "import socket, sys, time; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('127.0.0.1', 0)); "
        "a, b = socket.socketpair(); print('there', flush=True); time.sleep(30)"
    )
    watch = SocketWatch(os.getpid())
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    try:
        assert child.stdout is not None
        child.stdout.readline()
        watch.start()
        time.sleep(0.3)
        watch.stop()
    finally:
        child.kill()
        child.communicate()
    assert watch.families["IPv4"] == 1
    assert watch.families["local"] >= 2
    assert watch.outside == []
    assert watch.processes >= 2
    assert watch.looks >= 2
    assert watch.seconds >= 0.3


def test_socket_that_others_could_reach_is_told():
    watch = SocketWatch(os.getpid())
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
        listening.bind(("0.0.0.0", 0))
        listening.listen()
        watch.start()
        watch.stop()
        (seen,) = watch.outside
        assert str(seen).endswith(f"tcp open at 0.0.0.0:{listening.getsockname()[1]}")


def test_process_that_is_gone_is_no_failure():
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    watch = SocketWatch(child.pid)
    watch.start()
    watch.stop()
    assert watch.processes == 0
