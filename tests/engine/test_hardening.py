"""Neither the program nor a child leaves its memory on the disk."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys

import pytest

from engine.hardening import harden

linux = pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel of Linux")
STATE = """
import ctypes, resource, sys
{act}
print(resource.getrlimit(resource.RLIMIT_CORE)[0], ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""


def state(act: str) -> str:
    done = subprocess.run([sys.executable, "-c", STATE.format(act=act)], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@linux
def test_no_core_file_and_no_other_program_may_look():
    assert state("").split()[1] == "1", "what a process is before"
    assert state("from engine.hardening import harden; harden()") == "0 0"


@linux
def test_the_program_begins_with_it():
    assert state(
        "from app.__main__ import main; main(['models', 'list', '--json', '--data', '/nonexistent/x'])"
    ).endswith("0 0")


@linux
def test_a_child_of_the_program_has_it_too():
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(_in_child) == (0, 0)


def _in_child() -> tuple[int, int]:
    import ctypes
    import resource

    from engine.workers.main import _isolate

    _isolate(None)
    return resource.getrlimit(resource.RLIMIT_CORE)[0], ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)


def test_a_system_that_refuses_is_logged_and_the_program_goes_on(monkeypatch, caplog):
    monkeypatch.delattr("ctypes.windll", raising=False)
    harden("win32")
    assert [record.message for record in caplog.records] == ["not_hardened"]
    assert os.getpid()
