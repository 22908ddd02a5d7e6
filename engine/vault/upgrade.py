"""Copies of a database that are kept from before a change that an older version could not read."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from engine.files import disk_full_told, not_enough_space, sync_folder
from engine.paths import private_folder


def back_up(database: Path, backups: Path, schema: int) -> Path:
    """Copy a closed database from before a migration into backups; returns the copy. Raises NotEnoughSpace."""
    with database.open("rb") as source:
        return copy_into(backups, database, f"schema-{schema}", source)


def copy_into(backups: Path, database: Path, label: str, source: BinaryIO) -> Path:
    """Copy a database file into backups, still encrypted with its own key; returns the copy, named by label and time.

    source: the open file. Raises NotEnoughSpace before or while copying; then no copy is left behind.
    """
    private_folder(backups)
    if shutil.disk_usage(backups).free < os.fstat(source.fileno()).st_size:
        raise not_enough_space()
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    target = backups / f"{database.stem}.{label}.{stamp}{database.suffix}"
    with disk_full_told():
        copy_durably(source, target)
        sync_folder(backups)
    return target


def copy_durably(source: BinaryIO, target: Path) -> None:
    """Copy an open file to target, there completely or not at all; mode 0600. The folder is not synced."""
    partial = target.with_name(target.name + ".part")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            shutil.copyfileobj(source, file, 1 << 20)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
