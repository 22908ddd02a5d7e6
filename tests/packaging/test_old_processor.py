"""The real child on an emulated old processor (QEMU's Nehalem of 2008: SSE4.2, no AVX): a sentence, no crash."""

from __future__ import annotations

import multiprocessing.spawn
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import UserError
from engine.inference import messages
from engine.workers.client import WorkerClient
from engine.workers.roles import Role
from tests.engine.inference.tiny_gguf import write_tiny_model

ROOT = Path(__file__).resolve().parents[2]
EMULATOR = shutil.which("qemu-x86_64") or shutil.which("qemu-x86_64-static")

pytestmark = [
    pytest.mark.skipif(
        EMULATOR is None, reason="QEMU's user-mode emulator is not installed (Debian: qemu-user-static)"
    ),
    pytest.mark.skipif(platform.machine() != "x86_64", reason="another architecture"),
]


@pytest.fixture
def old_python(tmp_path: Path) -> str:
    """This interpreter as it runs on the old processor."""
    script = tmp_path / "python"
    interpreter = Path(sys.executable).resolve()
    script.write_text(f'#!/bin/sh\nexec {EMULATOR} -cpu Nehalem {interpreter} "$@"\n')
    script.chmod(0o755)
    return str(script)


@pytest.fixture
def surroundings(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The emulated interpreter is outside the virtual environment: it finds the packages by the path alone."""
    path = os.pathsep.join([str(ROOT), *[entry for entry in sys.path if entry.endswith("site-packages")]])
    monkeypatch.setenv("PYTHONPATH", path)
    return dict(os.environ)


@pytest.fixture
def child(old_python: str, surroundings: dict[str, str]) -> Iterator[WorkerClient]:
    before = multiprocessing.spawn.get_executable()
    multiprocessing.spawn.set_executable(old_python)
    client = WorkerClient(Role.INFERENCE)
    yield client
    client.close()
    multiprocessing.spawn.set_executable(before)


def test_the_child_says_that_the_processor_is_too_old(child: WorkerClient, tmp_path: Path) -> None:
    model = str(write_tiny_model(tmp_path / "tiny.gguf"))
    for call in (
        lambda: child.call(messages.INSPECT, messages.InspectParams(model)),
        lambda: child.call(messages.LOAD, messages.LoadParams(model, 256)),
    ):
        with pytest.raises(UserError, match="too old") as refused:
            call()
        assert "AVX2" in refused.value.details
        assert refused.value.advice
    assert child.running  # it goes on: nothing was loaded that could have ended it


def test_without_the_question_the_process_would_end(old_python: str, surroundings: dict[str, str]) -> None:
    """The emulated processor really refuses llama.cpp; otherwise the test above would prove nothing."""
    program = "import llama_cpp.llama_cpp as native; native.llama_backend_init()"
    done = subprocess.run([old_python, "-c", program], env=surroundings, capture_output=True, check=False, timeout=120)
    assert done.returncode != 0
    assert b"Illegal instruction" in done.stderr or done.returncode in {-4, 132}
