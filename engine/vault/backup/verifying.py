"""Whether a backup is the workspace that it was made of: unpacked, opened with the key, checked to the last page."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import structs

from engine.cancellation import CancelToken
from engine.errors import UserError
from engine.files import disk_full_told, not_enough_space
from engine.types import BackupInfo, BackupProgress, BackupStage
from engine.vault import driver
from engine.vault.audit import verifying as audit_verifying
from engine.vault.backup import archive, failures
from engine.vault.backup.archive import Archive, Sealed
from engine.vault.backup.contents import contents
from engine.vault.failures import VaultDamaged
from engine.vault.session_keys import SessionKeys

Report = Callable[[BackupProgress], None]


def ignore(_progress: BackupProgress) -> None:
    """For whoever does not ask how far it is."""


def unpack(backup: Archive, folder: Path, report: Report, token: CancelToken) -> tuple[Path, str]:
    """Write a backup's database into folder; returns it with its SHA-256. Raises NotEnoughSpace, NotABackup,
    Cancelled."""
    target, sha256, done = folder / "workspace.db", hashlib.sha256(), 0
    if shutil.disk_usage(folder).free < backup.public.size:
        raise not_enough_space()
    with disk_full_told(), target.open("wb") as file:
        for piece in backup.database():
            token.check()
            sha256.update(piece)
            file.write(piece)
            done += len(piece)
            report(BackupProgress(BackupStage.UNPACKING, done, backup.public.size))
    return target, sha256.hexdigest()


def check(backup: Archive, folder: Path, keys: SessionKeys, report: Report, token: CancelToken) -> Sealed:
    """Unpack a backup into folder and check all of it; returns what its sealed part says.

    Raises BackupUnsound, NotABackup, NotEnoughSpace, Cancelled.
    """
    sealed = backup.unseal(keys.backup)
    if sealed is None:
        raise failures.other_key()
    if hashlib.sha256(backup.key_file()).hexdigest() != sealed.keys_sha256:
        raise failures.unsound("the key file differs")
    database, sha256 = unpack(backup, folder, report, token)
    if sha256 != sealed.database_sha256:
        raise failures.unsound("the database differs")
    report(BackupProgress(BackupStage.CHECKING, 0, backup.public.size))
    check_database(database, keys, sealed, token)
    token.check()
    report(BackupProgress(BackupStage.CHECKING, backup.public.size, backup.public.size))
    return sealed


def check_database(database: Path, keys: SessionKeys, sealed: Sealed, token: CancelToken) -> None:
    """Raises BackupUnsound unless a database that lies still is whole, with the record and the rows of sealed."""
    try:
        with driver.open_copy(database, keys.data, token) as connection:
            found = driver.problems(connection)
            if found:
                raise failures.unsound("; ".join(found[:5]))
            held = contents(connection)
            verdict = audit_verifying.verify_copy(connection, keys.audit)
    except VaultDamaged as error:
        raise failures.unsound(error.details) from error
    if held.head != sealed.head or held.rows != sealed.rows:
        raise failures.unsound("it does not hold what it was made of")
    if verdict.problem:
        raise failures.unsound(f"audit entry {verdict.first_bad}: {verdict.problem}")


def look(file: Path, keys: Sequence[SessionKeys] = ()) -> BackupInfo:
    """What can be said of a file without unpacking it; with keys, any one of which has to open its sealed part, also
    what that says. problem says what is wrong."""
    try:
        size = file.stat().st_size
        with archive.opened(file) as backup:
            public = backup.public
            sealed = next((found for each in keys if (found := backup.unseal(each.backup)) is not None), None)
    except UserError as error:
        return BackupInfo(str(file), "", _size(file), problem=error.message)
    except OSError as error:
        return BackupInfo(str(file), "", 0, problem=failures.not_readable(error.strerror or "").message)
    info = BackupInfo(str(file), public.made_at, size, public.program, public.schema)
    if sealed is not None:
        return structs.replace(info, head=sealed.head)
    return structs.replace(info, problem=failures.other_key().message) if keys else info


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
