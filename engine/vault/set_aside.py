"""Moving a database without keys out of the way of a new workspace."""

from __future__ import annotations

from pathlib import Path

from engine.vault.workspace_lock import WorkspaceLock


def set_aside(database: Path) -> None:
    """Move a database without keys out of the way (a creation that was cut off, or lost keys). Nothing is deleted."""
    if not database.exists():
        return
    lock = WorkspaceLock.take(database)
    try:
        _move_aside(database)
    finally:
        lock.release()


def _move_aside(database: Path) -> None:
    number = 1
    while (target := database.with_name(f"{database.stem}.no-key-{number}{database.suffix}")).exists():
        number += 1
    for suffix in ("-wal", "-shm", ""):
        part = database.with_name(database.name + suffix)
        if part.exists():
            part.replace(target.with_name(target.name + suffix))
