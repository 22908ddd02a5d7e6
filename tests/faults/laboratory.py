"""Runs cases (cases.py) one after the other, for the tests and the benchmark."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.faults import disk

ROOT = Path(__file__).resolve().parents[2]


class Laboratory:
    """A process for cases; a context manager that ends it."""

    def __init__(self, folder: Path) -> None:
        """folder: for the library. Raises FileNotFoundError without a C compiler."""
        library = disk.build(folder)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.cases", str(library)],
            cwd=ROOT,
            env=disk.preloaded(library),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Laboratory:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(timeout=60)

    def create(self, folder: Path) -> None:
        self._ask(case="create", folder=str(folder))

    def work(self, folder: Path, log: Path, *, seed: int, acts: int, **options: Any) -> dict[str, Any]:
        """See cases.work; kill_after_s ends it by SIGKILL."""
        if isinstance(options.get("record"), Path):
            options["record"] = str(options["record"])
        return self._ask(case="work", folder=str(folder), log=str(log), seed=seed, acts=acts, **options)

    def problems(self, folder: Path, log: Path, lines: int | None = None) -> list[str]:
        """Open the workspace of folder and hold it against a log; what is wrong with it."""
        answer = self._ask(case="check", folder=str(folder), log=str(log), lines=lines)
        if "problems" not in answer:
            return [f"it does not open: {answer}"]
        found: list[str] = answer["problems"]
        return found

    def _ask(self, **case: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(case) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        if "defect" in answer:
            raise AssertionError(f"{case}: {answer['defect']}")
        return answer
