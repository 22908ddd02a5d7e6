"""Crash files are written, carry no text, and are told at the next start."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from engine import crashes
from engine.crashes import CrashReporter, crash_files, dismiss

START = (
    "import sys, threading; from pathlib import Path; from engine.crashes import CrashReporter\n"
    "reporter = CrashReporter(Path(sys.argv[1]), '0.1.0'); reporter.start()\n"
)


def run(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", START + code, str(folder)]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)


def test_an_uncaught_error_leaves_a_file_without_its_text(tmp_path: Path) -> None:
    done = run(tmp_path, "def dose(): raise ValueError('Smith has fever')\ndose()")
    assert done.returncode == 1
    (file,) = crash_files(tmp_path)
    text = file.read_text()
    assert text.startswith("Chartside 0.1.0, Python ")
    assert "in dose" in text
    assert text.endswith("ValueError\n")
    assert "Smith" not in text
    assert file.stat().st_mode & 0o077 == 0


def test_an_error_in_a_thread_leaves_a_file(tmp_path: Path) -> None:
    run(tmp_path, "t = threading.Thread(target=lambda: 1 / 0); t.start(); t.join(); reporter.close()")
    (file,) = crash_files(tmp_path)
    assert "ZeroDivisionError" in file.read_text()


def test_a_keyboard_interrupt_is_no_crash(tmp_path: Path) -> None:
    run(tmp_path, "raise KeyboardInterrupt")
    assert crash_files(tmp_path) == []


def test_native_death_is_told_at_the_next_start_without_folder_names(tmp_path: Path) -> None:
    assert run(tmp_path, "import os\ndef native(): os.abort()\nnative()").returncode < 0
    assert crash_files(tmp_path) == []
    run(tmp_path, "reporter.close()")
    (file,) = crash_files(tmp_path)
    text = file.read_text()
    assert "Fatal Python error: Aborted" in text
    assert "in native" in text
    assert str(Path.home()) not in text
    assert list(tmp_path.glob("native-*")) == []


def test_a_good_end_leaves_nothing(tmp_path: Path) -> None:
    run(tmp_path, "reporter.close(); reporter.close()")
    assert list(tmp_path.iterdir()) == []


def test_the_hooks_are_given_back(tmp_path: Path) -> None:
    before = (sys.excepthook, threading.excepthook)
    script = (
        "reporter.close()\n"
        "assert sys.excepthook is sys.__excepthook__\n"
        "assert threading.excepthook is threading.__excepthook__\n"
        "import faulthandler; assert not faulthandler.is_enabled()\n"
    )
    assert run(tmp_path, script).returncode == 0
    assert (sys.excepthook, threading.excepthook) == before


def test_a_running_programs_file_is_left_alone(tmp_path: Path) -> None:
    running = tmp_path / "native-1.txt"
    running.write_text("")
    run(tmp_path, "reporter.close()")
    assert running.exists()


def test_seen_files_are_told_no_more_and_only_some_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crashes, "_KEPT", 3)
    reporter = CrashReporter(tmp_path, "0.1.0")
    written = [reporter.report(ValueError("Smith")) for _ in range(5)]
    assert crash_files(tmp_path) == written
    dismiss(crash_files(tmp_path))
    assert crash_files(tmp_path) == []
    assert len(list(tmp_path.glob("seen-*"))) == 3
    assert crash_files(tmp_path / "none") == []


def test_where_no_file_can_be_written_the_program_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert CrashReporter(tmp_path / "file", "0.1.0").report(ValueError("x")) is None
