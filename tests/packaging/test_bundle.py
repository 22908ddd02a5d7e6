"""The frozen program itself, run as a person's: its children, its crash files, its window, and life without a keychain.

Skipped unless a bundle is there: the one that `make installer` left, or the one that CHARTSIDE_BUNDLE names.
`make installer-test` runs these before it installs anything.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from bundle import report
from bundle.contents import KEPT_FOLDERS

from tests.fixtures.sound import CONSULTATION, SECONDS
from tests.packaging.tools import program

ROOT = Path(__file__).resolve().parents[2]
BUNDLE = Path(os.environ.get("CHARTSIDE_BUNDLE") or ROOT / "build/installer/dist/chartside")
SMALL = "qwen2.5-coder-0.5b-instruct-q4_k_m"
SPEECH = "whisper-base"
QUESTION = "What dose of intramuscular epinephrine does a child of 20 kg get in anaphylaxis?"

pytestmark = [
    pytest.mark.skipif(not (BUNDLE / "chartside").exists(), reason="no bundle is built: run make installer"),
    pytest.mark.skipif(sys.platform != "linux", reason="the bundle of this system is looked at by its own workflow"),
    pytest.mark.slow,
    pytest.mark.timeout(900),
]


@dataclass(frozen=True)
class Program:
    """The frozen program with a workspace folder of its own and without a desktop session (so without a keychain)."""

    folder: Path
    models: Path

    @property
    def environment(self) -> dict[str, str]:
        return {
            "HOME": str(self.folder),
            "PATH": os.environ["PATH"],
            "CHARTSIDE_DATA": str(self.data),
            "CHARTSIDE_MODELS": str(self.models),
            "QT_QPA_PLATFORM": "offscreen",
        }

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        passphrase = self.folder / "passphrase"
        passphrase.write_text("correct horse battery staple")
        options = ["--passphrase-file", str(passphrase)] if arguments else []
        return subprocess.Popen(
            [BUNDLE / "chartside", *arguments, *options],
            env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self.folder,
        )  # fmt: skip

    def run(self, *arguments: str) -> str:
        process = self.start(*arguments)
        out, error = process.communicate(timeout=600)
        assert process.returncode == 0, out + error
        return out


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Program:
    """With the sample library in its workspace."""
    if not (models_dir / SMALL).is_dir():
        pytest.skip("the small model is not there")
    made = Program(tmp_path_factory.mktemp("frozen"), models_dir)
    samples = BUNDLE / "_internal" / "resources" / "samples"
    made.run("library", "add", *[str(file) for file in samples.iterdir() if file.suffix in {".pdf", ".md", ".docx"}])
    return made


def child_that_maps(process: psutil.Process, library: str, within_s: float = 300) -> psutil.Process:
    """The child of process that has loaded a library."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        for child in process.children(recursive=True):
            try:
                if library in Path(f"/proc/{child.pid}/maps").read_text():
                    return child
            except (OSError, psutil.Error):
                continue
        time.sleep(0.02)
    raise AssertionError(f"no child loaded {library}")


def test_nothing_is_inside_that_may_not_be() -> None:
    assert report.examine(BUNDLE).complaints == []


def test_what_was_said_is_written_down(frozen: Program) -> None:
    if not (frozen.models / SPEECH).is_dir():
        pytest.skip("the speech model is not there")
    heard = json.loads(frozen.run("transcribe", str(CONSULTATION), "--json"))
    words = " ".join(turn["text"] for turn in heard["turns"]).lower()
    assert "sore throat" in words
    assert "penicillin" in words
    assert heard["seconds"] == pytest.approx(SECONDS, abs=0.2)


def test_folders_that_libraries_go_through_are_there() -> None:
    assert [folder for folder in KEPT_FOLDERS.values() if not (BUNDLE / "_internal" / folder).is_dir()] == []


def test_every_keychain_can_be_asked() -> None:
    modules = set(report.module_names(BUNDLE))
    names = ("SecretService", "kwallet", "libsecret", "chainer", "fail", "null")
    assert {f"keyring.backends.{name}" for name in names} <= modules
    assert {"secretstorage", "jeepney.io.blocking"} <= modules


