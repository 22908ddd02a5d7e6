"""Saying what is done, running commands so that a failure is explained, and remembering what is done already."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_TAIL_LINES = 40


class SetupFailed(Exception):
    """The set-up cannot go on; the text says why and what to do."""


def say(text: str) -> None:
    print(f"chartside: {text}", flush=True)


def run(
    command: Sequence[str],
    failure: str,
    *,
    environment: Mapping[str, str] | None = None,
    quiet: bool = False,
    every_s: float = 0.0,
) -> None:
    """Run a command. Raises SetupFailed(failure) with what it printed last where it fails.

    quiet: its output is shown only on failure. every_s: say every so many seconds that it is still running.
    """
    merged = {**os.environ, **(environment or {})}
    started = time.monotonic()
    with tempfile.TemporaryFile() as log:
        output = log if quiet else None
        with subprocess.Popen(
            command, env=merged, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT if quiet else None
        ) as process:
            try:
                while _still_running(process, every_s):
                    say(f"  still at it, {time.monotonic() - started:.0f} s so far")
            except BaseException:
                process.terminate()
                raise
        if process.returncode != 0:
            log.seek(0)
            tail = log.read().decode(errors="replace").splitlines()[-_TAIL_LINES:]
            raise SetupFailed("\n".join([*tail, failure, f"The command was: {' '.join(command)}"]))


def _still_running(process: subprocess.Popen[bytes], every_s: float) -> bool:
    try:
        process.wait(every_s or None)
    except subprocess.TimeoutExpired:
        return True
    return False


class Stamps:
    """Remembers, in one small file of the virtual environment, which steps were done with what input."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def done(self, step: str, fingerprint: str) -> bool:
        return self._load().get(step) == fingerprint

    def mark(self, step: str, fingerprint: str) -> None:
        content = {**self._load(), step: fingerprint}
        temporary = self._file.with_suffix(".part")
        temporary.write_text(json.dumps(content, indent=1, sort_keys=True))
        temporary.replace(self._file)

    def _load(self) -> dict[str, str]:
        try:
            content = json.loads(self._file.read_text())
        except (OSError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}


def fingerprint(*parts: str | Path) -> str:
    """A digest of texts and of files' content."""
    digest = hashlib.sha256()
    for part in parts:
        content = part.read_bytes() if isinstance(part, Path) else part.encode()
        digest.update(len(content).to_bytes(8, "little") + content)
    return digest.hexdigest()


def fail(error: SetupFailed) -> int:
    print(f"chartside: {error}", file=sys.stderr, flush=True)
    return 1
