"""The original files of documents, in parts, so that a large one never holds the database for long."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from engine.vault.connection import Connection, inserted_id
from engine.vault.database import Database

PART_BYTES = 1 << 20


def store(database: Database, parts: Iterable[bytes]) -> int:
    """Store a file part by part and return its id. It stays invisible, and goes at the next start, until a document
    is inserted with it. Raises NotEnoughSpace; then nothing stays."""
    file_id = database.transaction(_begin)
    try:
        for ordinal, part in enumerate(parts):
            database.transaction(_appender(file_id, ordinal, part))
    except BaseException:
        if not database.closed:
            database.transaction(lambda connection: delete(connection, [file_id]))
        raise
    return file_id


def store_path(database: Database, path: Path) -> int:
    """As store(), from a file on disk. Raises OSError where it cannot be read."""
    with path.open("rb") as file:
        return store(database, iter(lambda: file.read(PART_BYTES), b""))


def load(database: Database, file_id: int) -> bytes:
    """The whole file; other calls get their turn between its parts. Raises KeyError where there is none."""
    count = database.read(lambda connection: _part_count(connection, file_id))
    return b"".join(database.read(_reader(file_id, ordinal)) for ordinal in range(count))


def delete(connection: Connection, file_ids: Iterable[int]) -> None:
    connection.executemany("DELETE FROM files WHERE id = ?", [(file_id,) for file_id in file_ids])


def delete_unused(connection: Connection) -> int:
    """Delete files that no document holds: left over from an import that was cut off."""
    return connection.execute("DELETE FROM files WHERE id NOT IN (SELECT file_id FROM documents)").rowcount


def _begin(connection: Connection) -> int:
    return inserted_id(connection.execute("INSERT INTO files DEFAULT VALUES"))


def _appender(file_id: int, ordinal: int, part: bytes) -> Callable[[Connection], object]:
    return lambda connection: connection.execute("INSERT INTO file_parts VALUES (?, ?, ?)", (file_id, ordinal, part))


def _part_count(connection: Connection, file_id: int) -> int:
    if connection.execute("SELECT 1 FROM files WHERE id = ?", (file_id,)).fetchone() is None:
        raise KeyError(file_id)
    row = connection.execute("SELECT count(*) FROM file_parts WHERE file_id = ?", (file_id,)).fetchone()
    return int(row[0]) if row else 0


def _reader(file_id: int, ordinal: int) -> Callable[[Connection], bytes]:
    sql = "SELECT content FROM file_parts WHERE file_id = ? AND ordinal = ?"
    return lambda connection: b"".join(row[0] for row in connection.execute(sql, (file_id, ordinal)))
