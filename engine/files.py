"""Writing small files so that a reader finds the old content or the new, never a half."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from engine.errors import NotEnoughSpace

_DISK_FULL = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}


def write_atomically(path: Path, content: bytes) -> None:
    """Replace path by content, durable when this returns (file and folder synced); mode 0600.

    Raises NotEnoughSpace on a full disk, OSError otherwise; then the old file stands untouched, alone.
    """
    with disk_full_told():
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename in folder durable; Windows has no such call and does not need it."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def disk_full_told() -> Iterator[None]:
    """Turn the operating system's "disk full" into NotEnoughSpace; every other error passes."""
    try:
        yield
    except OSError as error:
        if error.errno in _DISK_FULL:
            raise not_enough_space() from error
        raise


def not_enough_space() -> NotEnoughSpace:
    return NotEnoughSpace(
        "The disk is full, so this could not be saved.",
        "Free some space on the disk that holds the workspace, then try again. What was saved before is safe.",
    )
