"""A disk that fails on order (disk.c), in this process or in one that it is loaded into."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_name("disk.c")


def build(folder: Path) -> Path:
    """Compile the library into folder; returns it. Raises FileNotFoundError where there is no C compiler."""
    compiler = shutil.which(os.environ.get("CC", "cc"))
    if compiler is None:
        raise FileNotFoundError("cc")
    library = folder / "disk.so"
    if not library.exists() or library.stat().st_mtime < SOURCE.stat().st_mtime:
        command = [compiler, "-shared", "-fPIC", "-O1", "-Wall", "-Wno-nonnull-compare", "-o", str(library)]
        subprocess.run([*command, str(SOURCE), "-ldl", "-lpthread"], check=True)
    return library


def preloaded(library: Path) -> dict[str, str]:
    """The environment of a process whose file calls go through the library."""
    return {**os.environ, "LD_PRELOAD": str(library)}


class Disk:
    """The library in this process, which must have been started with preloaded()."""

    def __init__(self, library: Path, folder: Path) -> None:
        """folder: what stands under it may fail."""
        self._calls = ctypes.CDLL(str(library))
        self._calls.disk_arm.argtypes = [ctypes.c_long, ctypes.c_int, ctypes.c_int]
        self._calls.disk_points.restype = ctypes.c_long
        self._calls.disk_mark.argtypes = [ctypes.c_uint64]
        self._calls.disk_watch(os.fsencode(folder))

    def fail(self, at: int, error: int, *, stay: bool) -> None:
        """Let the write point with this number from now on fail with this errno; stay: every later one too."""
        self._calls.disk_arm(at, error, int(stay))

    def mend(self) -> None:
        """Let everything work again, and count from the beginning."""
        self._calls.disk_arm(0, 0, 0)

    @property
    def points(self) -> int:
        """How many write points there were since the last order."""
        return int(self._calls.disk_points())

    def record(self, file: Path | None) -> None:
        """Write every write point into file from now on; None ends it."""
        self._calls.disk_record(None if file is None else os.fsencode(file))

    def mark(self, number: int) -> None:
        """Write into the record that everything up to number has been acknowledged."""
        self._calls.disk_mark(number)
