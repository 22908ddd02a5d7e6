"""Schema 2: a passage out of a table keeps the names of its columns, and is found by them."""

from __future__ import annotations

STATEMENTS = (
    "ALTER TABLE chunks ADD COLUMN header TEXT NOT NULL DEFAULT ''",
    "DROP VIEW chunk_search_source",
    # For a passage without a header this gives what it gave before, which chunk_search relies on when a row leaves it.
    """
    CREATE VIEW chunk_search_source AS
        SELECT c.id AS id, CASE d.title WHEN '' THEN d.name ELSE d.title END AS title, c.section AS section,
            CASE c.header WHEN '' THEN c.text ELSE c.header || char(10) || c.text END AS text,
            c.document_id AS document_id
        FROM chunks c JOIN documents d ON d.id = c.document_id WHERE d.searchable
    """,
)
