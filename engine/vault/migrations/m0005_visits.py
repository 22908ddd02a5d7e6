"""Schema 5: visits with their sound, transcript, notes and addenda; the clinic's templates; examples of style."""

from __future__ import annotations

# version: the stored version of the note that is shown, 0 without one. revision: counts changes of the transcript.
# seconds: length of the sound; heard_s: so far it is text.
# transcript: all of it but its utterances, which come one by one while a visit is recorded.
# consent, signature: JSON, empty for none.
_VISITS = (
    """
    CREATE TABLE visits (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        patient TEXT NOT NULL DEFAULT '',
        template TEXT NOT NULL DEFAULT '',
        state TEXT NOT NULL,
        author TEXT NOT NULL,
        begun_at TEXT NOT NULL,
        changed_at TEXT NOT NULL,
        sound TEXT NOT NULL DEFAULT 'none',
        seconds REAL NOT NULL DEFAULT 0,
        heard_s REAL NOT NULL DEFAULT 0,
        preview TEXT NOT NULL DEFAULT '',
        problems INTEGER NOT NULL DEFAULT 0,
        version INTEGER NOT NULL DEFAULT 0,
        revision INTEGER NOT NULL DEFAULT 0,
        transcript BLOB NOT NULL,
        consent TEXT NOT NULL DEFAULT '',
        signature TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    "CREATE INDEX visits_by_time ON visits (begun_at)",
    "CREATE INDEX visits_by_sound ON visits (sound) WHERE sound IN ('recording', 'interrupted')",
    """
    CREATE TABLE utterances (
        visit_id INTEGER NOT NULL REFERENCES visits ON DELETE CASCADE,
        id INTEGER NOT NULL,
        content BLOB NOT NULL,
        PRIMARY KEY (visit_id, id)
    ) STRICT, WITHOUT ROWID
    """,
    # 16 kHz, one channel, 16 bits; at most half a second a row.
    """
    CREATE TABLE sound (
        visit_id INTEGER NOT NULL REFERENCES visits ON DELETE CASCADE,
        seq INTEGER NOT NULL,
        samples INTEGER NOT NULL,
        data BLOB NOT NULL,
        PRIMARY KEY (visit_id, seq)
    ) STRICT
    """,
)

# parent: the version that this one was made of, 0 for the first; undo goes there, redo to the newest child.
# revision: that of the transcript that it was checked against. unfinished: it is being written.
_NOTES = (
    """
    CREATE TABLE note_versions (
        visit_id INTEGER NOT NULL REFERENCES visits ON DELETE CASCADE,
        version INTEGER NOT NULL,
        parent INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        at TEXT NOT NULL,
        user_id TEXT NOT NULL,
        what TEXT NOT NULL,
        section TEXT NOT NULL DEFAULT '',
        unfinished INTEGER NOT NULL DEFAULT 0,
        note BLOB NOT NULL,
        PRIMARY KEY (visit_id, version)
    ) STRICT
    """,
    """
    CREATE TABLE addenda (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        visit_id INTEGER NOT NULL REFERENCES visits ON DELETE CASCADE,
        at TEXT NOT NULL,
        user_id TEXT NOT NULL,
        text TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX addenda_by_visit ON addenda (visit_id, id)",
    # A signed note stays, whatever slip a later program makes.
    """
    CREATE TRIGGER signed_notes_end BEFORE INSERT ON note_versions
        WHEN (SELECT signature FROM visits WHERE id = NEW.visit_id) <> ''
        BEGIN SELECT raise(ABORT, 'a signed note stays as it is'); END
    """,
    """
    CREATE TRIGGER signed_notes_stay BEFORE UPDATE ON note_versions
        WHEN (SELECT signature FROM visits WHERE id = OLD.visit_id) <> ''
        BEGIN SELECT raise(ABORT, 'a signed note stays as it is'); END
    """,
    """
    CREATE TRIGGER signed_notes_keep BEFORE DELETE ON note_versions
        WHEN (SELECT signature FROM visits WHERE id = OLD.visit_id) <> ''
        BEGIN SELECT raise(ABORT, 'a signed note is kept'); END
    """,
    "CREATE TRIGGER signatures_stay BEFORE UPDATE OF signature ON visits WHEN OLD.signature <> ''"
    " BEGIN SELECT raise(ABORT, 'a signature stays'); END",
    "CREATE TRIGGER addenda_stay BEFORE UPDATE ON addenda BEGIN SELECT raise(ABORT, 'an addendum stays'); END",
    "CREATE TRIGGER addenda_keep BEFORE DELETE ON addenda BEGIN SELECT raise(ABORT, 'an addendum is kept'); END",
)

# templates: the clinic's own, and its forms of those that came with the program.
_HABITS = (
    "CREATE TABLE templates (id TEXT PRIMARY KEY, content BLOB NOT NULL) STRICT, WITHOUT ROWID",
    """
    CREATE TABLE style_examples (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        author TEXT NOT NULL,
        template TEXT NOT NULL,
        section TEXT NOT NULL,
        text TEXT NOT NULL,
        before TEXT NOT NULL DEFAULT '',
        made_at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX style_examples_by_author ON style_examples (author, template, section, id)",
)

# rowid = 4 * visits.id, + 1 for what was said, + 2 for the note: a typed word then costs no second look at the rest.
# Its own content, and secure-delete: words that were taken away must not stay in the index until it is merged.
_SEARCH = (
    "CREATE VIRTUAL TABLE visit_search USING fts5 (words, tokenize = 'porter unicode61 remove_diacritics 2')",
    "INSERT INTO visit_search (visit_search, rank) VALUES ('secure-delete', 1)",
)

STATEMENTS = _VISITS + _NOTES + _HABITS + _SEARCH
