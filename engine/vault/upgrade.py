"""The copy of a database that is kept from before a migration."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from engine.files import disk_full_told, not_enough_space, sync_folder
from engine.paths import private_folder


def back_up(database: Path, backups: Path, schema: int) -> Path:
    """Copy a closed database into backups, still encrypted with its own key; returns the copy.

    Raises NotEnoughSpace before or while copying; then no copy is left behind.
    """
    private_folder(backups)
    if shutil.disk_usage(backups).free < database.stat().st_size:
        raise not_enough_space()
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    target = backups / f"{database.stem}.schema-{schema}.{stamp}{database.suffix}"
    partial = target.with_name(target.name + ".part")
    with disk_full_told():
        try:
            shutil.copyfile(database, partial)
            with partial.open("r+b") as file:
                os.fsync(file.fileno())
            partial.chmod(0o600)
            partial.replace(target)
            sync_folder(backups)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
    return target
