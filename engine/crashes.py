"""Crash files: what is left for a person to send, by their own hand, after the program broke. Nothing is sent."""

from __future__ import annotations

import faulthandler
import logging
import os
import platform
import re
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TextIO

import psutil

from engine.paths import private_folder
from engine.redaction import short_path, traceback_lines

_logger = logging.getLogger(__name__)
_NATIVE = re.compile(r"native-(\d+)\.txt")
_FRAME_FILE = re.compile(r'File "([^"]*)"')
_KEPT = 20


class CrashReporter:
    """Writes a crash file for every error nobody caught and for the death of native code, from start() to close()."""

    def __init__(self, folder: Path, version: str) -> None:
        self._folder = folder
        self._version = version
        self._before = (sys.excepthook, threading.excepthook)
        self._native: TextIO | None = None

    def start(self) -> None:
        """Take over Python's hooks. Raises OSError where the folder cannot be written."""
        private_folder(self._folder)
        _collect_native(self._folder)
        self._native = (self._folder / f"native-{os.getpid()}.txt").open("w", encoding="utf-8")
        faulthandler.enable(self._native, all_threads=True)
        sys.excepthook = self._on_error
        threading.excepthook = self._on_thread_error

    def close(self) -> None:
        """Give the hooks back. Safe to call twice."""
        if self._native is None:
            return
        sys.excepthook, threading.excepthook = self._before
        faulthandler.disable()
        name = Path(self._native.name)
        self._native.close()
        self._native = None
        name.unlink(missing_ok=True)

    def report(self, error: BaseException) -> Path | None:
        """Write a crash file for error; None where even that fails."""
        text = "\n".join([_heading(self._version), *traceback_lines(error), ""])
        try:
            return _write(self._folder, text)
        except OSError as failure:
            _logger.error("crash_file_not_written", extra={"fields": {"error": failure}})
            return None

    def _on_error(self, kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
        if not isinstance(error, KeyboardInterrupt):
            _logger.critical("crash", exc_info=error)
            self.report(error)
        self._before[0](kind, error, traceback)

    def _on_thread_error(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None and not isinstance(arguments.exc_value, SystemExit):
            _logger.critical("crash_in_thread", exc_info=arguments.exc_value)
            self.report(arguments.exc_value)
        self._before[1](arguments)


def crash_files(folder: Path) -> list[Path]:
    """Crash files that nobody has dismissed, oldest first."""
    return sorted(folder.glob("crash-*.txt")) if folder.is_dir() else []


def dismiss(files: list[Path]) -> None:
    """Mark crash files as seen; the newest 20 are kept."""
    for file in files:
        if file.exists():
            file.replace(file.with_name(f"seen-{file.name}"))
    for folder in {file.parent for file in files}:
        for old in sorted(folder.glob("seen-crash-*.txt"))[:-_KEPT]:
            old.unlink()


def _collect_native(folder: Path) -> None:
    """Turn what native crashes of ended processes left into crash files, without folder names."""
    for file in folder.glob("native-*.txt"):
        match = _NATIVE.fullmatch(file.name)
        if match is None or (psutil.pid_exists(int(match[1])) and int(match[1]) != os.getpid()):
            continue
        text = file.read_text(encoding="utf-8", errors="replace")
        if text.strip():
            _write(folder, _FRAME_FILE.sub(lambda found: f"File {short_path(found[1])}", text))
        file.unlink()


def _write(folder: Path, text: str) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    file = folder / f"crash-{stamp}-{os.getpid()}.txt"
    file.touch(mode=0o600)
    file.write_text(text, encoding="utf-8")
    return file


def _heading(version: str) -> str:
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    return f"Chartside {version}, Python {platform.python_version()}, {system}, {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
