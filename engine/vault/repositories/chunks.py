"""Chunks of documents: keyword search over them, their vectors, and passages by id."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from engine.types import Chunk, Passage
from engine.vault.connection import Connection, placeholders
from engine.vault.database import Database

# SQLite's limit of values in one statement is 250,000 in this build; lists are cut well below it.
_LIST_LIMIT = 10_000

_PASSAGES = (
    "SELECT c.id, c.document_id, d.name, CASE WHEN d.paged THEN c.page END, c.section, c.text, c.start, c.end,"
    " c.header FROM chunks c JOIN documents d ON d.id = c.document_id WHERE d.removed_at IS NULL"
)
_VECTORS = (
    "SELECT c.id, v.vector FROM chunks c JOIN chunk_vectors v ON v.chunk_id = c.id"
    " JOIN documents d ON d.id = c.document_id WHERE d.embedder <> ''"
)


class Vectors(Struct, frozen=True):
    """Chunk ids with their vectors: float32, little endian, one after the other in the order of ids."""

    ids: list[int]
    data: bytes


class Weights(Struct, frozen=True):
    """How much a word counts by where it stands, for BM25."""

    title: float = 1.0
    section: float = 1.0
    text: float = 1.0


EQUAL = Weights()


def insert(connection: Connection, document_id: int, chunks: Sequence[Chunk]) -> None:
    """Store a document's chunks; put_vectors() follows, now or later."""
    connection.executemany(
        "INSERT INTO chunks (document_id, ordinal, start, end, page, section, text, header)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        ((document_id, n, c.start, c.end, c.page, c.section, c.text, c.header) for n, c in enumerate(chunks)),
    )


def delete(connection: Connection, document_id: int) -> None:
    """Delete a document's chunks and vectors and take them out of keyword search."""
    make_unsearchable(connection, document_id)
    connection.execute("DELETE FROM chunks WHERE document_id = ?", (document_id,))


def make_searchable(connection: Connection, document_id: int) -> None:
    """Let keyword search find a document's chunks. A document without a title is found by its file name."""
    marked = connection.execute(
        "UPDATE documents SET searchable = 1 WHERE id = ? AND searchable = 0", (document_id,)
    ).rowcount
    if marked:
        connection.execute(
            "INSERT INTO chunk_search (rowid, title, section, text)"
            " SELECT id, title, section, text FROM chunk_search_source WHERE document_id = ?",
            (document_id,),
        )


def make_unsearchable(connection: Connection, document_id: int) -> None:
    """Take a document's chunks out of keyword search; to be called before its name, title or chunks change."""
    # An external content table is told what to forget: exactly what it was given, and once.
    connection.execute(
        "INSERT INTO chunk_search (chunk_search, rowid, title, section, text)"
        " SELECT 'delete', id, title, section, text FROM chunk_search_source WHERE document_id = ?",
        (document_id,),
    )
    connection.execute("UPDATE documents SET searchable = 0 WHERE id = ?", (document_id,))


def keyword_search(connection: Connection, match: str, limit: int, weights: Weights = EQUAL) -> list[tuple[int, float]]:
    """Chunk ids with their BM25 scores, best (largest) first, at most limit.

    match is an FTS5 query, https://www.sqlite.org/fts5.html#full_text_query_syntax, over the columns title, section
    and text; words are stemmed (Porter) and accents do not matter.
    """
    rank = f"bm25({weights.title!r}, {weights.section!r}, {weights.text!r})"
    rows = connection.execute(
        "SELECT rowid, rank FROM chunk_search WHERE chunk_search MATCH ? AND rank MATCH ? ORDER BY rank LIMIT ?",
        (match, rank, limit),
    )
    # SQLite's bm25() is the better the smaller.
    return [(row[0], -row[1]) for row in rows]


def passages(connection: Connection, chunk_ids: Sequence[int]) -> dict[int, Passage]:
    """Passages by chunk id; ids that are not there, or whose document was removed, are left out."""
    found: dict[int, Passage] = {}
    for part in _parts(chunk_ids):
        sql = f"{_PASSAGES} AND c.id IN ({placeholders(len(part))})"
        found.update((row[0], Passage(*row)) for row in connection.execute(sql, part))
    return found


