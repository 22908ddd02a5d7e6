"""A backup made beside running work, restored elsewhere and compared with the original, row by row.

Run: python -m tests.benchmarks.backup_restore [--megabytes 200]
Says how long the vault's thread kept others waiting while the backup was made, and the time of each step. Goal: every
row of every table is there as it was at the moment of the backup, and no write waited for longer than 0.5 s.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.cancellation import CancelToken
from engine.paths import Paths
from engine.types import AuditKind, BackupInfo
from engine.vault import driver
from engine.vault.audit import chain
from engine.vault.audit.journal import Journal
from engine.vault.backup import restoring, verifying
from engine.vault.backup.making import Maker
from engine.vault.connection import Connection
from engine.vault.database import Database
from engine.vault.repositories import meta
from engine.vault.session_keys import SessionKeys
from tests.engine.vault.conftest import KEY, add

# The restore notes itself in the record, and so moves these.
_MOVED = ("audit", "audit_chain")


def rows(connection: Connection) -> dict[str, list[str]]:
    """The hashes of all rows by table, search indexes included, in a fixed order."""
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    found: dict[str, list[str]] = {}
    for name in names:
        hashed = sorted(
            hashlib.sha256(repr(row).encode()).hexdigest() for row in connection.execute(f'SELECT * FROM "{name}"')
        )
        found[name] = hashed
    return found


def differences(before: dict[str, list[str]], after: dict[str, list[str]]) -> list[str]:
    """Tables that differ; of the record only more rows are allowed."""
    wrong = [
        name for name in before.keys() | after.keys() if name not in _MOVED and before.get(name) != after.get(name)
    ]
    return wrong + (["audit"] if set(before["audit"]) - set(after["audit"]) else [])


class Work:
    """Writes until stopped, and notes how long each write took."""

    def __init__(self, database: Database) -> None:
        self.waits: list[float] = []
        self._database = database
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Work:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        number = 0
        while not self._stop.wait(0.005):
            number += 1
            begun = time.perf_counter()
            self._database.transaction(lambda c, n=number: meta.put(c, f"meanwhile {n}", "y" * 5_000))  # type: ignore[misc]
            self.waits.append(time.perf_counter() - begun)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--megabytes", type=int, default=200)
    megabytes = parser.parse_args().megabytes
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths, other = Paths(folder / "data", folder / "models"), Paths(folder / "other", folder / "models")
        paths.prepare()
        paths.keys_file.write_bytes(b"{}")
        database, keys = _filled(paths, megabytes)
        maker = Maker(database, paths, keys)
        with Work(database) as work:
            time.sleep(0.5)
            begun = time.perf_counter()
            maker.make(folder / "first", verifying.ignore, CancelToken())
            made_in = time.perf_counter() - begun
        with Work(database):
            original, backup = observed(
                database, lambda: maker.make(folder / "second", verifying.ignore, CancelToken())
            )
        database.close()
        begun = time.perf_counter()
        restoring.restore(
            Path(backup.file), other, lambda _: ("u1", [SessionKeys(bytearray(KEY))]), verifying.ignore, CancelToken()
        )
        restored_in = time.perf_counter() - begun
        with driver.open_copy(other.vault_file, KEY) as connection:
            wrong = differences(original, rows(connection))
        size, count = other.vault_file.stat().st_size, sum(len(each) for each in original.values())
    waits = sorted(work.waits)
    print(f"database {size / 1e6:.0f} MB, {count} rows in {len(original)} tables")
    print(f"made and verified in {made_in:.1f} s, restored (checked again) in {restored_in:.1f} s")
    print(
        f"writes meanwhile: {len(waits)}, median {1000 * waits[len(waits) // 2]:.1f} ms, "
        f"95th percentile {1000 * waits[int(0.95 * len(waits))]:.1f} ms, longest {1000 * waits[-1]:.0f} ms"
    )
    print(f"tables that differ: {', '.join(wrong) or 'none'}")
    return 0 if not wrong and waits[-1] <= 0.5 else 1


def observed(database: Database, make: Callable[[], BackupInfo]) -> tuple[dict[str, list[str]], BackupInfo]:
    """Make a backup; returns the rows of the open database at the very moment that the backup is of, with it."""
    seen: dict[str, list[str]] = {}
    original = database.at_rest

    def at_rest(look: Callable[[Connection], Any]) -> Any:
        def both(connection: Connection) -> Any:
            seen.update(rows(connection))
            return look(connection)

        return original(both)

    database.at_rest = at_rest  # type: ignore[method-assign, assignment]
    try:
        return seen, make()
    finally:
        database.at_rest = original  # type: ignore[method-assign]


def _filled(paths: Paths, megabytes: int) -> tuple[Database, SessionKeys]:
    database = Database.open(paths.vault_file, bytearray(KEY), backups=paths.backup_dir, create=True)
    keys, journal = SessionKeys(bytearray(KEY)), Journal(lambda: "u1")
    database.transaction(lambda c: chain.begin(c, keys.audit))
    for number in range(megabytes):
        database.transaction(lambda c, n=number: meta.put(c, f"filling {n}", os.urandom(500_000).hex()))  # type: ignore[misc]
        if number % 10 == 0:
            add(database, f"document {number}.pdf", ["Fever is 38.5 °C or more.", f"Give {number} mg."])
            database.transaction(lambda c: journal.append(c, AuditKind.DOCUMENT_ADDED, "document:1"))
    return database, keys


if __name__ == "__main__":
    sys.exit(main())
