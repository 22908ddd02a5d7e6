"""SQLCipher: opening a file with a key, checking it, and its errors in the reader's words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.cancellation import Cancelled, CancelToken
from engine.files import not_enough_space
from engine.vault import failures
from engine.vault.connection import Connection

KEY_BYTES = 32
# Part of the file format: every open must name the same size. Reads vectors a third faster than SQLCipher's 4 KiB.
PAGE_BYTES = 8192
_BUSY_MS = 5000
_CACHE_KIB = 32 * 1024

# SQLite's result codes, https://www.sqlite.org/rescode.html; the low byte is the primary code.
_BUSY, _INTERRUPT, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _NOTADB = 5, 9, 10, 11, 13, 14, 26
_STEPS_A_LOOK = 20_000


def connect(file: Path, key: bytes | bytearray) -> Any:
    """A connection on file for this thread alone, with the settings of a workspace that is worked in.

    Raises the driver's error when the key does not fit; see driver_errors().
    """
    connection = _opened(str(file), key)
    try:
        for pragma in ("locking_mode = EXCLUSIVE", f"busy_timeout = {_BUSY_MS}"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def open_copy(file: Path, key: bytes | bytearray, token: CancelToken | None = None) -> Iterator[Connection]:
    """Read a database file that nobody writes, as it lies there: a log beside it is not looked at, nothing is written.

    Raises VaultDamaged, also where the key does not fit, and Cancelled from whatever is asked of it.
    """
    with driver_errors():
        connection = _opened(file.absolute().as_uri() + "?immutable=1", key)
        try:
            if token is not None:
                connection.set_progress_handler(lambda: token.cancelled, _STEPS_A_LOOK)
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            yield connection
        finally:
            connection.close()


def problems(connection: Connection) -> list[str]:
    """Verify the authentication code of every page, then SQLite's own structure; what is wrong, empty if nothing."""
    pages = [str(row[0]) for row in connection.execute("PRAGMA cipher_integrity_check")]
    if pages:
        return pages
    return [text for row in connection.execute("PRAGMA integrity_check") if (text := str(row[0])) != "ok"]


@contextmanager
def driver_errors() -> Iterator[None]:
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
        if primary == _INTERRUPT:
            raise Cancelled from error
        if primary == _BUSY:
            raise failures.busy() from error
        if primary == _IOERR:
            raise failures.disk_failed(name) from error
        if primary == _CANTOPEN:
            raise failures.file_not_opened(name) from error
        raise


def _opened(name: str, key: bytes | bytearray) -> Any:
    """name: a path, or a file: URI."""
    import sqlcipher3

    if len(key) != KEY_BYTES:
        raise ValueError("a database key has 32 bytes")
    connection = sqlcipher3.connect(name, isolation_level=None, check_same_thread=True, uri=name.startswith("file:"))
    try:
        # The driver's PRAGMA has no other form for a raw key; hex of random bytes needs no quoting.
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        for pragma in (
            "cipher_log_level = NONE",
            f"cipher_page_size = {PAGE_BYTES}",
            "temp_store = MEMORY",
            f"cache_size = -{_CACHE_KIB}",
        ):
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection
