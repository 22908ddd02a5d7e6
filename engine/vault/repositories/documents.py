"""The library's documents: their rows, states and text."""

from __future__ import annotations

import zlib

import msgspec
from msgspec import Struct

from engine.types import DocumentInfo, DocumentState, DocumentText, Problem
from engine.vault.connection import Connection, Row, inserted_id

# Level 1 shrinks a document's text and line boxes to a third in a few milliseconds per megabyte.
_COMPRESSION = 1

_COLUMNS = (
    "id, name, kind, sha256, size, state, added_at, pages, chunks, title, paged, source_path, error, needs_password,"
    " warnings, embedder"
)


_WAITING = "embedder = '' AND state IN (?, ?) AND removed_at IS NULL"
_READ = (DocumentState.INDEXING, DocumentState.READY)


class NewDocument(Struct, frozen=True):
    """A document to queue. replaces: the id of the older version that leaves when this one becomes ready."""

    name: str
    kind: str
    sha256: str
    size: int
    file_id: int
    added_at: str
    source_path: str = ""
    replaces: int | None = None


def insert(connection: Connection, new: NewDocument) -> int:
    """Queue a document and return its id."""
    return inserted_id(
        connection.execute(
            "INSERT INTO documents (name, kind, sha256, size, file_id, added_at, source_path, replaces, state)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*msgspec.structs.astuple(new), DocumentState.QUEUED),
        )
    )


def get(connection: Connection, document_id: int) -> DocumentInfo | None:
    """The document, unless it does not exist or was removed."""
    return _one(connection, "id = ?", document_id)


def list_all(connection: Connection) -> list[DocumentInfo]:
    """Every document that was not removed, in the order they came."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM documents WHERE removed_at IS NULL ORDER BY id")  # noqa: S608
    return [_info(row) for row in rows]


def find_by_hash(connection: Connection, sha256: str) -> DocumentInfo | None:
    """The newest document with exactly this content."""
    return _one(connection, "sha256 = ? ORDER BY id DESC LIMIT 1", sha256)


def find_by_source(connection: Connection, source_path: str) -> DocumentInfo | None:
    """The newest document that came from this path."""
    return _one(connection, "source_path = ? ORDER BY id DESC LIMIT 1", source_path)


def queued(connection: Connection) -> list[int]:
    """Ids of documents that wait to be read, oldest first."""
    sql = "SELECT id FROM documents WHERE state = ? AND removed_at IS NULL ORDER BY id"
    return [row[0] for row in connection.execute(sql, (DocumentState.QUEUED,))]


def without_vectors(connection: Connection) -> list[int]:
    """Ids of documents that were read and wait for their vectors, oldest first."""
    sql = f"SELECT id FROM documents WHERE {_WAITING} ORDER BY id"  # noqa: S608 - constants only
    return [row[0] for row in connection.execute(sql, _READ)]


def passages_without_vectors(connection: Connection) -> int:
    """How many passages the documents of without_vectors have."""
    sql = f"SELECT coalesce(sum(chunks), 0) FROM documents WHERE {_WAITING}"  # noqa: S608 - constants only
    row = connection.execute(sql, _READ).fetchone()
    return int(row[0]) if row else 0


def disown_vectors(connection: Connection, embedder: str) -> int:
    """Have documents whose vectors another embedder made wait for new ones; returns how many.

    Their passages are found by words meanwhile. The old vectors stay until the new ones come, but nothing reads them.
    """
    sql = "UPDATE documents SET embedder = '' WHERE embedder NOT IN ('', ?)"
    return connection.execute(sql, (embedder,)).rowcount


def settle_without_vectors(connection: Connection) -> int:
    """Make ready what only waits for vectors that cannot come now; returns how many."""
    sql = "UPDATE documents SET state = ? WHERE state = ?"
    return connection.execute(sql, (DocumentState.READY, DocumentState.INDEXING)).rowcount


def file_id(connection: Connection, document_id: int) -> int:
    """The stored file of a document, for file_contents.load. Raises KeyError."""
    row = connection.execute("SELECT file_id FROM documents WHERE id = ?", (document_id,)).fetchone()
    if row is None:
        raise KeyError(document_id)
    return int(row[0])


def set_state(connection: Connection, document_id: int, state: DocumentState) -> None:
    """Move to a state that carries no error."""
    connection.execute(
        "UPDATE documents SET state = ?, error = NULL, needs_password = 0 WHERE id = ?", (state, document_id)
    )


def set_failed(connection: Connection, document_id: int, problem: Problem, *, needs_password: bool = False) -> None:
    """Say why a document could not be read. What an earlier reading stored stays searchable."""
    connection.execute(
        "UPDATE documents SET state = ?, error = ?, needs_password = ? WHERE id = ?",
        (DocumentState.FAILED, msgspec.json.encode(problem).decode(), needs_password, document_id),
    )


def text(connection: Connection, document_id: int) -> DocumentText:
    """What was read from a document. Raises KeyError where nothing was."""
    return unpack_text(packed_text(connection, document_id))


def packed_text(connection: Connection, document_id: int) -> bytes:
    """As text(), still packed: unpack_text on another thread keeps the vault's own free. Raises KeyError."""
    row = connection.execute("SELECT content FROM document_texts WHERE document_id = ?", (document_id,)).fetchone()
    if row is None:
        raise KeyError(document_id)
    return bytes(row[0])


def put_text(connection: Connection, document_id: int, content: DocumentText) -> None:
    """Store what was read from a document, in place of an earlier reading."""
    packed = zlib.compress(msgspec.msgpack.encode(content), _COMPRESSION)
    connection.execute("INSERT OR REPLACE INTO document_texts VALUES (?, ?)", (document_id, packed))


def unpack_text(packed: bytes) -> DocumentText:
    return msgspec.msgpack.decode(zlib.decompress(packed), type=DocumentText)


def requeue_interrupted(connection: Connection) -> int:
    """Queue again what was being read when the program ended; returns how many.

    What was being indexed goes on from its stored text, where there is one: version 0.1.0 stored none before the end.
    """
    sql = (
        "UPDATE documents SET state = ? WHERE state = ? OR (state = ?"
        " AND (embedder <> '' OR id NOT IN (SELECT document_id FROM document_texts)))"
    )
    states = (DocumentState.QUEUED, DocumentState.READING, DocumentState.INDEXING)
    return connection.execute(sql, states).rowcount


def _one(connection: Connection, condition: str, value: int | str) -> DocumentInfo | None:
    sql = f"SELECT {_COLUMNS} FROM documents WHERE removed_at IS NULL AND {condition}"  # noqa: S608 - constants only
    row = connection.execute(sql, (value,)).fetchone()
    return None if row is None else _info(row)


def _info(row: Row) -> DocumentInfo:
    return DocumentInfo(
        id=row[0],
        name=row[1],
        kind=row[2],
        sha256=row[3],
        size=row[4],
        state=DocumentState(row[5]),
        added_at=row[6],
        pages=row[7],
        chunks=row[8],
        title=row[9],
        paged=bool(row[10]),
        source_path=row[11],
        error=None if row[12] is None else msgspec.json.decode(row[12], type=Problem),
        needs_password=bool(row[13]),
        warnings=msgspec.json.decode(row[14], type=list[str]),
        keyword_only=bool(row[8]) and not row[15],
    )
