"""Stored versions of notes, and what was added to signed ones."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from engine.types import Addendum, Note, NoteVersionInfo
from engine.vault.connection import Connection, Row, inserted_id

_COLUMNS = "version, parent, revision, at, user_id, what, section, unfinished"


class Version(Struct, frozen=True):
    """A stored version, without the note itself. parent: what it was made of, 0 for the first; revision: that of the
    transcript that it was checked against; section: the key of the one section that it changed, "" for several."""

    version: int
    parent: int
    revision: int
    at: str
    user_id: str
    what: str
    section: str = ""
    unfinished: bool = False


def add(connection: Connection, visit_id: int, note: Note, made: Version) -> int:
    """Store a note as the newest version (made.version is not looked at) and show it; returns its number."""
    row = connection.execute(
        "SELECT coalesce(max(version), 0) + 1 FROM note_versions WHERE visit_id = ?", (visit_id,)
    ).fetchone()
    version = int(row[0]) if row else 1
    connection.execute(
        f"INSERT INTO note_versions (visit_id, {_COLUMNS}, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        (
            visit_id,
            version,
            made.parent,
            made.revision,
            made.at,
            made.user_id,
            made.what,
            made.section,
            made.unfinished,
            msgspec.msgpack.encode(note),
        ),
    )
    show(connection, visit_id, version)
    return version


def put(
    connection: Connection,
    visit_id: int,
    version: int,
    note: Note,
    *,
    revision: int,
    what: str | None = None,
    unfinished: bool = False,
) -> None:
    """Store a note in the place of what a version held: more of the same draft or edit, or checked since."""
    connection.execute(
        "UPDATE note_versions SET note = ?, revision = ?, unfinished = ?, what = coalesce(?, what)"
        " WHERE visit_id = ? AND version = ?",
        (msgspec.msgpack.encode(note), revision, unfinished, what, visit_id, version),
    )


def show(connection: Connection, visit_id: int, version: int) -> None:
    """Make a stored version the one that the visit shows."""
    connection.execute("UPDATE visits SET version = ? WHERE id = ?", (version, visit_id))


def load(connection: Connection, visit_id: int, version: int) -> Note | None:
    sql = "SELECT note FROM note_versions WHERE visit_id = ? AND version = ?"
    row = connection.execute(sql, (visit_id, version)).fetchone()
    return None if row is None else msgspec.msgpack.decode(row[0], type=Note)


def made(connection: Connection, visit_id: int, version: int) -> Version | None:
    sql = f"SELECT {_COLUMNS} FROM note_versions WHERE visit_id = ? AND version = ?"  # noqa: S608
    row = connection.execute(sql, (visit_id, version)).fetchone()
    return None if row is None else _version(row)


def newest_child(connection: Connection, visit_id: int, version: int) -> int:
    """The version that was last made of this one; 0 where none was."""
    sql = "SELECT coalesce(max(version), 0) FROM note_versions WHERE visit_id = ? AND parent = ? AND parent > 0"
    row = connection.execute(sql, (visit_id, version)).fetchone()
    return int(row[0]) if row else 0


def versions(connection: Connection, visit_id: int) -> list[NoteVersionInfo]:
    """All that were stored, the newest first."""
    sql = (
        "SELECT n.version, n.at, n.user_id, coalesce(u.name, ''), n.what FROM note_versions n"
        " LEFT JOIN users u ON u.id = n.user_id WHERE n.visit_id = ? ORDER BY n.version DESC"
    )
    return [NoteVersionInfo(*row) for row in connection.execute(sql, (visit_id,))]


def end_unfinished(connection: Connection, what: str) -> int:
    """Drafts that were being written when the program ended keep what there is, under this name; how many."""
    sql = "UPDATE note_versions SET unfinished = 0, what = ? WHERE unfinished"
    return connection.execute(sql, (what,)).rowcount


def add_addendum(connection: Connection, visit_id: int, at: str, user_id: str, text: str) -> int:
    """Returns the addendum's id."""
    sql = "INSERT INTO addenda (visit_id, at, user_id, text) VALUES (?, ?, ?, ?)"
    return inserted_id(connection.execute(sql, (visit_id, at, user_id, text)))


def addenda(connection: Connection, visit_id: int) -> list[Addendum]:
    """In the order they were written."""
    sql = (
        "SELECT a.at, a.user_id, coalesce(u.name, ''), a.text FROM addenda a LEFT JOIN users u ON u.id = a.user_id"
        " WHERE a.visit_id = ? ORDER BY a.id"
    )
    return [Addendum(*row) for row in connection.execute(sql, (visit_id,))]


def _version(row: Row) -> Version:
    return Version(row[0], row[1], row[2], row[3], row[4], row[5], row[6], bool(row[7]))
