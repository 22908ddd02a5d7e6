"""No child process ever holds the key of the workspace, open or locked."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from engine.paths import Paths
from engine.settings import AssistantSettings
from engine.workspace import Workspace
from tests.fixtures.sound.microphone import write_microphone_file

from .conftest import QUESTION, open_samples

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(sys.platform != "linux", reason="reads the memory of processes through /proc"),
]
# What a process has written into: the rest is files and memory that was never touched.
_WRITTEN = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) rw[^\n]*\n(?:(?!Rss)[^\n]*\n)*?Rss: +(\d+) kB", re.MULTILINE)
_PIECE = 16 << 20


def places(pid: int, secret: bytes) -> int:
    """How often a secret stands in the memory of a process, as it is or in hexadecimal."""
    forms = (secret, secret.hex().encode(), secret.hex().upper().encode())
    keep = max(map(len, forms)) - 1
    count = 0
    regions = _WRITTEN.findall(Path(f"/proc/{pid}/smaps").read_text())
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for first, last, resident in regions:
            start, end, rest = int(first, 16), int(last, 16), b""
            if resident == "0":
                continue
            for at in range(start, end, _PIECE):
                try:
                    memory.seek(at)
                    piece = rest + memory.read(min(_PIECE, end - at))
                except (OSError, ValueError, OverflowError):
                    break  # a mapping of the kernel's own, or one that went away
                count += sum(piece.count(form) for form in forms)
                rest = piece[-keep:]
    return count


@pytest.fixture
def workspace(sample_paths: Paths) -> Iterator[Workspace]:
    """One to be closed, that reads a little and writes a little."""
    opened = open_samples(sample_paths)
    little = AssistantSettings(passages=1, max_tokens=16)
    opened.settings.update(lambda settings: structs.replace(settings, assistant=little))
    yield opened
    opened.close()


def test_no_child_holds_the_key(workspace: Workspace, tmp_path: Path) -> None:
    workspace.assistant.ask(QUESTION)
    workspace.library.add([Path("README.md").absolute()])
    workspace.library.wait(60)
    spoken = write_microphone_file(tmp_path / "spoken.wav", seconds=8.0)
    assert workspace.speech.transcribe(spoken).utterances
    key = bytes(workspace._keys.data)
    own, *children = workspace.processes()
    try:
        assert places(own.pid, key) > 0, "the search would find it"
    except PermissionError:
        pytest.skip("this system does not let a process read its own memory")
    found = {child.role: places(child.pid, key) for child in children}
    assert found == dict.fromkeys(("inference", "memory", "media", "speech"), 0)
    workspace.close()
    assert [child for child in children if Path(f"/proc/{child.pid}").exists()] == []
