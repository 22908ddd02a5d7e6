"""Nothing a person wrote or imported can be read on disk: in use, after a lock, after a killed process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest

from engine.paths import Paths
from engine.workspace import Workspace

from .conftest import CHAT_MODEL, PASSPHRASE, QUESTION

pytestmark = pytest.mark.model

IN_DOCUMENT = "Zebrafinch Marzipan is allergic to cotrimoxazole"
IN_QUESTION = "Quagmire Thistledown"
IN_NAME = "Brontosaurus-intake"

PROGRAM = textwrap.dedent(
    """
    import sys, time
    from pathlib import Path
    from engine.paths import Paths
    from engine.workspace import Workspace

    if __name__ == "__main__":
        data, models, file, passphrase, model, question = sys.argv[1:]
        workspace = Workspace.create(Paths(Path(data), Path(models)), passphrase)
        workspace.choose_model(model)
        workspace.library.add([Path(file)])
        workspace.library.wait(60)
        workspace.library.wait_until_searchable()
        workspace.assistant.ask(question)
        print("used", flush=True)
        time.sleep(60)
    """
)


def leaks(folder: Path) -> list[tuple[str, str]]:
    """Every file below folder, and its name, in which a planted word stands in the clear."""
    planted = [IN_DOCUMENT, IN_QUESTION, IN_NAME, PASSPHRASE, "Zebrafinch", "Thistledown", "cotrimoxazole"]
    needles = [word.encode(encoding) for word in planted for encoding in ("utf-8", "utf-16-le")]
    found = []
    for file in folder.rglob("*"):
        haystack = file.name.encode() + (file.read_bytes() if file.is_file() else b"")
        found += [(file.name, needle.decode("latin-1")) for needle in needles if needle in haystack]
    return found


@pytest.fixture
def document(tmp_path: Path) -> Path:
    file = tmp_path / "in" / f"{IN_NAME}.md"
    file.parent.mkdir()
    file.write_text(f"# Intake\n\n{IN_DOCUMENT} and lives in town.\n", encoding="utf-8")
    return file


def test_nothing_is_readable_in_use_after_lock_and_after_a_kill(
    tmp_path: Path, models_dir: Path, document: Path
) -> None:
    data, scratch = tmp_path / "data", tmp_path / "scratch"
    scratch.mkdir()
    question = f"What is {IN_QUESTION} or Zebrafinch Marzipan allergic to?"
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    arguments = [data, models_dir, document, PASSPHRASE, CHAT_MODEL, question]
    process = subprocess.Popen(
        [sys.executable, str(program), *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(scratch), "PYTHONPATH": str(Path.cwd())},
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "used\n"
        assert leaks(data) == []
        assert leaks(scratch) == []
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        _gone, alive = psutil.wait_procs(children, timeout=10)
        assert not alive, "children outlive a killed program"
    finally:
        process.kill()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()
    assert leaks(data) == []
    assert leaks(scratch) == []

    workspace = Workspace.unlock(Paths(data, models_dir), PASSPHRASE)
    try:
        assert workspace.library.search("allergic to cotrimoxazole", k=1).hits
        assert workspace.assistant.conversations("Thistledown")
    finally:
        workspace.close()
    assert leaks(data) == []


def test_no_connection_leaves_the_machine(workspace: Workspace) -> None:
    workspace.assistant.ask(QUESTION)
    outside = [
        (process.role, connection)
        for process in workspace.processes()
        for connection in psutil.Process(process.pid).net_connections(kind="inet")
    ]
    assert outside == []
