"""A folder of this program's own for the time of one piece of work, on the disk of the workspace."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = ".working-"


@contextmanager
def scratch(data: Path) -> Iterator[Path]:
    """A new folder (0700), gone at the end. What stands in it is encrypted."""
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=data))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_left(data: Path) -> None:
    """Remove what a killed program left. Only for whoever holds the workspace."""
    for folder in data.glob(f"{_PREFIX}*"):
        shutil.rmtree(folder, ignore_errors=True)