def test_it_finds_everything_it_needs(frozen: Program) -> None:
    told = frozen.run("doctor", "--model", SMALL)
    assert "FAIL" not in told
    assert told.count("ok ") >= 5


def test_the_children_are_the_program_itself_and_a_killed_one_is_replaced(frozen: Program, tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text("".join(json.dumps({"id": number, "question": QUESTION}) + "\n" for number in (1, 2)))
    process = frozen.start("ask", "--cases", str(cases), "--model", SMALL, "--quiet")
    watched = psutil.Process(process.pid)
    victim = child_that_maps(watched, "libllama")
    assert {Path(child.exe()) for child in watched.children()} == {(BUNDLE / "chartside").resolve()}
    # The children's own starter has pointed them at the bundle's libraries; the system may have others, or none.
    inside = str((BUNDLE / "_internal").resolve())
    assert f"LD_LIBRARY_PATH={inside}" in Path(f"/proc/{victim.pid}/environ").read_text().split("\0")
    victim.send_signal(signal.SIGKILL)
    successor = child_that_maps(watched, "libllama")
    out, error = process.communicate(timeout=600)
    answers = [json.loads(line) for line in out.splitlines()]
    assert successor.pid != victim.pid
    assert [answer["id"] for answer in answers] == [1, 2], error
    assert answers[1]["answered"]
    assert any("0.15 mg" in sentence["text"] for sentence in answers[1]["sentences"])


def test_without_a_keychain_the_passphrase_opens_the_workspace(frozen: Program) -> None:
    assert "DBUS_SESSION_BUS_ADDRESS" not in frozen.environment
    listed: list[dict[str, Any]] = json.loads(frozen.run("library", "list", "--json"))["documents"]
    assert len(listed) == 12


@pytest.fixture
def window(tmp_path: Path, models_dir: Path) -> Iterator[tuple[Program, subprocess.Popen[str]]]:
    made = Program(tmp_path, models_dir)
    process = made.start()
    yield made, process
    process.kill()
    process.communicate()


def wait_for(condition: Callable[[], object], within_s: float = 60) -> None:
    until = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


def test_a_crash_leaves_its_file_in_the_workspace_folder(window: tuple[Program, subprocess.Popen[str]]) -> None:
    made, process = window
    crashes = made.data / "crashes"
    wait_for(lambda: list(crashes.glob("native-*.txt")))
    time.sleep(2)  # the window is up; what comes first is not what is tested
    process.send_signal(signal.SIGSEGV)
    process.wait(30)
    (left,) = crashes.glob("native-*.txt")
    assert "Fatal Python error: Segmentation fault" in left.read_text()


def test_programs_of_the_system_do_not_get_our_libraries(tmp_path: Path) -> None:
    """What the frozen program does before anything else, done here."""
    hook = ROOT / "packaging" / "bundle" / "hooks" / "environment.py"
    show = "import os; print(os.environ.get('LD_LIBRARY_PATH'), [x for x in os.environ if x.startswith('_PYI_')])"
    run = [sys.executable, "-c", f"exec(open({str(hook)!r}).read()); {show}"]
    ours = {**os.environ, "LD_LIBRARY_PATH": "/bundle/_internal", "_PYI_ARCHIVE_FILE": "/bundle/chartside"}
    for before, expected in (({}, "None []"), ({"LD_LIBRARY_PATH_ORIG": "/their/own"}, "/their/own []")):
        done = subprocess.run(run, env={**ours, **before}, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == expected


def test_the_window_opens_on_a_screen(tmp_path: Path, models_dir: Path) -> None:
    program("Xvfb")
    program("xdotool")
    from tests.benchmarks.frozen_start import Screen, measure

    screen = Screen(58)
    try:
        assert measure(BUNDLE / "chartside", screen, tmp_path / "data")[0] < 30
    finally:
        screen.close()
