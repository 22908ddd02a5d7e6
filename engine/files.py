"""Writing files so that a reader finds the old content or the new, never a half."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from engine.errors import NotEnoughSpace

# The end of the name of a file that is still being written.
PARTIAL = ".part"
_NO_SUCH_CALL = {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}
_DISK_FULL = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}


class Readable(Protocol):
    """What can be read from its beginning to its end."""

    def read(self, size: int = -1, /) -> bytes: ...


def write_atomically(path: Path, content: bytes) -> None:
    """Replace path by content, durable when this returns (file and folder synced); mode 0600.

    Raises NotEnoughSpace on a full disk, OSError otherwise; then the old file stands untouched, alone.
    """
    with replacing(path) as file:
        file.write(content)


def copy_durably(source: Readable, target: Path) -> None:
    """As write_atomically(), with all that source still gives."""
    with replacing(target) as file:
        shutil.copyfileobj(source, file, 1 << 20)


@contextlib.contextmanager
def replacing(path: Path, before: Callable[[Path], None] | None = None) -> Iterator[BinaryIO]:
    """A file to write, which takes the place of path when this ends well, and is gone when it does not.

    before: called with the finished file once it is durable, before it takes its place; what it raises undoes all.
    Raises NotEnoughSpace on a full disk, OSError otherwise.
    """
    with disk_full_told():
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=PARTIAL, dir=path.parent)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "w+b") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            if before is not None:
                before(temporary)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def remove_partial(folder: Path) -> None:
    """Remove what writers that were killed left in folder. Only where no other writer can be at work."""
    for each in folder.glob(f".*{PARTIAL}"):
        each.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make a rename in folder durable; Windows has no such call and does not need it, nor have some network drives."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_SUCH_CALL:
            raise
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
