"""An open workspace with backups, without people: its key is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.paths import Paths
from engine.people.permissions import Gate, actor_of
from engine.types import BackupPolicy, Role
from engine.vault.audit import chain
from engine.vault.audit.journal import Journal
from engine.vault.backup.making import Maker
from engine.vault.backup.service import Backups
from engine.vault.database import Database
from engine.vault.repositories import meta
from engine.vault.session_keys import SessionKeys
from tests.engine.vault.conftest import KEY, NOW


@dataclass
class Place:
    """A data folder with an open database. now: what the backups take for the time; policy: theirs."""

    paths: Paths
    database: Database
    keys: SessionKeys
    backups: Backups
    now: datetime
    policy: BackupPolicy

    def put(self, value: str) -> None:
        self.database.transaction(lambda c: meta.put(c, "clinic", value))

    def unlock(self, _key_file: Path) -> tuple[str, list[SessionKeys]]:
        """What opens a backup's key file, without a passphrase."""
        return "u1", [SessionKeys(bytearray(KEY))]

    def kinds(self) -> list[str]:
        return [
            row[0] for row in self.database.read(lambda c: c.execute("SELECT kind FROM audit ORDER BY seq").fetchall())
        ]


def opened(paths: Paths) -> Database:
    database = Database.open(
        paths.vault_file, bytearray(KEY), backups=paths.backup_dir, create=not paths.vault_file.exists()
    )
    keys = SessionKeys(bytearray(KEY))
    database.transaction(lambda c: chain.begin(c, keys.audit))
    return database


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    paths = Paths(tmp_path / "data", tmp_path / "models")
    paths.prepare()
    paths.keys_file.write_bytes(b"the keys of today")
    database, keys = opened(paths), SessionKeys(bytearray(KEY))
    journal, gate = Journal(lambda: "u1", lambda: NOW), Gate(actor_of("u1", "Ada", Role.ADMINISTRATOR))
    backups = Backups(
        Maker(database, paths, keys), journal, gate, lambda: made.policy, lambda: None, now=lambda: made.now
    )
    made = Place(paths, database, keys, backups, datetime.now(UTC) + timedelta(seconds=1), BackupPolicy())
    made.put("north")
    yield made
    database.close()
