"""Crash files: what went wrong in the window, kept on this computer, and a notice about it at the next start.

A crash file holds the kinds of the exceptions and the places in the code they passed, never their messages or values:
those may carry patient text.
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import os
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import IO

from engine.errors import UserError

log = logging.getLogger(__name__)

_NATIVE = "native-"
_CRASH = "crash-"
_SEEN = "seen-"
# Older files of a kind beyond this many are removed.
_KEEP = 20


class CrashFiles:
    """The crash files of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._native: IO[str] | None = None

    def watch(self) -> None:
        """Also write down crashes of native code in this process, until close()."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._collect_native()
        self._native = (self._folder / f"{_NATIVE}{os.getpid()}.txt").open("w", encoding="utf-8")
        faulthandler.enable(self._native)

    def record(self, error: BaseException) -> Path | None:
        """Write a defect down; returns the file, or None where even that failed (the log then says so)."""
        name = f"{_CRASH}{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.txt"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = self._folder / name
            file.write_text(report(error), encoding="utf-8")
            file.chmod(0o600)
        except OSError:
            log.exception("crash_file_not_written")
            return None
        return file

    def unseen(self) -> list[Path]:
        """Crash files that no notice was shown for yet, oldest first."""
        return sorted(self._folder.glob(f"{_CRASH}*.txt"))

    def mark_seen(self) -> None:
        """Keep the files, but show no notice about them any more; the oldest beyond 20 go."""
        for file in self.unseen():
            file.replace(file.with_name(_SEEN + file.name.removeprefix(_CRASH)))
        for file in sorted(self._folder.glob(f"{_SEEN}*.txt"))[:-_KEEP]:
            file.unlink()

    def close(self) -> None:
        """Stop watching: this process ended in order."""
        if self._native is not None:
            faulthandler.disable()
            self._native.close()
            Path(self._native.name).unlink(missing_ok=True)
            self._native = None

    def _collect_native(self) -> None:
        for file in self._folder.glob(f"{_NATIVE}*.txt"):
            # A file that another running window holds open cannot be moved on Windows: it is not a crash.
            with contextlib.suppress(PermissionError, FileNotFoundError):
                if file.stat().st_size:
                    file.replace(file.with_name(_CRASH + file.name))
                else:
                    file.unlink()


def report(error: BaseException) -> str:
    """The text of a crash file."""
    lines = [f"Chartside {version('chartside')}", f"Python {platform.python_version()} on {platform.platform()}", ""]
    cause: BaseException | None = error
    while cause is not None:
        lines.append(f"{type(cause).__module__}.{type(cause).__qualname__}")
        frames = traceback.extract_tb(cause.__traceback__)
        lines.extend(f"  {Path(frame.filename).name}:{frame.lineno} in {frame.name}" for frame in frames)
        cause = cause.__cause__ or cause.__context__
        if cause is not None:
            lines.append("caused by")
    return "\n".join(lines) + "\n"


def told(file: Path | None) -> UserError:
    """What a person is told about a defect."""
    return UserError(
        "Chartside made a mistake of its own and stopped this step.",
        "What was saved is safe. Try again; if it happens once more, close Chartside and open it again.",
        f"A description without any patient text is in {file}" if file else "",
    )


def catch_everything(on_defect: Callable[[BaseException], object]) -> None:
    """Hand exceptions that nobody caught, on any thread, to on_defect."""

    def main_hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            on_defect(error)

    def thread_hook(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            on_defect(arguments.exc_value)

    sys.excepthook = main_hook
    threading.excepthook = thread_hook
