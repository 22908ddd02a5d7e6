"""Programs of the system that some tests need."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping

import pytest


def program(name: str) -> str:
    """The path of a program; the test that asks for one that is not there is skipped."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def output(*command: object, env: Mapping[str, str] | None = None, timeout: float = 60) -> str:
    """What a program prints, both streams; a failure fails the test with it."""
    done = subprocess.run(
        [str(word) for word in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env=None if env is None else dict(env),
        timeout=timeout,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout
