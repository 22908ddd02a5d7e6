"""Putting an update into a copy that belongs to an administrator: the same command, run through polkit's pkexec.

The command verifies everything again itself; nothing that this process found out is taken on trust by it.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from engine.cancellation import Cancelled, CancelToken
from engine.errors import UserError
from engine.types import UpdateInfo, UpdateProgress
from engine.updates import refusals
from engine.updates.environment import outside_environment

# pkexec(1): 126 when the person closed the question for the password, 127 when it was not granted.
_DISMISSED, _NOT_GRANTED, _INTERRUPTED = 126, 127, 130


def available() -> bool:
    """Whether this desktop can ask for an administrator's password."""
    return shutil.which("pkexec") is not None


def install(launcher: Path, file: Path, report: Callable[[UpdateProgress], None], token: CancelToken) -> UpdateInfo:
    """Have an administrator's process put file in; returns what was put in.

    Raises what Updates.install raises, Cancelled also where no password was given, UpdateRefused where it was refused.
    """
    words = [str(launcher), "update", "install", "--json", "--while-stdin-open", str(file.absolute())]
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(  # noqa: S603 - our own launcher, through the system's pkexec
            ["pkexec", *words],  # noqa: S607 - wherever the distribution puts it
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            env=outside_environment(),
        )
        # Its end is what tells the other process to stop: one of root's cannot be signalled from here.
        forget = token.on_cancel(lambda: process.stdin.close() if process.stdin else None)
        try:
            with process:
                info = _follow(process, report)
        finally:
            forget()
        complaints.seek(0)
        told = complaints.read(20_000).decode("utf-8", "replace")
    if process.returncode == 0 and info is not None:
        return info
    if process.returncode in (_DISMISSED, _INTERRUPTED) or token.cancelled:
        raise Cancelled
    raise _failure(process.returncode, told)


def _follow(process: subprocess.Popen[bytes], report: Callable[[UpdateProgress], None]) -> UpdateInfo | None:
    """Hand progress on until the last line, which tells what was put in."""
    info = None
    for line in process.stdout or ():
        try:
            report(msgspec.json.decode(line, type=UpdateProgress))
        except msgspec.ValidationError:
            info = msgspec.json.decode(line, type=UpdateInfo)
    return info


def _failure(code: int, told: str) -> UserError:
    """The command's own sentences: message, advice, and details in brackets, a line each."""
    lines = [line for line in told.splitlines() if line.strip()]
    if code == _NOT_GRANTED or not lines:
        return refusals.not_granted(told.strip())
    details = lines[-1].strip("()") if lines[-1].startswith("(") else ""
    advice = lines[1] if len(lines) > 1 and not lines[1].startswith("(") else ""
    return refusals.UpdateRefused(lines[0], advice, details)
