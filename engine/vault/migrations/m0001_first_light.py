"""Schema 1: documents with their files, text, chunks and vectors; conversations; full-text search over both."""

from __future__ import annotations

# A file is kept in parts of 1 MiB so that storing or reading a large one never holds the database for long.
_FILES = (
    "CREATE TABLE files (id INTEGER PRIMARY KEY AUTOINCREMENT) STRICT",
    """
    CREATE TABLE file_parts (
        file_id INTEGER NOT NULL REFERENCES files ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        content BLOB NOT NULL,
        PRIMARY KEY (file_id, ordinal)
    ) STRICT, WITHOUT ROWID
    """,
)

# AUTOINCREMENT: an id is never given twice, so a stored answer can never point at another document.
# replaces: the document that leaves when this one becomes ready. embedder: what made the vectors, '' before any.
# searchable: whether chunk_search holds the document's chunks.
_DOCUMENTS = (
    """
    CREATE TABLE documents (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        kind TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        size INTEGER NOT NULL,
        state TEXT NOT NULL,
        added_at TEXT NOT NULL,
        source_path TEXT NOT NULL DEFAULT '',
        file_id INTEGER NOT NULL REFERENCES files,
        replaces INTEGER REFERENCES documents ON DELETE SET NULL,
        title TEXT NOT NULL DEFAULT '',
        paged INTEGER NOT NULL DEFAULT 0,
        pages INTEGER NOT NULL DEFAULT 0,
        chunks INTEGER NOT NULL DEFAULT 0,
        embedder TEXT NOT NULL DEFAULT '',
        warnings TEXT NOT NULL DEFAULT '[]',
        error TEXT,
        needs_password INTEGER NOT NULL DEFAULT 0,
        searchable INTEGER NOT NULL DEFAULT 0,
        removed_at TEXT
    ) STRICT
    """,
    "CREATE INDEX documents_by_sha256 ON documents (sha256)",
    "CREATE INDEX documents_by_source_path ON documents (source_path)",
    "CREATE INDEX documents_by_replaces ON documents (replaces) WHERE replaces IS NOT NULL",
    "CREATE INDEX documents_by_file ON documents (file_id)",
    """
    CREATE TABLE document_texts (
        document_id INTEGER PRIMARY KEY REFERENCES documents ON DELETE CASCADE,
        content BLOB NOT NULL
    ) STRICT
    """,
)

# Vectors stand apart from the text so that filling the index reads nothing else. float32, little endian.
_CHUNKS = (
    """
    CREATE TABLE chunks (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        document_id INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        start INTEGER NOT NULL,
        end INTEGER NOT NULL,
        page INTEGER NOT NULL,
        section TEXT NOT NULL,
        text TEXT NOT NULL,
        UNIQUE (document_id, ordinal)
    ) STRICT
    """,
    """
    CREATE TABLE chunk_vectors (
        chunk_id INTEGER PRIMARY KEY REFERENCES chunks ON DELETE CASCADE,
        vector BLOB NOT NULL
    ) STRICT
    """,
    """
    CREATE VIEW chunk_search_source AS
        SELECT c.id AS id, CASE d.title WHEN '' THEN d.name ELSE d.title END AS title, c.section AS section,
            c.text AS text, c.document_id AS document_id
        FROM chunks c JOIN documents d ON d.id = c.document_id WHERE d.searchable
    """,
    # rowid = chunks.id. External content: the text is not kept twice. (A contentless table would be simpler, but it
    # does not subtract deleted rows from the totals that BM25 divides by.)
    """
    CREATE VIRTUAL TABLE chunk_search USING fts5 (
        title, section, text, content = 'chunk_search_source', content_rowid = 'id',
        tokenize = 'porter unicode61 remove_diacritics 2'
    )
    """,
)

_CONVERSATIONS = (
    """
    CREATE TABLE conversations (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        title TEXT NOT NULL,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        deleted_at TEXT
    ) STRICT
    """,
    """
    CREATE TABLE turns (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        conversation_id INTEGER NOT NULL REFERENCES conversations ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        question TEXT NOT NULL,
        state TEXT NOT NULL,
        created_at TEXT NOT NULL,
        answer BLOB,
        error TEXT,
        superseded_by INTEGER REFERENCES turns ON DELETE SET NULL
    ) STRICT
    """,
    "CREATE INDEX turns_by_conversation ON turns (conversation_id, ordinal)",
    "CREATE INDEX turns_by_superseded ON turns (superseded_by) WHERE superseded_by IS NOT NULL",
    # rowid = turns.id; the turns that a conversation shows.
    """
    CREATE VIRTUAL TABLE turn_search USING fts5 (
        question, answer, content = '', contentless_delete = 1,
        tokenize = 'porter unicode61 remove_diacritics 2'
    )
    """,
)

_META = ("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",)

STATEMENTS = _FILES + _DOCUMENTS + _CHUNKS + _CONVERSATIONS + _META
