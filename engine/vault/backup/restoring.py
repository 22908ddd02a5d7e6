"""Putting a backup into a data folder: beside whatever is there, checked, and only then in its place.

Until the note of the exchange is written nothing that was there has changed; from then on the exchange is finished at
the next look at the folder, wherever it was cut off. What was there before is kept in a folder of its own.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from engine.cancellation import CancelToken
from engine.errors import UserError
from engine.files import disk_full_told, sync_folder, write_atomically
from engine.paths import Paths
from engine.types import AuditKind, BackupInfo
from engine.vault.audit.journal import Journal
from engine.vault.backup import archive, failures, verifying
from engine.vault.backup.archive import Archive
from engine.vault.backup.scratch import remove_left
from engine.vault.backup.verifying import Report
from engine.vault.database import Database
from engine.vault.session_keys import SessionKeys
from engine.vault.workspace_lock import WorkspaceLock

_NOTE = "restore.json"
_STAGE = ".restoring"
_logger = logging.getLogger(__name__)

# The user id of who opened the key file of the backup, and the keys behind it: two in the middle of a re-keying.
Unlocked = tuple[str, list[SessionKeys]]
Unlock = Callable[[Path], Unlocked]


class _Note(Struct, frozen=True):
    """aside: the folder that takes what was there, "" where nothing was."""

    aside: Annotated[str, Meta(pattern=r"^(replaced-\d{8}T\d{6}(-\d+)?)?\Z")]


def restore(backup: Path, paths: Paths, unlock: Unlock, report: Report, token: CancelToken) -> Path | None:
    """Make a backup the workspace of these paths; returns where the one that was there is kept, None for none.

    unlock: opens the key file at a path, with what a person gave. Raises what it raises, BackupUnsound, NotABackup,
    VaultBusy, NotEnoughSpace, UserError where the folder cannot be used, Cancelled; nothing has changed then.
    """
    try:
        with disk_full_told():
            paths.prepare()
            lock = WorkspaceLock.take(paths.vault_file)
            try:
                return _restore(backup, paths, unlock, report, token)
            finally:
                _clear(paths)
                lock.release()
    except OSError as error:
        raise failures.not_restored(error.strerror or type(error).__name__) from error


def _restore(backup: Path, paths: Paths, unlock: Unlock, report: Report, token: CancelToken) -> Path | None:
    _finish(paths)
    remove_left(paths.data)
    with archive.opened(backup) as opened:
        _stage(opened, paths, unlock, report, token)
    aside = _free_folder(paths) if _present(paths) else None
    write_atomically(paths.data / _NOTE, msgspec.json.encode(_Note(aside.name if aside else "")))
    try:
        _finish(paths)
    except OSError:
        # It is decided, and goes on at the next look at the folder.
        _logger.exception("restore_not_finished")
    return aside


def finish_interrupted(paths: Paths) -> None:
    """Finish a restore that was cut off after its commitment, and clear away one that was before it.

    To be called before anything looks at the workspace of a folder. Raises VaultBusy where it is in use, UserError
    where the disk does not let it be finished.
    """
    if not (paths.data / _NOTE).exists() and not (paths.data / _STAGE).exists():
        return
    lock = WorkspaceLock.take(paths.vault_file)
    try:
        with disk_full_told():
            _finish(paths)
        _clear(paths)
    except OSError as error:
        raise failures.not_restored(error.strerror or type(error).__name__) from error
    finally:
        lock.release()


def look(backup: Path) -> BackupInfo:
    """What anybody may read of a backup. Raises UserError for a file that is none."""
    info = verifying.look(backup)
    if info.problem:
        raise UserError(info.problem, "Choose another file.")
    return info


def _stage(backup: Archive, paths: Paths, unlock: Unlock, report: Report, token: CancelToken) -> None:
    """Unpack and check everything into the stage, and note the restore in the record that is restored."""
    stage = paths.data / _STAGE
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(mode=0o700)
    keys_file = stage / paths.keys_file.name
    write_atomically(keys_file, backup.key_file())
    user, candidates = unlock(keys_file)
    keys = next((each for each in candidates if backup.unseal(each.backup) is not None), candidates[0])
    try:
        sealed = verifying.check(backup, stage, keys, report, token)
        database = Database.open(stage / paths.vault_file.name, bytearray(keys.data), backups=paths.backup_dir)
        try:
            journal, made = Journal(lambda: user), backup.public.made_at
            database.transaction(
                lambda connection: journal.append(connection, AuditKind.RESTORE, made=made, last=sealed.head.seq)
            )
        finally:
            database.close()
    finally:
        for each in candidates:
            each.wipe()
    (stage / paths.vault_file.with_suffix(".lock").name).unlink(missing_ok=True)
    sync_folder(stage)


def _finish(paths: Paths) -> None:
    """Carry out a committed exchange, or what is left of it: each step is a rename that is not done twice."""
    note, stage = _read_note(paths), paths.data / _STAGE
    if note is None:
        return
    if note.aside and (stage / paths.vault_file.name).exists():
        _set_aside(paths, paths.data / note.aside)
    for file in (paths.vault_file, paths.keys_file):
        fresh = stage / file.name
        if not fresh.exists():
            continue
        if note.aside and file.exists():
            file.replace(paths.data / note.aside / file.name)
        fresh.replace(file)
    sync_folder(paths.data)
    (paths.data / _NOTE).unlink()
    _logger.info("backup_restored")


def _read_note(paths: Paths) -> _Note | None:
    """None where nothing was committed. A note that makes no sense is not ours: they are written whole."""
    file = paths.data / _NOTE
    try:
        return msgspec.json.decode(file.read_bytes(), type=_Note)
    except FileNotFoundError:
        return None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        _logger.warning("restore_note_unreadable")
        file.replace(file.with_name(f"{_NOTE}.unreadable"))
        return None


def _set_aside(paths: Paths, aside: Path) -> None:
    """What belongs to the database that is still there must not meet the one that comes."""
    aside.mkdir(mode=0o700, exist_ok=True)
    for file in _accessories(paths):
        if file.exists() and not (aside / file.name).exists():
            file.replace(aside / file.name)
    if (copy := _key_copy(paths)).exists():
        copy.replace(aside / f"{copy.name}.copy")


def _clear(paths: Paths) -> None:
    """Remove the stage, unless a committed exchange still needs it."""
    if not (paths.data / _NOTE).exists():
        shutil.rmtree(paths.data / _STAGE, ignore_errors=True)


def _present(paths: Paths) -> bool:
    return any(each.exists() for each in (paths.vault_file, paths.keys_file, _key_copy(paths), *_accessories(paths)))


def _accessories(paths: Paths) -> list[Path]:
    """What belongs to the database and the key file that are there, and must not meet those that come."""
    log = [paths.vault_file.with_name(paths.vault_file.name + suffix) for suffix in ("-wal", "-shm")]
    return [*log, paths.keys_file.with_name(paths.keys_file.name + ".previous")]


def _key_copy(paths: Paths) -> Path:
    return paths.backup_dir / paths.keys_file.name


def _free_folder(paths: Paths) -> Path:
    name = f"replaced-{datetime.now(UTC).strftime('%Y%m%dT%H%M%S')}"
    folder, number = paths.data / name, 2
    while folder.exists():
        folder, number = paths.data / f"{name}-{number}", number + 1
    return folder
