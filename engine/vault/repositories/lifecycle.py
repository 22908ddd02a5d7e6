"""How documents come into search and leave it: ready, replaced, removed, restored, gone."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from engine.types import Chunk, DocumentState, DocumentText
from engine.vault.connection import Connection
from engine.vault.repositories import chunks as chunk_rows
from engine.vault.repositories import documents, file_contents


class Indexed(Struct, frozen=True):
    """Everything that makes a document ready. vectors: float32, little endian, one after the other, one per chunk.

    embedder names the model that made the vectors; another name later means they have to be made again.
    """

    text: DocumentText
    chunks: Sequence[Chunk]
    vectors: bytes
    embedder: str


def store_indexed(connection: Connection, document_id: int, indexed: Indexed) -> list[int]:
    """Make a document ready with its text, chunks and vectors; returns the ids of the chunks that left the index.

    Call it in one transaction: the new version is then there and the old one gone at the same moment. Chunks of an
    earlier reading of the same document leave too. Raises KeyError where the document is not there any more.
    """
    row = connection.execute("SELECT name, removed_at FROM documents WHERE id = ?", (document_id,)).fetchone()
    if row is None:
        raise KeyError(document_id)
    gone = chunk_rows.ids_of(connection, [document_id])
    chunk_rows.delete(connection, document_id)
    older = _replaced_by(connection, document_id)
    gone += chunk_rows.ids_of(connection, older)
    delete(connection, older)
    documents.put_text(connection, document_id, indexed.text)
    _set_ready(connection, document_id, indexed)
    chunk_rows.insert(connection, document_id, indexed.chunks, indexed.vectors)
    if row[1] is None:
        chunk_rows.make_searchable(connection, document_id)
    return gone


def remove(connection: Connection, document_ids: Sequence[int], removed_at: str) -> list[int]:
    """Take documents out of the library and out of search, to be restored or purged; returns those that were there."""
    found = []
    for document_id in document_ids:
        changed = connection.execute(
            "UPDATE documents SET removed_at = ? WHERE id = ? AND removed_at IS NULL", (removed_at, document_id)
        )
        if changed.rowcount:
            chunk_rows.make_unsearchable(connection, document_id)
            found.append(document_id)
    return found


def restore(connection: Connection, document_ids: Sequence[int]) -> list[int]:
    """Bring removed documents back; returns those that still existed."""
    found = []
    for document_id in document_ids:
        changed = connection.execute(
            "UPDATE documents SET removed_at = NULL WHERE id = ? AND removed_at IS NOT NULL", (document_id,)
        )
        if changed.rowcount:
            chunk_rows.make_searchable(connection, document_id)
            found.append(document_id)
    return found


def purge_removed(connection: Connection) -> int:
    """Delete for good what was removed and not restored; returns how many documents."""
    removed = [row[0] for row in connection.execute("SELECT id FROM documents WHERE removed_at IS NOT NULL")]
    delete(connection, removed)
    return len(removed)


def delete(connection: Connection, document_ids: Sequence[int]) -> None:
    """Delete documents with their files, text, chunks and vectors, for good."""
    for document_id in document_ids:
        row = connection.execute("SELECT file_id FROM documents WHERE id = ?", (document_id,)).fetchone()
        if row is None:
            continue
        chunk_rows.delete(connection, document_id)
        connection.execute("DELETE FROM documents WHERE id = ?", (document_id,))
        file_contents.delete(connection, [row[0]])


def _set_ready(connection: Connection, document_id: int, indexed: Indexed) -> None:
    text = indexed.text
    connection.execute(
        "UPDATE documents SET state = ?, title = ?, paged = ?, pages = ?, chunks = ?, embedder = ?, warnings = ?,"
        " error = NULL, needs_password = 0, replaces = NULL WHERE id = ?",
        (
            DocumentState.READY,
            text.title,
            text.paged,
            len(text.pages) if text.paged else 0,
            len(indexed.chunks),
            indexed.embedder,
            msgspec.json.encode(text.warnings).decode(),
            document_id,
        ),
    )


def _replaced_by(connection: Connection, document_id: int) -> list[int]:
    """The older versions behind a document, all of them: a version may be replaced before it became ready."""
    sql = (
        "WITH RECURSIVE older (id) AS ("
        " SELECT replaces FROM documents WHERE id = ? AND replaces IS NOT NULL"
        " UNION SELECT d.replaces FROM documents d JOIN older o ON d.id = o.id WHERE d.replaces IS NOT NULL"
        ") SELECT id FROM older"
    )
    return [row[0] for row in connection.execute(sql, (document_id,))]
