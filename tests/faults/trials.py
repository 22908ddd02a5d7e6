"""The ways in which a workspace is put to the test, one generator each; what they yield is what went wrong."""

from __future__ import annotations

import errno
import random
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.faults import crash_states
from tests.faults.laboratory import Laboratory

# SQLite's log: a header of 32 bytes, then frames of 24 bytes and a page. https://www.sqlite.org/fileformat2.html
WAL_HEADER, FRAME_HEADER, PAGE = 32, 24, 8192
LOG = "workspace.db-wal"


class Bench:
    """A workspace that was worked in for a while, and its log; copies of both are what is put to the test."""

    def __init__(self, laboratory: Laboratory, folder: Path, *, seed: int = 1, acts: int = 12) -> None:
        self.laboratory = laboratory
        self.folder = folder
        self.workspace, self.log = folder / "workspace", folder / "log"
        laboratory.create(self.workspace)
        laboratory.work(self.workspace, self.log, seed=seed, acts=acts)

    def copy(self) -> tuple[Path, Path]:
        """A fresh copy of the workspace and of its log, in the place of the last one."""
        workspace, log = self.folder / "copy", self.folder / "copy.log"
        shutil.rmtree(workspace, ignore_errors=True)
        shutil.copytree(self.workspace, workspace)
        shutil.copyfile(self.log, log)
        return workspace, log

    @property
    def lines(self) -> int:
        return len(self.log.read_text(encoding="utf-8").splitlines())


def kills(bench: Bench, rounds: int, chance: random.Random, look: int = 1) -> Iterator[tuple[str, list[str]]]:
    """SIGKILL in the middle of work, again and again in one workspace; each time it must open again to be worked in,
    and after so many rounds everything must be in it."""
    for number in range(1, rounds + 1):
        options = {"seed": chance.getrandbits(32), "acts": 1_000_000, "kill_after_s": chance.uniform(0.01, 0.25)}
        answer = bench.laboratory.work(bench.workspace, bench.log, **options)
        problems = [] if answer.get("killed") else [f"it ended by itself: {answer}"]
        if number % look == 0 or number == rounds:
            problems += bench.laboratory.problems(bench.workspace, bench.log)
        yield f"kill {number}", problems


def write_points(bench: Bench, acts: int, seed: int) -> int:
    """How many write points so many acts and a backup have, with opening and closing."""
    workspace, log = bench.copy()
    points: int = bench.laboratory.work(workspace, log, seed=seed, acts=acts, backups=1)["points"]
    return points


def failures(bench: Bench, points: Sequence[int], acts: int, seed: int) -> Iterator[tuple[str, list[str]]]:
    """A full disk from each write point on, and an I/O error at each; ended by closing, and as by a crash.

    A failure that nobody is told of is a problem too.
    """
    for at in points:
        for error, stay in ((errno.ENOSPC, True), (errno.EIO, False)):
            for leave in (False, True):
                workspace, log = bench.copy()
                options = {"at": at, "errno": error, "stay": stay, "leave": leave, "backups": 1}
                answer = bench.laboratory.work(workspace, log, seed=seed, acts=acts, **options)
                problems = bench.laboratory.problems(workspace, log)
                if "refused" in answer:
                    problems.append(f"raised out of the work: {answer['refused']}")
                yield f"{errno.errorcode[error]} at {at}{', left' if leave else ''}", problems


def power_cuts(
    bench: Bench, acts: int, seed: int, *, share: float = 1.0, each: int = 3, unsafe: bool = False
) -> Iterator[tuple[str, list[str]]]:
    """What the disk may hold after a power cut behind each write point (a share of them); see crash_states."""
    chance = random.Random(seed)
    workspace, log = bench.copy()
    start, state, record = bench.folder / "start", bench.folder / "state", bench.folder / "record"
    shutil.rmtree(start, ignore_errors=True)
    shutil.copytree(workspace, start)
    known = bench.lines
    bench.laboratory.work(workspace, log, seed=seed, acts=acts, backups=1, record=record, unsafe=unsafe)
    calls = crash_states.read_record(record)
    for number, acknowledged, files in crash_states.crashes(calls, start, workspace, seed, each):
        if chance.random() >= share:
            continue
        shutil.rmtree(state, ignore_errors=True)
        state.mkdir()
        crash_states.lay_out(files, workspace, state)
        yield f"power cut after call {number}", bench.laboratory.problems(state, log, known + acknowledged)


def torn_logs(bench: Bench, acts: int, seed: int) -> Iterator[tuple[str, list[str]]]:
    """The log cut behind each of its frames, in the middle of each, and each one overwritten.

    What was in the lost part may be gone; what is left must be whole.
    """
    workspace, log = bench.copy()
    bench.laboratory.work(workspace, log, seed=seed, acts=acts, leave=True)
    written = bench.folder / "written"
    shutil.rmtree(written, ignore_errors=True)
    shutil.copytree(workspace, written)
    content = (written / LOG).read_bytes()
    frames = (len(content) - WAL_HEADER) // (FRAME_HEADER + PAGE)
    for frame in range(frames):
        start = WAL_HEADER + frame * (FRAME_HEADER + PAGE)
        middle = start + FRAME_HEADER + PAGE // 2
        for name, torn in (
            ("cut before", content[:start]),
            ("cut in", content[:middle]),
            ("zeros in", content[:middle] + bytes(64) + content[middle + 64 :]),
        ):
            shutil.rmtree(workspace)
            shutil.copytree(written, workspace)
            (workspace / LOG).write_bytes(torn)
            yield f"log {name} frame {frame}", bench.laboratory.problems(workspace, log, 0)
