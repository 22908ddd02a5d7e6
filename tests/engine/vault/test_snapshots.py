"""Copies from before an update, and the way back to one after a return to the older version."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import NewerSchema, NotEnoughSpace, UserError
from engine.paths import Paths
from engine.types import EarlierCopy
from engine.vault import opening, snapshots
from engine.vault.database import Database
from engine.vault.failures import VaultBusy
from engine.vault.migrations import MIGRATIONS, Migration
from engine.vault.repositories import meta
from tests.engine.vault.conftest import KEY

PASSPHRASE = "river stone lantern orchard"
NEXT = Migration(len(MIGRATIONS) + 1, ("CREATE TABLE later (note TEXT)",))
SCHEMA = len(MIGRATIONS)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    made = Paths(tmp_path / "data", tmp_path / "models")
    made.prepare()
    return made


def opened(paths: Paths, **options: object) -> Database:
    file = paths.vault_file
    return Database.open(file, bytearray(KEY), **{"backups": paths.backup_dir, "create": not file.exists(), **options})


def put(database: Database, value: str) -> None:
    database.transaction(lambda c: meta.put(c, "clinic", value))


def clinic(paths: Paths) -> str | None:
    database = opened(paths)
    try:
        return database.read(lambda c: meta.get(c, "clinic"))
    finally:
        database.close()


def names(paths: Paths) -> list[str]:
    return sorted(each.name for each in paths.data.iterdir() if each.is_file() and each.suffix != ".lock")


def test_an_open_workspace_is_copied_whole_and_works_on(paths: Paths) -> None:
    database = opened(paths)
    put(database, "north")
    copy = database.copy(paths.backup_dir, snapshots.label("0.1.0"))
    put(database, "south")
    database.close()
    assert clinic(paths) == "south"
    assert copy.stat().st_mode & 0o777 == 0o600
    old = Database.open(copy, bytearray(KEY), backups=paths.backup_dir)
    assert old.read(lambda c: meta.get(c, "clinic")) == "north"
    assert old.check() == []
    old.close()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX locks")
def test_a_copy_drops_none_of_the_connections_locks(paths: Paths) -> None:
    """A second program that ignores the lock file must still find the database locked."""
    database = opened(paths)
    put(database, "north")
    database.copy(paths.backup_dir, "version-0.1.0")
    code = (
        "import fcntl, sys; f = open(sys.argv[1], 'r+b')\n"
        # SQLite's pending, reserved and shared bytes, https://www.sqlite.org/lockingv3.html
        "try: fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB, 512, 0x40000000)\n"
        "except OSError: print('locked')\n"
    )
    done = subprocess.run([sys.executable, "-c", code, paths.vault_file], capture_output=True, text=True, check=True)
    database.close()
    assert done.stdout == "locked\n"


def test_a_closed_workspace_is_copied_with_what_was_not_yet_written_in(paths: Paths) -> None:
    assert snapshots.take_closed(paths, "0.1.0") is None
    database = opened(paths)
    put(database, "north")
    database.close()
    # As a killed program leaves it: the last commit only in the log.
    living = opened(paths)
    put(living, "south")
    killed = {name: (paths.data / name).read_bytes() for name in ("workspace.db", "workspace.db-wal")}
    living.close()
    for name, content in killed.items():
        (paths.data / name).write_bytes(content)
    copy = snapshots.take_closed(paths, "0.1.0")
    assert copy is not None
    assert copy.with_name(copy.name + "-wal").exists()
    assert clinic(paths) == "south"
    database = opened(paths)
    put(database, "west")
    database.close()
    (found,) = snapshots.readable(paths, "0.1.0", SCHEMA)
    snapshots.put_back(paths, found)
    assert clinic(paths) == "south"


def test_an_open_workspace_is_not_copied_or_exchanged_from_outside(paths: Paths) -> None:
    database = opened(paths)
    try:
        database.copy(paths.backup_dir, "version-0.1.0")
        (copy,) = snapshots.readable(paths, "0.1.0", SCHEMA)
        with pytest.raises(VaultBusy):
            snapshots.take_closed(paths, "0.1.0")
        with pytest.raises(VaultBusy):
            snapshots.put_back(paths, copy)
    finally:
        database.close()


def test_two_copies_of_updates_are_kept_and_those_of_migrations(paths: Paths) -> None:
    database = opened(paths)
    database.close()
    (paths.backup_dir / "workspace.schema-1.20200101T000000000000.db").write_bytes(b"old")
    (paths.backup_dir / "workspace.keys").write_bytes(b"keys")
    made = [snapshots.take_closed(paths, version) for version in ("0.1.0", "0.2.0", "0.3.0")]
    left = {each.name for each in paths.backup_dir.iterdir()}
    assert left == {"workspace.schema-1.20200101T000000000000.db", "workspace.keys", made[1].name, made[2].name}  # type: ignore[union-attr]


def test_only_what_this_version_can_open_is_offered(paths: Paths) -> None:
    for name in (
        "workspace.version-0.1.0.20260101T000000000000.db",
        "workspace.version-0.10.0.20260102T000000000000.db",
        f"workspace.schema-{SCHEMA}.20260103T000000000000.db",
        f"workspace.schema-{SCHEMA + 1}.20260104T000000000000.db",
        "workspace.version-0.1.0.20260105T000000000000.db.part",
        "workspace.version-x.20260105T000000000000.db",
        "letter.db",
    ):
        (paths.backup_dir / name).write_bytes(b"x")
    found = snapshots.readable(paths, "0.9.0", SCHEMA)
    assert [copy.made for copy in found] == ["2026-01-03T00:00:00+00:00", "2026-01-01T00:00:00+00:00"]


def test_the_way_back_after_a_return_to_the_older_version(paths: Paths) -> None:
    workspace = opening.create(paths, PASSPHRASE).database
    put(workspace, "north")
    workspace.copy(paths.backup_dir, snapshots.label("0.1.0"))
    workspace.close()
    newer = _unlocked(paths, (*MIGRATIONS, NEXT))
    put(newer, "written by the newer version")
    newer.close()
    with pytest.raises(NewerSchema):
        opening.unlock(paths, PASSPHRASE)
    copies = snapshots.readable(paths, "0.1.0", SCHEMA)
    assert len(copies) == 2  # the one from before the update, and the one from before its migration
    aside = snapshots.put_back(paths, copies[0])
    assert aside.name == "workspace.newer-1.db"
    back = opening.unlock(paths, PASSPHRASE).database
    assert back.read(lambda c: meta.get(c, "clinic")) == "north"
    back.close()
    # The newer one is still whole, and opens with the newer version.
    shutil.copyfile(aside, paths.vault_file)
    again = _unlocked(paths, (*MIGRATIONS, NEXT))
    assert again.read(lambda c: meta.get(c, "clinic")) == "written by the newer version"
    again.close()


def _unlocked(paths: Paths, known: tuple[Migration, ...]) -> Database:
    from engine.vault.kdf import passphrase_bytes
    from engine.vault.keys import Keys

    keys = Keys.load(paths.keys_file, paths.backup_dir / paths.keys_file.name)
    found = keys.open_with(keys.candidates(""), passphrase_bytes(PASSPHRASE))
    assert found is not None
    return Database.open(paths.vault_file, found.keys[0], backups=paths.backup_dir, known=known)


def test_the_newer_databases_log_never_meets_the_older_database(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop after each step: whatever lies under the workspace's name is a database with its own log or none."""
    database = opened(paths)
    put(database, "old")
    database.copy(paths.backup_dir, "version-0.1.0")
    database.close()
    living = opened(paths)
    put(living, "new")
    state = {name: (paths.data / name).read_bytes() for name in ("workspace.db", "workspace.db-wal")}
    living.close()
    (copy,) = snapshots.readable(paths, "0.1.0", SCHEMA)
    ends = []
    for stop in range(10):
        for each in paths.data.glob("workspace.*"):
            if each.suffix != ".lock":
                each.unlink()
        for name, content in state.items():
            (paths.data / name).write_bytes(content)
        with monkeypatch.context() as patched:
            _stop_before(patched, stop)
            try:
                snapshots.put_back(paths, copy)
                finished = True
            except KeyboardInterrupt:
                finished = False
        ends.append(clinic(paths))
        kept = [paths.data / name for name in names(paths) if "newer-" in name]
        if finished:
            assert [each.name for each in kept] == ["workspace.newer-1.db", "workspace.newer-1.db-wal"]
            break
    assert ends[0] == "new"
    assert ends[-1] == "old"
    assert "new" not in ends[ends.index("old") :]


