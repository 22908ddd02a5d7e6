"""The encrypted database and the one thread that owns it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from engine.errors import Defect, UserError
from engine.files import not_enough_space
from engine.vault import failures, migrations
from engine.vault.connection import Connection
from engine.vault.migrations import Migration
from engine.vault.upgrade import back_up, copy_into
from engine.vault.workspace_lock import WorkspaceLock

T = TypeVar("T")

_logger = logging.getLogger(__name__)

KEY_BYTES = 32
# Part of the file format: every open must name the same size. Reads vectors a third faster than SQLCipher's 4 KiB.
_PAGE_BYTES = 8192
_BUSY_MS = 5000
_CACHE_KIB = 32 * 1024

# SQLite's result codes, https://www.sqlite.org/rescode.html; the low byte is the primary code.
_IOERR, _CORRUPT, _FULL, _NOTADB, _BUSY = 10, 11, 13, 26, 5


class Database:
    """One open workspace database.

    read() and transaction() are the only ways in. Each runs its function on the vault's own thread, one after the
    other in the order they came, and gives back its result or raises its exception. A function gets a Connection
    that is valid only while it runs, and must not call the database again.
    """

    def __init__(self, lock: WorkspaceLock) -> None:
        """Use Database.open; this makes one that is not open yet."""
        self._lock = lock
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="vault")
        self._guard = threading.Lock()
        self._closed = False
        self._connection: Any = None
        self._thread_id: int | None = None
        self._file = Path()
        # On POSIX, closing any handle on the file would drop the locks that the connection holds on it.
        self._held: list[BinaryIO] = []

    @classmethod
    def open(
        cls,
        file: Path,
        key: bytearray,
        *,
        backups: Path,
        create: bool = False,
        known: Sequence[Migration] = migrations.MIGRATIONS,
    ) -> Database:
        """Open file with a 32-byte key, bring its schema up to date, and take the workspace for this process.

        key is wiped before this returns. A copy of the file goes to backups before each migration of an existing
        database. create makes the file, which must not exist yet.

        Raises VaultBusy, VaultDamaged (missing, damaged, or another key), NewerSchema, NotEnoughSpace, FileExistsError.
        """
        try:
            if not create and not file.exists():
                raise failures.database_missing(file)
            database = cls(WorkspaceLock.take(file))
            try:
                if create:
                    file.touch(mode=0o600, exist_ok=False)
                database._run(lambda: database._open(file, key, backups, known, create)).result()
            except BaseException:
                database.close()
                raise
            return database
        finally:
            key[:] = bytes(len(key))

    def read(self, function: Callable[[Connection], T]) -> T:
        """Run function in a read-only snapshot and return its result."""
        return self.submit_read(function).result()

    def transaction(self, function: Callable[[Connection], T]) -> T:
        """Run function in one transaction, durable on disk when this returns; an exception undoes all of it."""
        return self.submit_transaction(function).result()

    def submit_read(self, function: Callable[[Connection], T]) -> Future[T]:
        """As read(), without waiting. Raises VaultClosed at once when the vault is closed."""
        return self._run(lambda: self._read(function))

    def submit_transaction(self, function: Callable[[Connection], T]) -> Future[T]:
        """As transaction(), without waiting."""
        return self._run(lambda: self._transaction(function))

    def check(self) -> list[str]:
        """Verify the authentication code of every page and SQLite's own structure; the problems found, empty if none.

        Reads the whole file: seconds for a large workspace. Raises NotEnoughSpace where what was committed cannot be
        written into it first.
        """
        return self._run(self._check).result()

    def copy(self, backups: Path, label: str) -> Path:
        """Copy the database as it is now into backups, encrypted as it is; what is asked of it meanwhile waits.

        Returns the copy. Raises NotEnoughSpace; then none is left behind.
        """
        return self._run(lambda: self._copy(backups, label)).result()

    @property
    def closed(self) -> bool:
        return self._closed

    def close(self) -> None:
        """Finish what was submitted, write everything into the one file, forget the key. Safe to call twice."""
        with self._guard:
            if self._closed:
                return
            self._closed = True
        try:
            self._executor.submit(self._close).result()
        except UserError as error:
            # A full or failing disk: what was committed is safe in the -wal file and is taken in at the next opening.
            _logger.warning("vault_not_checkpointed", extra={"fields": {"error": error}})
        finally:
            self._executor.shutdown(wait=True)
            self._lock.release()

    def _run(self, job: Callable[[], T]) -> Future[T]:
        if threading.get_ident() == self._thread_id:
            raise Defect("the vault was called from inside one of its own functions")
        with self._guard:
            if self._closed:
                raise failures.closed()
            return self._executor.submit(job)

    def _open(self, file: Path, key: bytearray, backups: Path, known: Sequence[Migration], create: bool) -> None:
        self._thread_id = threading.get_ident()
        self._file = file
        with _driver_errors():
            self._connection = _connect(file, key)
            schema = migrations.schema_number(self._connection)
            if schema == 0 and not create:
                # SQLite takes a file cut to nothing for a new one; a lost workspace must not look like an empty one.
                raise failures.database_damaged("no schema")
            if schema > migrations.latest(known):
                raise failures.newer_schema(schema, migrations.latest(known))
            begun = schema > 0  # a new database holds nothing to keep a copy of
            for migration in known[schema:]:
                if begun:
                    # The copy is taken with the connection closed: then the one file is the whole database.
                    self._close()
                    back_up(file, backups, migration.number - 1)
                    self._connection = _connect(file, key)
                migrations.apply(self._connection, migration)

    def _read(self, function: Callable[[Connection], T]) -> T:
        connection = self._connection
        with _driver_errors():
            connection.execute("PRAGMA query_only = ON")
            connection.execute("BEGIN")
            try:
                return function(connection)
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                connection.execute("PRAGMA query_only = OFF")

    def _transaction(self, function: Callable[[Connection], T]) -> T:
        connection = self._connection
        with _driver_errors():
            connection.execute("BEGIN IMMEDIATE")
            try:
                result = function(connection)
                connection.execute("COMMIT")
            except BaseException:
                # SQLite has already rolled back by itself after some errors, a full disk among them.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            return result

    def _check(self) -> list[str]:
        with _driver_errors():
            # The pages are checked in the file, whatever the log beside it holds.
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return _integrity_problems(self._connection)

    def _copy(self, backups: Path, label: str) -> Path:
        with _driver_errors():
            # Then the one file is the whole database; nothing else runs on this thread until the copy is made.
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        source = self._file.open("rb")
        self._held.append(source)
        return copy_into(backups, self._file, label, source)

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            with _driver_errors():
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()
            for handle in self._held:
                handle.close()
            self._held.clear()


def _connect(file: Path, key: bytearray) -> Any:
    """An open connection on file; raises the driver's error when the key does not fit."""
    import sqlcipher3

    if len(key) != KEY_BYTES:
        raise ValueError("a database key has 32 bytes")
    connection = sqlcipher3.connect(str(file), isolation_level=None, check_same_thread=True)
    try:
        # The driver's PRAGMA has no other form for a raw key; hex of random bytes needs no quoting.
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        for pragma in (
            "cipher_log_level = NONE",
            f"cipher_page_size = {_PAGE_BYTES}",
            "temp_store = MEMORY",
            f"cache_size = -{_CACHE_KIB}",
            "locking_mode = EXCLUSIVE",
            f"busy_timeout = {_BUSY_MS}",
        ):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def _driver_errors() -> Iterator[None]:
    """Turn the driver's errors that a person can act on into theirs; the rest are defects and pass as they are."""
    import sqlcipher3

    try:
        yield
    except sqlcipher3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        name = str(getattr(error, "sqlite_errorname", ""))
        primary = code & 0xFF if isinstance(code, int) else None
        if primary == _FULL:
            raise not_enough_space() from error
        if primary in (_CORRUPT, _NOTADB):
            raise failures.database_damaged(name) from error
        if primary == _BUSY:
            raise failures.busy() from error
        if primary == _IOERR:
            raise failures.disk_failed(name) from error
        raise


def _integrity_problems(connection: Connection) -> list[str]:
    pages = [str(row[0]) for row in connection.execute("PRAGMA cipher_integrity_check")]
    if pages:
        return pages
    return [text for row in connection.execute("PRAGMA integrity_check") if (text := str(row[0])) != "ok"]
