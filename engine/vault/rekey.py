"""Encrypting a workspace anew under another data key, so that a kill at any moment can be finished or undone.

The steps, each durable before the next: the new key is sealed for everybody beside the present one; a copy of the
closed database is encrypted anew, checked and renamed over it; so is each copy from before an update; the key file
drops the old key. Until the rename the present key opens the database, after it the next one does, so an unlock can
always tell where it stopped.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from engine.cancellation import CancelToken
from engine.errors import Defect, UserError
from engine.files import disk_full_told, not_enough_space, sync_folder
from engine.paths import Paths
from engine.types import RekeyProgress, RekeyStep
from engine.vault import driver, earlier_keys, failures, snapshots
from engine.vault.audit import chain
from engine.vault.connection import Connection
from engine.vault.failures import VaultDamaged
from engine.vault.keys import Keys
from engine.vault.session_keys import SessionKeys, wipe
from engine.vault.workspace_lock import WorkspaceLock

Report = Callable[[RekeyProgress], None]

_SUFFIX = ".rekey"
_BLOCK = 1 << 20
_logger = logging.getLogger(__name__)


def exchange(
    database: Path,
    keys: tuple[bytearray, bytearray],
    change: Callable[[Connection], None],
    report: Report,
    token: CancelToken,
) -> None:
    """Encrypt a closed database anew, from the first to the second of keys, with change carried out in it.

    There is a database under its name at every moment.

    Raises NotEnoughSpace, VaultDamaged, Cancelled; the database then is as it was.
    """
    if _log_of(database).exists() and _log_of(database).stat().st_size:
        raise Defect("the database was not written into one file")
    old, new = keys
    size = database.stat().st_size
    if shutil.disk_usage(database.parent).free < 2 * size:
        raise not_enough_space()
    fresh = _fresh(database)
    try:
        with disk_full_told():
            with database.open("rb") as source, _private(fresh) as target:
                _copy(source, target, size, report, token)
            report(RekeyProgress(RekeyStep.ENCRYPTING))
            encrypt_anew(fresh, old, new, change)
            report(RekeyProgress(RekeyStep.CHECKING))
            _verify(fresh, new)
            token.check()
            fresh.replace(database)
            sync_folder(database.parent)
    except BaseException:
        _remove(fresh)
        raise


def encrypt_anew(database: Path, old: bytearray, new: bytearray, change: Callable[[Connection], None]) -> None:
    """Carry out change in a database that nobody else knows of, give it another key, and make it durable."""
    with driver.driver_errors():
        connection = driver.connect(database, old)
        try:
            connection.execute("BEGIN IMMEDIATE")
            change(connection)
            connection.execute("COMMIT")
            # A crash leaves the copy useless, which is nothing lost: no log of the pages before is needed.
            connection.execute("PRAGMA journal_mode = OFF")
            # As with PRAGMA key: hex of random bytes needs no quoting.
            connection.execute(f"PRAGMA rekey = \"x'{new.hex()}'\"")
        finally:
            connection.close()
    with database.open("rb+") as file:
        os.fsync(file.fileno())


def carry_over(connection: Connection, old: bytearray, new: bytearray) -> None:
    """What goes with a new key inside the database: the old one is remembered, the record's roots are wrapped anew."""
    earlier_keys.add(connection, old)
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'audit_chain'").fetchone() is None:
        return  # a copy from before there was a record
    before, after = SessionKeys(bytearray(old)), SessionKeys(bytearray(new))
    try:
        chain.rewrap(connection, before.audit, after.audit)
    finally:
        before.wipe()
        after.wipe()


def earlier_copies(paths: Paths, old: bytearray, new: bytearray, report: Report) -> None:
    """Give the copies from before updates the new key too: they are the way back, and the old key must not open them.

    Those that it does not fit are left: they have the new one already, or nothing opens them.
    """

    def change(connection: Connection) -> None:
        carry_over(connection, old, new)

    copies = snapshots.all_copies(paths)
    for number, copy in enumerate(copies):
        report(RekeyProgress(RekeyStep.EARLIER_COPIES, number, len(copies)))
        if fits(copy, old):
            _renew(copy, old, new, change)


def settle(paths: Paths, keys: Keys, candidates: Sequence[bytearray]) -> bytearray:
    """The data key that opens the database, of the one or two that a secret led to; the other one is wiped.

    A re-keying that was cut off is undone or finished. Raises VaultBusy, VaultDamaged.
    """
    if len(candidates) == 1:
        return candidates[0]
    present, coming = candidates
    lock = WorkspaceLock.take(paths.vault_file)
    try:
        _remove(_fresh(paths.vault_file))
        if fits(paths.vault_file, present):
            _quietly(keys.undo_rekeying)
            wipe(coming)
            return present
        if not fits(paths.vault_file, coming):
            raise failures.database_damaged("neither key of a re-keying fits")
        _quietly(lambda: finish(paths, keys, present, coming, lambda _: None))
        wipe(present)
        return coming
    finally:
        lock.release()


def finish(paths: Paths, keys: Keys, old: bytearray, new: bytearray, report: Report) -> None:
    """What is left to do once the database has the new key. Raises NotEnoughSpace, OSError; then once more later."""
    earlier_copies(paths, old, new, report)
    keys.finish_rekeying()


def fits(database: Path, key: bytearray) -> bool:
    """Whether a key opens a database that nobody writes."""
    try:
        with driver.open_copy(database, key):
            return True
    except VaultDamaged:
        return False


def _renew(copy: Path, old: bytearray, new: bytearray, change: Callable[[Connection], None]) -> None:
    if _log_of(copy).exists():
        # What a killed program had committed last; written into the copy first, so that one file is exchanged.
        with driver.driver_errors():
            driver.connect(copy, old).close()
    fresh = _fresh(copy)
    try:
        with disk_full_told():
            with copy.open("rb") as source, _private(fresh) as target:
                shutil.copyfileobj(source, target, _BLOCK)
            encrypt_anew(fresh, old, new, change)
            fresh.replace(copy)
            sync_folder(copy.parent)
    except BaseException:
        _remove(fresh)
        raise


def _copy(source: BinaryIO, target: BinaryIO, size: int, report: Report, token: CancelToken) -> None:
    done = 0
    while block := source.read(_BLOCK):
        token.check()
        target.write(block)
        done += len(block)
        report(RekeyProgress(RekeyStep.COPYING, done, size))


def _verify(database: Path, key: bytearray) -> None:
    with driver.open_copy(database, key) as connection:
        found = driver.problems(connection)
    if found:
        raise failures.database_damaged("; ".join(found[:5]))


def _private(file: Path) -> BinaryIO:
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _fresh(database: Path) -> Path:
    return database.with_name(database.name + _SUFFIX)


def _log_of(database: Path) -> Path:
    return database.with_name(database.name + "-wal")


def _parts(database: Path) -> Iterator[Path]:
    for suffix in ("", "-wal", "-shm", "-journal"):
        yield database.with_name(database.name + suffix)


def _remove(database: Path) -> None:
    for part in _parts(database):
        part.unlink(missing_ok=True)


def _quietly(change: Callable[[], None]) -> None:
    """The key file goes on holding both keys where something cannot be written now; the next unlock tries again."""
    try:
        change()
    except (OSError, UserError) as error:
        _logger.warning("rekeying_not_settled", extra={"fields": {"error": type(error).__name__}})
