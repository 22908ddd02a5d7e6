"""Schema 4: the record of who did what."""

from __future__ import annotations

# engine.vault.audit says what the columns hold. Rows are never changed and never deleted: the triggers stop a slip of
# the program; what stops a person is the chain.
# audit_chain: the one row is the end of the record. audit_epochs: the wrapped root of each stretch between two keys.
STATEMENTS = (
    """
    CREATE TABLE audit (
        seq INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        user_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        details TEXT NOT NULL,
        salt BLOB NOT NULL,
        digest BLOB NOT NULL,
        mac BLOB NOT NULL
    ) STRICT
    """,
    "CREATE INDEX audit_by_user ON audit (user_id, seq)",
    "CREATE INDEX audit_by_kind ON audit (kind, seq)",
    "CREATE INDEX audit_by_subject ON audit (subject, seq) WHERE subject <> ''",
    "CREATE INDEX audit_by_time ON audit (at, seq)",
    "CREATE TRIGGER audit_keeps BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'audit entries are kept'); END",
    "CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'audit entries stay'); END",
    """
    CREATE TABLE audit_chain (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        epoch INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        digest BLOB NOT NULL,
        key BLOB NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE audit_epochs (
        number INTEGER PRIMARY KEY,
        first_seq INTEGER NOT NULL,
        nonce BLOB NOT NULL,
        wrapped BLOB NOT NULL
    ) STRICT
    """,
    "INSERT INTO meta VALUES ('workspace', lower(hex(randomblob(16))))",
)