def _stop_before(patched: pytest.MonkeyPatch, steps: int) -> None:
    left = steps

    def counted(original: object) -> object:
        def call(*arguments: object) -> object:
            nonlocal left
            left -= 1
            if left < 0:
                raise KeyboardInterrupt
            return original(*arguments)  # type: ignore[operator]

        return call

    patched.setattr(os, "link", counted(os.link))
    patched.setattr(Path, "replace", counted(Path.replace))


def test_without_hard_links_the_database_is_moved(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    database = opened(paths)
    put(database, "old")
    database.copy(paths.backup_dir, "version-0.1.0")
    put(database, "new")
    database.close()

    def fail(*_arguments: object) -> None:
        raise OSError("not supported")

    monkeypatch.setattr(os, "link", fail)
    (copy,) = snapshots.readable(paths, "0.1.0", SCHEMA)
    snapshots.put_back(paths, copy)
    assert clinic(paths) == "old"
    assert names(paths) == ["workspace.db", "workspace.newer-1.db"]


def test_a_full_disk_leaves_everything_as_it_was(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    database = opened(paths)
    put(database, "old")
    database.copy(paths.backup_dir, "version-0.1.0")
    put(database, "new")

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfileobj", full)
    before = sorted(each.name for each in paths.backup_dir.iterdir())
    with pytest.raises(NotEnoughSpace):
        database.copy(paths.backup_dir, "version-0.1.0")
    database.close()
    (copy,) = snapshots.readable(paths, "0.1.0", SCHEMA)
    with pytest.raises(NotEnoughSpace):
        snapshots.put_back(paths, copy)
    assert sorted(each.name for each in paths.backup_dir.iterdir()) == before
    assert names(paths) == ["workspace.db"]
    assert clinic(paths) == "new"


@pytest.mark.parametrize("name", ["gone.db", "../workspace.keys", "workspace.version-0.1.0.20260101T000000000000.db"])
def test_a_copy_that_is_none(paths: Paths, name: str) -> None:
    with pytest.raises(UserError, match="no longer there"):
        snapshots.put_back(paths, EarlierCopy(name, ""))
