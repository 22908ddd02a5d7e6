"""The composition root and the entry of the program, in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.__main__ import main

ROOT = Path(__file__).resolve().parent.parent.parent

# Opens the program and ends it by itself half a second after it was drawn.
PROGRAM = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
import app.application
from engine.paths import Paths

make = app.application.make_application

def made():
    application = make()
    QTimer.singleShot(500, application.closeAllWindows)
    return application

if __name__ == "__main__":
    app.application.make_application = made
    folder = Path(sys.argv[1])
    sys.exit(app.application.run(Paths(folder / "data", folder / "models")))
"""


# The same as a copy on trial after an update, with a person who asks for the restart.
RESTART = PROGRAM.replace(
    'if __name__ == "__main__":',
    """
from app.desktop import Desktop
from engine.installation import Build, Installation, Kind

start = Desktop.start

def started(self):
    start(self)
    self.restart = lambda arguments: print("restart", arguments, pending.exists())

if __name__ == "__main__":
    Desktop.start = started
    prefix = Path(sys.argv[1])
    copy = Installation(prefix, prefix / "versions" / "1.0.0", Build("1.0.0", "linux-x86_64"), Kind.RUN)
    pending = copy.pending_start_file
    pending.write_text("1.0.0\\n")
    Installation.this = lambda: copy
""",
)


def run_program(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", program, str(folder)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_program_opens_closes_and_leaves_nothing_behind(tmp_path):
    done = run_program(PROGRAM, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert list((tmp_path / "data" / "crashes").iterdir()) == []
    assert not (tmp_path / "data" / "workspace.db").exists()


def test_restart_comes_after_everything_is_closed_and_the_start_was_reported(tmp_path):
    done = run_program(RESTART, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"restart ['--data', '{tmp_path / 'data'}'] False\n"
    assert not (tmp_path / "data" / "window.json").exists()


def test_folder_that_cannot_be_used_is_told(tmp_path):
    (tmp_path / "data").write_text("a file where the folder should be")
    done = run_program(PROGRAM, tmp_path)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr


def test_entry_imports_nothing_heavy():
    """Every child process imports it again."""
    program = "import sys, app.__main__; print(sorted(name for name in sys.modules if '.' not in name))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    for heavy in ("PySide6", "engine", "msgspec", "torch", "chromadb", "llama_cpp", "numpy"):
        assert f"'{heavy}'" not in done.stdout


def test_window_imports_no_model_library_and_no_web_engine():
    program = "import sys, app.application, app.desktop; app.application._pages(); print('\\n'.join(sys.modules))"
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    modules = set(done.stdout.split())
    for heavy in ("torch", "chromadb", "llama_cpp", "sentence_transformers", "rapidocr", "PySide6.QtWebEngineCore"):
        assert heavy not in modules


@pytest.mark.parametrize("arguments", [["--help"], ["models", "--help"]])
def test_arguments_go_to_the_command_line(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 0
    assert "usage" in capsys.readouterr().out


def test_second_start_hands_its_file_to_the_first_and_ends(tmp_path):
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "CHARTSIDE_DATA": str(tmp_path / "data"),
        "CHARTSIDE_MODELS": str(tmp_path / "models"),
    }
    door = tmp_path / "data" / "window.json"
    program = [sys.executable, "-m", "app"]
    first = subprocess.Popen(program, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + 30
        while not door.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        second = subprocess.run(
            [*program, "ward.gguf"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=30, check=False
        )
        assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
        assert first.poll() is None
    finally:
        first.terminate()
        first.communicate(timeout=20)
