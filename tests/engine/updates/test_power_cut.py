"""Killed (SIGKILL) before each call that changes the disk: what is left starts, and takes the update again."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.cancellation import CancelToken
from engine.updates import payload, service, versions
from tests.engine.updates.conftest import NEW, OLD, Bench

_CALLS = (
    (Path, "mkdir"),
    (Path, "replace"),
    (Path, "symlink_to"),
    (Path, "unlink"),
    (versions, "write_atomically"),
    (payload.Unpacker, "_write"),
    (service, "copy_verified"),
    (service, "check_starts"),
    (versions.Versions, "_tidy"),
    (versions.shutil, "rmtree"),
)


def _killed_after(bench: Bench, file: Path, steps: int) -> bool:
    """Put the update in within a child that is killed at its n-th change; true if it came to its end before."""
    child = os.fork()
    if child == 0:
        left = steps

        def countdown(original: object) -> object:
            def call(*arguments: object, **options: object) -> object:
                nonlocal left
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return original(*arguments, **options)  # type: ignore[operator]

            return call

        for place, name in _CALLS:
            setattr(place, name, countdown(getattr(place, name)))
        try:
            bench.updates.install(file, lambda _progress: None, CancelToken())
        finally:
            os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WIFEXITED(status)


def _points_of_death(bench: Bench, file: Path) -> Iterator[int]:
    for steps in range(200):
        if _killed_after(bench, file, steps):
            return
        yield steps
    raise AssertionError("it never came to its end")


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_whatever_moment_it_dies_the_program_starts(bench: Bench) -> None:
    file = bench.update()
    seen = []
    for steps in _points_of_death(bench, file):
        state = bench.state()
        said = subprocess.run([bench.prefix / "current" / "chartside"], capture_output=True, text=True, check=True)
        assert said.stdout == f"chartside {state['current']}\n"
        if state["current"] == NEW:
            assert (state["previous"], state["trial"]) == (OLD, True), f"no way back after step {steps}"
            assert bench.updates.roll_back() == OLD
        else:
            assert versions.Versions(bench.installation).on_trial == "", f"the old one is on trial after step {steps}"
            assert versions.Versions(bench.installation).previous is None
        seen.append(state["current"])
        # What was left is no obstacle, and goes away.
        bench.install(file)
        assert bench.state()["versions"] == [OLD, NEW]
        assert not [*bench.prefix.glob(".*.new"), *bench.prefix.glob(".*.part")]
        assert bench.updates.roll_back() == OLD
    assert len(seen) > 15
    assert {OLD, NEW} == set(seen)
