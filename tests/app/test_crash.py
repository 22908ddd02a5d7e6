"""Crash files hold where it happened, never what was worked on."""

from __future__ import annotations

import faulthandler
import subprocess
import sys

import pytest

from app.crash import CrashFiles, told


@pytest.fixture(autouse=True)
def _faulthandler_of_the_test_run():
    """CrashFiles takes the process's one fault handler; give it back."""
    yield
    faulthandler.enable(file=sys.__stderr__)


def _defect() -> BaseException:
    try:
        try:
            raise KeyError("Mrs Alvarez, penicillin")
        except KeyError as error:
            raise RuntimeError("answer about Mrs Alvarez") from error
    except RuntimeError as error:
        return error


def test_crash_file_names_places_but_no_values(tmp_path):
    crashes = CrashFiles(tmp_path / "crashes")
    file = crashes.record(_defect())
    assert file is not None
    text = file.read_text()
    assert "RuntimeError" in text and "KeyError" in text and "test_crash.py" in text and "_defect" in text
    assert "Alvarez" not in text and "penicillin" not in text
    assert file.stat().st_mode & 0o077 == 0
    assert str(file) in told(file).details


def test_notice_is_shown_once(tmp_path):
    crashes = CrashFiles(tmp_path)
    file = crashes.record(_defect())
    assert crashes.unseen() == [file]
    crashes.mark_seen()
    assert crashes.unseen() == []
    assert len(list(tmp_path.glob("seen-*.txt"))) == 1


def test_old_files_go(tmp_path):
    for number in range(30):
        (tmp_path / f"seen-{number:03}.txt").write_text("x")
    CrashFiles(tmp_path).mark_seen()
    left = sorted(file.name for file in tmp_path.iterdir())
    assert len(left) == 20 and left[0] == "seen-010.txt"


def test_unwritable_folder_is_no_second_crash(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert CrashFiles(blocked / "crashes").record(_defect()) is None


def test_native_crash_of_the_process_before_is_found(tmp_path):
    program = (
        "import sys, os, signal; from pathlib import Path; from app.crash import CrashFiles;"
        "CrashFiles(Path(sys.argv[1])).watch(); os.kill(os.getpid(), signal.SIGSEGV)"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False, stderr=subprocess.DEVNULL)
    crashes = CrashFiles(tmp_path)
    crashes.watch()
    try:
        (file,) = crashes.unseen()
        assert "Segmentation fault" in file.read_text()
    finally:
        crashes.close()


def test_orderly_end_leaves_nothing(tmp_path):
    crashes = CrashFiles(tmp_path)
    crashes.watch()
    crashes.close()
    assert list(tmp_path.iterdir()) == []
