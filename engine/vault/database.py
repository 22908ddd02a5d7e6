"""The encrypted database and the one thread that owns it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from engine.errors import Defect, UserError
from engine.vault import driver, failures, migrations, upgrade
from engine.vault.at_rest import FileAtRest
from engine.vault.connection import Connection
from engine.vault.driver import driver_errors
from engine.vault.failures import VaultClosed
from engine.vault.migrations import Migration
from engine.vault.workspace_lock import WorkspaceLock

T = TypeVar("T")

_logger = logging.getLogger(__name__)

KEY_BYTES = driver.KEY_BYTES
# Pages in the log after which SQLite writes them into the file by itself; 1000 is its own choice.
_CHECKPOINT_PAGES = 1000


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
        self._at_rest = threading.Lock()
        # Kept until the end: on POSIX, closing any handle on the file drops the locks that the connection holds on it.
        self._reader: BinaryIO | None = None

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

        key is wiped before this returns. Before an existing database is migrated, a copy of it goes to backups and is
        checked; a migration that fails or is killed leaves the database as it was. create makes the file, which must
        not exist yet.

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

        Reads the whole file, seconds for a large workspace, and lets everything else wait meanwhile; a check of a copy
        (at_rest) does not. Raises NotEnoughSpace where what was committed cannot be written into it first.
        """
        with self._at_rest:
            return self._run(self._check).result()

    @contextmanager
    def at_rest(self, look: Callable[[Connection], Any] = lambda _connection: None) -> Iterator[FileAtRest]:
        """The one file with everything committed by now, for as long as this lasts; what is committed meanwhile goes
        into the log beside it, so nobody waits. One at a time.

        look: what it finds in the database as the file holds it is the file's seen. Raises NotEnoughSpace, and
        VaultClosed from its reads once the database was closed.
        """
        with self._at_rest:
            reader, seen = self._run(lambda: self._rest(look)).result()
            try:
                yield FileAtRest(reader, self._refuse_if_closed, seen)
            finally:
                with suppress(VaultClosed):
                    self._run(self._work_on).result()

    def copy(self, backups: Path, label: str) -> Path:
        """Copy the database as it is now into backups, encrypted as it is; work goes on meanwhile.

        Returns the copy. Raises NotEnoughSpace; then none is left behind.
        """
        with self.at_rest() as source:
            return upgrade.copy_into(backups, self._file, label, source, source.size)

    def exchange(self, work: Callable[[Path], None], key_after: Callable[[], bytearray]) -> None:
        """Close the file, let work change or replace it, and open it again; whatever else is asked for waits.

        key_after: the key that opens the file then, asked for however work ended, and wiped. Raises what work raised.
        Where the file cannot be opened again the database is closed.
        """
        with self._at_rest:
            self._run(lambda: self._exchange(work, key_after)).result()

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
        with driver_errors():
            self._connection = driver.connect(file, key)
            schema = migrations.schema_number(self._connection)
            if schema == 0 and not create:
                # SQLite takes a file cut to nothing for a new one; a lost workspace must not look like an empty one.
                raise failures.database_damaged("no schema")
            if schema > migrations.latest(known):
                raise failures.newer_schema(schema, migrations.latest(known))
            pending = known[schema:]
            if pending and schema > 0:  # a new database holds nothing to keep a copy of
                # With the connection closed the one file is the whole database.
                self._close()
                upgrade.keep_snapshot(file, key, backups, schema)
                self._connection = driver.connect(file, key)
            migrations.apply(self._connection, pending)

    def _read(self, function: Callable[[Connection], T]) -> T:
        connection = self._connection
        with driver_errors():
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
        with driver_errors():
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
        with driver_errors():
            # The pages are checked in the file, whatever the log beside it holds.
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return driver.problems(self._connection)

    def _rest(self, look: Callable[[Connection], T]) -> tuple[BinaryIO, T]:
        with driver_errors():
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            seen = self._read(look)
            if self._reader is None:
                self._reader = self._file.open("rb", buffering=0)
            self._connection.execute("PRAGMA wal_autocheckpoint = 0")
        return self._reader, seen

    def _work_on(self) -> None:
        with driver_errors():
            self._connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")

    def _exchange(self, work: Callable[[Path], None], key_after: Callable[[], bytearray]) -> None:
        try:
            self._close()
            work(self._file)
        finally:
            key = key_after()
            try:
                with driver_errors():
                    self._connection = driver.connect(self._file, key)
            except BaseException:
                with self._guard:
                    self._closed = True
                self._lock.release()
                raise
            finally:
                key[:] = bytes(len(key))

    def _refuse_if_closed(self) -> None:
        # Closing writes the log into the file: what was read after it began may be of two moments.
        if self._closed:
            raise failures.closed()

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            with driver_errors():
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()
            if self._reader is not None:
                self._reader.close()
                self._reader = None
