"""Facts that ranking needs beside the passages: how common words are, and what documents are called."""

from __future__ import annotations

from collections.abc import Sequence

from engine.vault.connection import Connection, placeholders


def passage_count(connection: Connection) -> int:
    """Passages that keyword search covers."""
    row = connection.execute("SELECT coalesce(sum(chunks), 0) FROM documents WHERE removed_at IS NULL").fetchone()
    return int(row[0]) if row else 0


def word_counts(connection: Connection, words: Sequence[str]) -> dict[str, int]:
    """In how many passages each word stands, endings and accents aside. Words are letters and digits only."""
    sql = "SELECT count(*) FROM chunk_search WHERE chunk_search MATCH ?"
    counts = {}
    for word in words:
        row = connection.execute(sql, (f'"{word}"',)).fetchone()
        counts[word] = int(row[0]) if row else 0
    return counts


def titles(connection: Connection, document_ids: Sequence[int]) -> dict[int, str]:
    """What keyword search has as the title of documents: their own, else their file's name."""
    named = "SELECT id, CASE title WHEN '' THEN name ELSE title END FROM documents"
    sql = f"{named} WHERE id IN ({placeholders(len(document_ids))})"
    return {row[0]: row[1] for row in connection.execute(sql, list(document_ids))}
