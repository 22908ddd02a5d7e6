from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import psutil
import pytest

from engine.workers.client import WorkerClient
from engine.workers.roles import Role

MODULE = "tests.engine.workers.role_for_tests"


@pytest.fixture
def client() -> Iterator[WorkerClient]:
    """A client of the test role; fails the test if a thread, a process or a descriptor outlives it."""
    threads = set(threading.enumerate())
    client = WorkerClient(Role.MEDIA, module=MODULE)
    yield client
    client.close()
    client.close()
    assert gone(lambda: set(threading.enumerate()) <= threads)
    assert not [child for child in psutil.Process().children() if MODULE in " ".join(child.cmdline())]


def gone(check: object, seconds: float = 3.0) -> bool:
    """Whether a condition comes true within some seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if check():  # type: ignore[operator]
            return True
        time.sleep(0.02)
    return False
