"""Conversations: listed, searched, renamed, deleted and brought back."""

from __future__ import annotations

import re

from engine.types import Conversation
from engine.vault.connection import Connection, inserted_id

_WORD = re.compile(r"\w+")


def create(connection: Connection, title: str, now: str, author: str = "") -> Conversation:
    """Start a conversation of author, a user's id. now: ISO 8601 UTC, here and below."""
    cursor = connection.execute(
        "INSERT INTO conversations (title, created_at, updated_at, author) VALUES (?, ?, ?, ?)",
        (title, now, now, author),
    )
    return Conversation(inserted_id(cursor), title, now, now)


def get(connection: Connection, conversation_id: int) -> Conversation | None:
    """The conversation, unless it does not exist or was deleted."""
    sql = "SELECT id, title, created_at, updated_at FROM conversations WHERE id = ? AND deleted_at IS NULL"
    row = connection.execute(sql, (conversation_id,)).fetchone()
    return None if row is None else Conversation(*row)


def author(connection: Connection, conversation_id: int) -> str | None:
    """Whose conversation it is, deleted ones too; None where there is none."""
    row = connection.execute("SELECT author FROM conversations WHERE id = ?", (conversation_id,)).fetchone()
    return None if row is None else str(row[0])


def search(connection: Connection, query: str = "", author: str = "") -> list[Conversation]:
    """The conversations of author, the last used first: all, or those with every word of query in the title or in one
    turn.

    The last word may be unfinished.
    """
    rows = connection.execute(
        "SELECT id, title, created_at, updated_at FROM conversations WHERE deleted_at IS NULL AND author = ?"
        " ORDER BY updated_at DESC, id DESC",
        (author,),
    )
    conversations = [Conversation(*row) for row in rows]
    words = _WORD.findall(query)
    if not words:
        return conversations
    in_turns = _with_words(connection, words)
    return [each for each in conversations if each.id in in_turns or _all_in(words, each.title)]


def rename(connection: Connection, conversation_id: int, title: str) -> None:
    connection.execute("UPDATE conversations SET title = ? WHERE id = ?", (title, conversation_id))


def delete(connection: Connection, conversation_id: int, now: str) -> bool:
    """Take a conversation away, to be restored or purged; false where it was not there."""
    sql = "UPDATE conversations SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL"
    return connection.execute(sql, (now, conversation_id)).rowcount > 0


def restore(connection: Connection, conversation_id: int) -> bool:
    """Bring a deleted conversation back; false where it is gone for good."""
    sql = "UPDATE conversations SET deleted_at = NULL WHERE id = ? AND deleted_at IS NOT NULL"
    return connection.execute(sql, (conversation_id,)).rowcount > 0


def purge_deleted(connection: Connection) -> int:
    """Delete for good what was deleted and not restored; returns how many conversations."""
    connection.execute(
        "DELETE FROM turn_search WHERE rowid IN (SELECT t.id FROM turns t JOIN conversations c"
        " ON c.id = t.conversation_id WHERE c.deleted_at IS NOT NULL)"
    )
    purged = connection.execute("DELETE FROM conversations WHERE deleted_at IS NOT NULL").rowcount
    if purged:
        # A deleted row's words stay in the index until its parts are merged.
        connection.execute("INSERT INTO turn_search (turn_search) VALUES ('optimize')")
    return purged


def _with_words(connection: Connection, words: list[str]) -> set[int]:
    match = " ".join(f'"{word}"' for word in words) + "*"
    sql = (
        "SELECT DISTINCT t.conversation_id FROM turn_search s JOIN turns t ON t.id = s.rowid"
        " WHERE s.turn_search MATCH ?"
    )
    return {row[0] for row in connection.execute(sql, (match,))}


def _all_in(words: list[str], title: str) -> bool:
    folded = title.casefold()
    return all(word.casefold() in folded for word in words)
