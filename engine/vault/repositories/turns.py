"""The turns of conversations: a question, its answer, and what was asked again in its place."""

from __future__ import annotations

import msgspec

from engine.types import Answer, Problem, Turn, TurnState
from engine.vault.connection import Connection, Row, inserted_id
from engine.vault.repositories import conversations

_TURN_COLUMNS = "id, conversation_id, question, state, created_at, answer, error"


def add(connection: Connection, conversation_id: int, question: str, now: str, *, replaces: int | None = None) -> Turn:
    """Add a pending turn. replaces: a turn that leaves the conversation, with all that followed it, for this one.

    Raises KeyError where that turn, or the conversation, is not there.
    """
    if conversations.get(connection, conversation_id) is None:
        raise KeyError(conversation_id)
    ordinal = _ordinal(connection, conversation_id, replaces)
    cursor = connection.execute(
        "INSERT INTO turns (conversation_id, ordinal, question, state, created_at) VALUES (?, ?, ?, ?, ?)",
        (conversation_id, ordinal, question, TurnState.PENDING, now),
    )
    turn_id = inserted_id(cursor)
    if replaces is not None:
        _supersede(connection, conversation_id, ordinal, turn_id)
    _index(connection, turn_id)
    connection.execute("UPDATE conversations SET updated_at = ? WHERE id = ?", (now, conversation_id))
    return Turn(turn_id, conversation_id, question, TurnState.PENDING, now)


def save(
    connection: Connection,
    turn_id: int,
    state: TurnState,
    *,
    answer: Answer | None = None,
    error: Problem | None = None,
) -> None:
    """Store how a turn ended, or with state PENDING what there is of its answer so far."""
    connection.execute(
        "UPDATE turns SET state = ?, answer = ?, error = ? WHERE id = ?",
        (
            state,
            None if answer is None else msgspec.msgpack.encode(answer),
            None if error is None else msgspec.json.encode(error).decode(),
            turn_id,
        ),
    )
    _index(connection, turn_id)


def discard(connection: Connection, turn_id: int) -> None:
    """Delete a turn; what it had replaced comes back."""
    back = [row[0] for row in connection.execute("SELECT id FROM turns WHERE superseded_by = ?", (turn_id,))]
    connection.execute("DELETE FROM turn_search WHERE rowid = ?", (turn_id,))
    connection.execute("DELETE FROM turns WHERE id = ?", (turn_id,))
    for each in back:
        _index(connection, each)


def list_shown(connection: Connection, conversation_id: int) -> list[Turn]:
    """The turns that a conversation shows, in their order."""
    sql = (
        f"SELECT {_TURN_COLUMNS} FROM turns WHERE conversation_id = ? AND superseded_by IS NULL"  # noqa: S608
        " ORDER BY ordinal, id"
    )
    return [_turn(row) for row in connection.execute(sql, (conversation_id,))]


def get(connection: Connection, turn_id: int) -> Turn | None:
    """A turn, replaced ones too."""
    row = connection.execute(f"SELECT {_TURN_COLUMNS} FROM turns WHERE id = ?", (turn_id,)).fetchone()  # noqa: S608
    return None if row is None else _turn(row)


def end_interrupted(connection: Connection, problem: Problem) -> int:
    """End the turns that were being answered when the program ended: stopped where there is text, failed with problem
    where there is none; returns how many."""
    pending = [row[0] for row in connection.execute("SELECT id FROM turns WHERE state = ?", (TurnState.PENDING,))]
    for turn_id in pending:
        turn = get(connection, turn_id)
        if turn is not None and turn.answer is not None and turn.answer.text:
            stopped = msgspec.structs.replace(turn.answer, stopped=True)
            save(connection, turn_id, TurnState.STOPPED, answer=stopped)
        else:
            save(connection, turn_id, TurnState.FAILED, error=problem)
    return len(pending)


def _ordinal(connection: Connection, conversation_id: int, replaces: int | None) -> int:
    if replaces is None:
        sql = "SELECT coalesce(max(ordinal), -1) + 1 FROM turns WHERE conversation_id = ? AND superseded_by IS NULL"
        row = connection.execute(sql, (conversation_id,)).fetchone()
    else:
        sql = "SELECT ordinal FROM turns WHERE conversation_id = ? AND id = ? AND superseded_by IS NULL"
        row = connection.execute(sql, (conversation_id, replaces)).fetchone()
    if row is None:
        raise KeyError(replaces)
    return int(row[0])


def _supersede(connection: Connection, conversation_id: int, ordinal: int, by: int) -> None:
    condition = "conversation_id = ? AND ordinal >= ? AND superseded_by IS NULL AND id <> ?"
    values = (conversation_id, ordinal, by)
    connection.execute(f"DELETE FROM turn_search WHERE rowid IN (SELECT id FROM turns WHERE {condition})", values)  # noqa: S608
    connection.execute(f"UPDATE turns SET superseded_by = ? WHERE {condition}", (by, *values))  # noqa: S608


def _index(connection: Connection, turn_id: int) -> None:
    """Bring conversation search in line with a turn."""
    connection.execute("DELETE FROM turn_search WHERE rowid = ?", (turn_id,))
    turn = get(connection, turn_id)
    if turn is not None:
        answer = turn.answer.text if turn.answer else ""
        connection.execute(
            "INSERT INTO turn_search (rowid, question, answer) VALUES (?, ?, ?)", (turn_id, turn.question, answer)
        )


def _turn(row: Row) -> Turn:
    return Turn(
        id=row[0],
        conversation_id=row[1],
        question=row[2],
        state=TurnState(row[3]),
        created_at=row[4],
        answer=None if row[5] is None else msgspec.msgpack.decode(row[5], type=Answer),
        error=None if row[6] is None else msgspec.json.decode(row[6], type=Problem),
    )