def chunks_of(connection: Connection, document_id: int) -> list[Chunk]:
    """A document's chunks in their order."""
    sql = "SELECT start, end, page, section, text, header FROM chunks WHERE document_id = ? ORDER BY ordinal"
    return [Chunk(*row) for row in connection.execute(sql, (document_id,))]


def ids_of(connection: Connection, document_ids: Sequence[int]) -> list[int]:
    """Chunk ids of documents, removed ones too, in the order of the documents and their text."""
    sql = "SELECT id FROM chunks WHERE document_id = ? ORDER BY ordinal"
    return [row[0] for document_id in document_ids for row in connection.execute(sql, (document_id,))]


def vectors_of(connection: Connection, chunk_ids: Sequence[int]) -> dict[int, bytes]:
    """Vectors by chunk id; ids that are not there, or whose vectors are not valid any more, are left out."""
    found: dict[int, bytes] = {}
    for part in _parts(chunk_ids):
        sql = f"{_VECTORS} AND c.id IN ({placeholders(len(part))})"
        found.update((row[0], row[1]) for row in connection.execute(sql, part))
    return found


def document_vectors(connection: Connection, document_id: int) -> Vectors:
    """Ids and vectors of one document, to put it into the index."""
    sql = f"{_VECTORS} AND c.document_id = ? ORDER BY c.ordinal"
    rows = connection.execute(sql, (document_id,)).fetchall()
    return Vectors([row[0] for row in rows], b"".join(row[1] for row in rows))


def put_vectors(connection: Connection, document_id: int, vectors: bytes, embedder: str) -> None:
    """Give a document's chunks their vectors, in place of earlier ones, and note what made them.

    Raises ValueError where the two do not match.
    """
    ids = ids_of(connection, [document_id])
    if vectors and not ids:
        raise ValueError("vectors without chunks")
    size, rest = divmod(len(vectors), max(len(ids), 1))
    if rest or (ids and (not size or size % 4)):
        raise ValueError("every chunk needs one float32 vector, all of one length")
    connection.executemany(
        "INSERT OR REPLACE INTO chunk_vectors VALUES (?, ?)",
        ((chunk_id, vectors[n * size : (n + 1) * size]) for n, chunk_id in enumerate(ids)),
    )
    connection.execute("UPDATE documents SET embedder = ? WHERE id = ?", (embedder, document_id))


def count_vectors(connection: Connection, embedder: str) -> int:
    """How many vectors vector_batches will give."""
    row = connection.execute(
        "SELECT coalesce(sum(chunks), 0) FROM documents WHERE embedder = ? AND removed_at IS NULL", (embedder,)
    ).fetchone()
    return int(row[0]) if row else 0


def vector_batches(database: Database, embedder: str, size: int = 2000) -> Iterator[Vectors]:
    """Every vector that embedder made of the documents in the library, in batches.

    Each batch is a read of its own, so other calls get their turn in between; documents that come or go meanwhile are
    the caller's to add or delete.
    """
    after = (0, -1)
    while True:
        rows = database.read(lambda connection, after=after: _vector_rows(connection, embedder, after, size))  # type: ignore[misc]
        if not rows:
            return
        yield Vectors([row[2] for row in rows], b"".join(row[3] for row in rows))
        after = (rows[-1][0], rows[-1][1])


def _vector_rows(
    connection: Connection, embedder: str, after: tuple[int, int], size: int
) -> list[tuple[int, int, int, bytes]]:
    # The index over (document_id, ordinal) answers for chunks, so that their text is never read.
    sql = (
        "SELECT c.document_id, c.ordinal, c.id, v.vector FROM chunks c"
        " JOIN chunk_vectors v ON v.chunk_id = c.id JOIN documents d ON d.id = c.document_id"
        " WHERE (c.document_id, c.ordinal) > (?, ?) AND d.embedder = ? AND d.removed_at IS NULL"
        " ORDER BY c.document_id, c.ordinal LIMIT ?"
    )
    return [(row[0], row[1], row[2], row[3]) for row in connection.execute(sql, (*after, embedder, size))]


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _LIST_LIMIT):
        yield ids[start : start + _LIST_LIMIT]
