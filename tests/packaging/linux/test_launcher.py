"""The launcher with real processes: which version it starts, and when it goes back to the one before."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

LAUNCHER = Path(__file__).resolve().parents[3] / "packaging" / "linux" / "launcher.sh"
OLD, NEW = "0.1.0", "0.2.0"

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the launcher of Linux")


@dataclass
class Site:
    """A prefix where every version's program is a copy of the shell, so that it can be told what to do."""

    prefix: Path

    def start(self, script: str = "true", *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.prefix / "bin" / "chartside", "-c", script, *(("shell", *arguments) if arguments else ())],
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": os.environ["PATH"], **environment},
        )

    def begin(self, script: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen([self.prefix / "bin" / "chartside", "-c", script])
        exe = Path("/proc", str(process.pid), "exe")
        while "versions" not in str(exe.readlink()):
            time.sleep(0.01)
        return process

    def started(self, **environment: str) -> str:
        """The version that is started now, with what it was told of a roll back."""
        done = self.start('readlink /proc/$$/exe; echo "rolled=${CHARTSIDE_ROLLED_BACK-}"', **environment)
        assert done.returncode == 0, done.stderr
        exe, told = done.stdout.split("\n")[:2]
        return f"{Path(exe).parent.name} {told}"

    def update(self, version: str = NEW) -> None:
        self.add(version)
        (self.prefix / "pending-start").write_text(f"{version}\n")
        for link in ("previous", "current"):
            (self.prefix / link).unlink(missing_ok=True)
        (self.prefix / "previous").symlink_to(f"versions/{OLD}")
        (self.prefix / "current").symlink_to(f"versions/{version}")

    def add(self, version: str) -> None:
        folder = self.prefix / "versions" / version
        folder.mkdir(parents=True)
        shutil.copy2(Path("/bin/sh").resolve(), folder / "chartside")

    @property
    def pending(self) -> list[str]:
        return (self.prefix / "pending-start").read_text().splitlines()


@pytest.fixture(params=["plain", "a 'strange' $(name) *"])
def site(tmp_path: Path, request: pytest.FixtureRequest) -> Site:
    made = Site(tmp_path / request.param)
    made.add(OLD)
    (made.prefix / "current").symlink_to(f"versions/{OLD}")
    (made.prefix / "bin").mkdir()
    shutil.copy2(LAUNCHER, made.prefix / "bin" / "chartside")
    return made


def test_it_starts_the_current_version_with_its_arguments(site: Site) -> None:
    assert site.started() == f"{OLD} rolled="
    done = site.start('printf "%s|" "$@"', "a b", "", "*", "$(id)", "ü\n")
    assert done.stdout == "a b||*|$(id)|ü\n|"
    assert not (site.prefix / "pending-start").exists()


def test_the_exit_code_is_the_programs(site: Site) -> None:
    assert site.start("exit 3").returncode == 3


def test_a_link_in_the_path_leads_to_it(site: Site, tmp_path: Path) -> None:
    (tmp_path / "usr-bin").mkdir()
    (tmp_path / "usr-bin" / "chartside").symlink_to(site.prefix / "bin" / "chartside")
    done = subprocess.run(
        ["chartside", "-c", "readlink /proc/$$/exe"],
        env={"PATH": f"{tmp_path / 'usr-bin'}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(done.stdout.strip()).parent.name == OLD


def test_after_two_starts_without_a_report_it_goes_back_once(site: Site) -> None:
    site.update()
    assert site.started() == f"{NEW} rolled="
    assert site.started() == f"{NEW} rolled="
    assert len(site.pending) == 3
    assert site.started() == f"{OLD} rolled={NEW}"
    assert site.started() == f"{OLD} rolled="
    assert (site.prefix / "current").readlink() == Path(f"versions/{OLD}")
    assert not (site.prefix / "previous").is_symlink()
    assert not (site.prefix / "pending-start").exists()
    assert (site.prefix / "versions" / ".rolled-back").read_text() == f"{NEW}\n"


def test_a_reported_start_ends_the_trial(site: Site) -> None:
    site.update()
    assert site.started() == f"{NEW} rolled="
    (site.prefix / "pending-start").unlink()  # what Installation.report_started does
    for _again in range(4):
        assert site.started() == f"{NEW} rolled="


def test_starts_that_are_still_under_way_do_not_count(site: Site) -> None:
    """Somebody impatient clicks five times while a slow computer opens the window."""
    site.update()
    running = [site.begin("sleep 30 & wait") for _click in range(5)]
    try:
        assert site.started() == f"{NEW} rolled="
    finally:
        for process in running:
            process.kill()
            process.wait()
    assert site.started() == f"{OLD} rolled={NEW}"


def test_a_killed_start_counts(site: Site) -> None:
    site.update()
    for _start in range(2):
        process = site.begin("sleep 30 & wait")
        process.kill()
        process.wait()
    assert site.started() == f"{OLD} rolled={NEW}"


def test_the_trial_of_another_version_is_none(site: Site) -> None:
    """The power went between the note and the switch."""
    site.update()
    (site.prefix / "current").unlink()
    (site.prefix / "current").symlink_to(f"versions/{OLD}")
    for _again in range(4):
        assert site.started() == f"{OLD} rolled="
    assert site.pending == [NEW]


def test_without_a_version_before_it_goes_on(site: Site) -> None:
    site.update()
    shutil.rmtree(site.prefix / "versions" / OLD)
    for _again in range(4):
        assert site.started() == f"{NEW} rolled="


@pytest.mark.parametrize("content", ["", "\n\n", f"{NEW}\nnonsense\n-1\n$(id)\n", f"{NEW}\n\0\xff\n"])
def test_an_odd_note_keeps_nothing_from_starting(site: Site, content: str) -> None:
    site.update()
    (site.prefix / "pending-start").write_text(content, encoding="latin-1")
    assert site.started() == f"{NEW} rolled="


def test_where_it_may_not_write_it_only_starts(site: Site) -> None:
    if os.getuid() == 0:
        # root may write everywhere: let the note be a folder, which no one can append to
        site.update()
        (site.prefix / "pending-start").unlink()
        (site.prefix / "pending-start").mkdir()
    else:
        site.update()
        site.prefix.chmod(0o555)
    try:
        for _again in range(4):
            assert site.started() == f"{NEW} rolled="
    finally:
        site.prefix.chmod(0o755)


def test_a_broken_current_starts_the_one_before(site: Site) -> None:
    site.update()
    (site.prefix / "versions" / NEW / "chartside").unlink()
    assert site.started() == f"{OLD} rolled="
    (site.prefix / "versions" / OLD / "chartside").unlink()
    done = site.start()
    assert done.returncode == 127
    assert "Install it again; your documents and settings are kept." in done.stderr


def test_a_running_program_keeps_its_version_after_a_switch(site: Site) -> None:
    process = site.begin("sleep 30 & wait")
    try:
        exe = Path("/proc", str(process.pid), "exe").readlink()
        site.update()
        assert exe.parent.name == OLD
        command = Path("/proc", str(process.pid), "cmdline").read_bytes().split(b"\0")[0]
        assert os.fsdecode(command) == str(site.prefix / "versions" / OLD / "chartside")
    finally:
        process.kill()
        process.wait()


def test_it_says_nothing_of_its_own(site: Site) -> None:
    site.update()
    assert [site.start("true").stderr for _start in range(4)] == [""] * 4
