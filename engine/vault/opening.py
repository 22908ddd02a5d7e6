"""Making, unlocking and changing who can open the workspace of a data folder."""

from __future__ import annotations

from pathlib import Path

from engine.errors import UserError
from engine.paths import Paths
from engine.vault.database import Database
from engine.vault.keys import Keys
from engine.vault.workspace_lock import WorkspaceLock


def exists(paths: Paths) -> bool:
    """Whether the folder holds a workspace, even a damaged one: then none may be made over it."""
    return paths.keys_file.exists() or _key_copy(paths).exists()


def create(paths: Paths, passphrase: str, *, remember: bool = False) -> Database:
    """Make a new workspace and return its open database. The key file is written last: with it the workspace exists.

    Raises UserError when there is one already, WeakPassphrase, VaultBusy, NotEnoughSpace.
    """
    if exists(paths):
        raise UserError(
            "This folder already holds a workspace.",
            "Unlock it with its passphrase, or choose another folder for a new one.",
        )
    paths.prepare()
    keys, key = Keys.create(paths.keys_file, _key_copy(paths), passphrase)
    _set_aside(paths.vault_file)
    database = Database.open(paths.vault_file, key, backups=paths.backup_dir, create=True)
    try:
        keys.save()
        if remember:
            keys.remember(passphrase)
    except BaseException:
        database.close()
        if not exists(paths):
            paths.vault_file.unlink()
        raise
    return database


def unlock(paths: Paths, passphrase: str) -> Database:
    """Raises WrongPassphrase, VaultDamaged, VaultBusy, NewerSchema, NotEnoughSpace."""
    keys = _load(paths)
    return _open(paths, keys, keys.unlock(passphrase))


def unlock_with_keyring(paths: Paths) -> Database | None:
    """As unlock(), by the operating system's keyring; None where that cannot open this workspace."""
    keys = _load(paths)
    key = keys.unlock_with_keyring()
    return None if key is None else _open(paths, keys, key)


def change_passphrase(paths: Paths, old: str, new: str) -> None:
    """Raises WrongPassphrase, WeakPassphrase, VaultDamaged, NotEnoughSpace; the old passphrase then still opens."""
    _load(paths).change_passphrase(old, new)


def remembered(paths: Paths) -> bool:
    """Whether the keyring has been allowed to open this workspace."""
    return _load(paths).remembered


def remember(paths: Paths, passphrase: str) -> bool:
    """Let the keyring open the workspace too; false where there is none. Raises WrongPassphrase."""
    return _load(paths).remember(passphrase)


def forget(paths: Paths) -> None:
    """Only the passphrase opens the workspace from now on."""
    _load(paths).forget()


def _open(paths: Paths, keys: Keys, key: bytearray) -> Database:
    paths.prepare()
    database = Database.open(paths.vault_file, key, backups=paths.backup_dir)
    keys.heal()
    return database


def _load(paths: Paths) -> Keys:
    if not exists(paths) and not paths.vault_file.exists():
        raise UserError("There is no workspace in this folder yet.", "Create one first, or choose its folder.")
    return Keys.load(paths.keys_file, _key_copy(paths))


def _key_copy(paths: Paths) -> Path:
    return paths.backup_dir / paths.keys_file.name


def _set_aside(database: Path) -> None:
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
