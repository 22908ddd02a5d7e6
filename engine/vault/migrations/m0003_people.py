"""Schema 3: the people who may open the workspace, whose each conversation is, and sign-ins with the recovery key."""

from __future__ import annotations

# name_key: the name as it is compared, so that capitals make no second person. Empty times mean never.
# author: '' until the first unlock after the change gives what was there to the first administrator.
# emergencies.seq: the entry of the audit that the sign-in made.
STATEMENTS = (
    """
    CREATE TABLE users (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        name_key TEXT NOT NULL UNIQUE,
        role TEXT NOT NULL,
        created_at TEXT NOT NULL,
        disabled_at TEXT NOT NULL DEFAULT '',
        last_sign_in_at TEXT NOT NULL DEFAULT '',
        must_change INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID
    """,
    "ALTER TABLE conversations ADD COLUMN author TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX conversations_by_author ON conversations (author, updated_at)",
    """
    CREATE TABLE emergencies (
        seq INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        reason TEXT NOT NULL,
        seen_at TEXT NOT NULL DEFAULT '',
        seen_by TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
)
