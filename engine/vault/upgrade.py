"""Copies of a database that are kept from before a change that an older version could not read."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from engine.files import Readable, copy_durably, not_enough_space, remove_partial
from engine.paths import private_folder
from engine.vault import driver, failures


def keep_snapshot(database: Path, key: bytes | bytearray, backups: Path, schema: int) -> Path:
    """Copy a closed database from before a migration into backups and verify the copy; returns it.

    Raises NotEnoughSpace, and VaultDamaged where the copy is not sound; it is then not kept.
    """
    if backups.is_dir():
        remove_partial(backups)
    with database.open("rb") as source:
        copy = copy_into(backups, database, f"schema-{schema}", source, os.fstat(source.fileno()).st_size)
    verify_snapshot(copy, key)
    return copy


def verify_snapshot(copy: Path, key: bytes | bytearray) -> None:
    """Check every page of a copy. Raises VaultDamaged where it is not sound, and removes it."""
    try:
        with driver.open_copy(copy, key) as connection:
            found = driver.problems(connection)
        if found:
            raise failures.damaged_before_upgrade("; ".join(found[:5]))
    except BaseException:
        copy.unlink()
        raise


def copy_into(backups: Path, database: Path, label: str, source: Readable, size: int) -> Path:
    """Copy a database file into backups, still encrypted with its own key; returns the copy, named by label and time.

    source: the file, of size bytes. Raises NotEnoughSpace before or while copying; then no copy is left behind.
    """
    private_folder(backups)
    if shutil.disk_usage(backups).free < size:
        raise not_enough_space()
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    target = backups / f"{database.stem}.{label}.{stamp}{database.suffix}"
    copy_durably(source, target)
    return target
