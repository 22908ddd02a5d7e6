"""Examples of how each clinician writes."""

from __future__ import annotations

from engine.types import StyleExample
from engine.vault.connection import Connection, inserted_id

_COLUMNS = "id, template, section, text, before, made_at"


def list_of(connection: Connection, author: str, template: str = "") -> list[StyleExample]:
    """Those of author, a user's id, the newest first; of one template, or of all."""
    sql = f"SELECT {_COLUMNS} FROM style_examples WHERE author = ? AND (? = '' OR template = ?) ORDER BY id DESC"  # noqa: S608
    return [StyleExample(*row) for row in connection.execute(sql, (author, template, template))]


def add(connection: Connection, author: str, example: StyleExample) -> int:
    """Returns its id; example.id is not looked at."""
    cursor = connection.execute(
        "INSERT INTO style_examples (author, template, section, text, before, made_at) VALUES (?, ?, ?, ?, ?, ?)",
        (author, example.template, example.section, example.text, example.before, example.made_at),
    )
    return inserted_id(cursor)


def change(connection: Connection, author: str, example: StyleExample) -> bool:
    """False where author has none of that id."""
    sql = "UPDATE style_examples SET text = ?, before = ? WHERE id = ? AND author = ?"
    return connection.execute(sql, (example.text, example.before, example.id, author)).rowcount > 0


def delete(connection: Connection, author: str, example_id: int) -> bool:
    sql = "DELETE FROM style_examples WHERE id = ? AND author = ?"
    return connection.execute(sql, (example_id, author)).rowcount > 0


def clear(connection: Connection, author: str) -> int:
    return connection.execute("DELETE FROM style_examples WHERE author = ?", (author,)).rowcount


def keep_newest(connection: Connection, author: str, template: str, section: str, count: int) -> None:
    """Delete all but the newest so many of a section."""
    connection.execute(
        "DELETE FROM style_examples WHERE author = ? AND template = ? AND section = ? AND id NOT IN"
        " (SELECT id FROM style_examples WHERE author = ? AND template = ? AND section = ? ORDER BY id DESC LIMIT ?)",
        (author, template, section, author, template, section, count),
    )
