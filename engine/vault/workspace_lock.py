"""One process at a time in a workspace."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout

from engine.vault import failures


class WorkspaceLock:
    """Held from take() to release(); the operating system drops it when the process dies."""

    def __init__(self, lock: FileLock) -> None:
        self._lock = lock

    @classmethod
    def take(cls, database: Path) -> WorkspaceLock:
        """Take the workspace of this database file at once. Raises VaultBusy when another holds it."""
        # Taken on one thread and released on another.
        lock = FileLock(database.with_suffix(".lock"), timeout=0, thread_local=False, mode=0o600)
        try:
            lock.acquire()
        except Timeout as error:
            raise failures.busy() from error
        return cls(lock)

    def release(self) -> None:
        """Give the workspace back. Safe to call twice."""
        self._lock.release()
