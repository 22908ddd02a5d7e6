"""How documents come into search and leave it: ready, replaced, removed, restored, gone."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from engine.types import Chunk, DocumentState, DocumentText
from engine.vault.connection import Connection
from engine.vault.repositories import chunks as chunk_rows
from engine.vault.repositories import documents, file_contents


class Embedded(Struct, frozen=True):
    """Passages with their vectors: float32, little endian, one after the other, one per chunk.

    embedder names what made the vectors; another name later means they have to be made again.
    """

    chunks: Sequence[Chunk]
    vectors: bytes
    embedder: str


def store_read(connection: Connection, document_id: int, text: DocumentText, chunks: Sequence[Chunk]) -> list[int]:
    """Store what was read from a document; its words are searched from now on, and its vectors may follow.

    Returns the ids of the chunks that left the index. Call it in one transaction: the new version is then there and
    the old one gone at the same moment. Chunks of an earlier reading of the same document leave too. Raises KeyError
    where the document is not there any more.
    """
    removed = _is_removed(connection, document_id)
    gone = chunk_rows.ids_of(connection, [document_id])
    chunk_rows.delete(connection, document_id)
    older = _replaced_by(connection, document_id)
    gone += chunk_rows.ids_of(connection, older)
    delete(connection, older)
    documents.put_text(connection, document_id, text)
    _set_read(connection, document_id, text, len(chunks))
    chunk_rows.insert(connection, document_id, chunks)
    if not removed:
        chunk_rows.make_searchable(connection, document_id)
    return gone


def store_embedded(connection: Connection, document_id: int, embedded: Embedded) -> list[int]:
    """Give a document its vectors, which makes one that was being indexed ready; in one transaction.

    Where its text was cut in another way than before, the new chunks take the place of the old ones, whose ids are
    returned. Raises KeyError where the document is not there any more.
    """
    removed = _is_removed(connection, document_id)
    gone: list[int] = []
    if chunk_rows.chunks_of(connection, document_id) != list(embedded.chunks):
        gone = chunk_rows.ids_of(connection, [document_id])
        chunk_rows.delete(connection, document_id)
        chunk_rows.insert(connection, document_id, embedded.chunks)
        if not removed:
            chunk_rows.make_searchable(connection, document_id)
    chunk_rows.put_vectors(connection, document_id, embedded.vectors, embedded.embedder)
    connection.execute(
        "UPDATE documents SET chunks = ?, state = CASE state WHEN ? THEN ? ELSE state END WHERE id = ?",
        (len(embedded.chunks), DocumentState.INDEXING, DocumentState.READY, document_id),
    )
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


def purge_removed(connection: Connection) -> list[int]:
    """Delete for good what was removed and not restored; returns the documents' ids."""
    removed = [row[0] for row in connection.execute("SELECT id FROM documents WHERE removed_at IS NOT NULL")]
    delete(connection, removed)
    return removed


def delete(connection: Connection, document_ids: Sequence[int]) -> None:
    """Delete documents with their files, text, chunks and vectors, for good."""
    for document_id in document_ids:
        row = connection.execute("SELECT file_id FROM documents WHERE id = ?", (document_id,)).fetchone()
        if row is None:
            continue
        chunk_rows.delete(connection, document_id)
        connection.execute("DELETE FROM documents WHERE id = ?", (document_id,))
        file_contents.delete(connection, [row[0]])


def _is_removed(connection: Connection, document_id: int) -> bool:
    row = connection.execute("SELECT removed_at FROM documents WHERE id = ?", (document_id,)).fetchone()
    if row is None:
        raise KeyError(document_id)
    return row[0] is not None


def _set_read(connection: Connection, document_id: int, text: DocumentText, chunks: int) -> None:
    connection.execute(
        "UPDATE documents SET state = ?, title = ?, paged = ?, pages = ?, chunks = ?, embedder = '', warnings = ?,"
        " error = NULL, needs_password = 0, replaces = NULL WHERE id = ?",
        (
            DocumentState.INDEXING,
            text.title,
            text.paged,
            len(text.pages) if text.paged else 0,
            chunks,
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
