"""The clinic's own templates of notes, and its forms of those that came with the program."""

from __future__ import annotations

import msgspec

from engine.types import NoteTemplate
from engine.vault.connection import Connection


def list_all(connection: Connection) -> dict[str, NoteTemplate]:
    """By id."""
    rows = connection.execute("SELECT id, content FROM templates ORDER BY id")
    return {str(row[0]): msgspec.msgpack.decode(row[1], type=NoteTemplate) for row in rows}


def put(connection: Connection, template: NoteTemplate) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO templates VALUES (?, ?)", (template.id, msgspec.msgpack.encode(template))
    )


def delete(connection: Connection, template_id: str) -> bool:
    """False where the clinic has none of that id."""
    return connection.execute("DELETE FROM templates WHERE id = ?", (template_id,)).rowcount > 0
