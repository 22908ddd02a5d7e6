"""What a start puts in order after the last session was cut off."""

from __future__ import annotations

from engine.types import DocumentState, TurnState
from engine.vault.database import Database
from engine.vault.repositories import conversations, documents, file_contents, lifecycle, turns
from engine.vault.repositories.recovery import Recovered, recover
from tests.engine.vault.conftest import NOW, add, indexed, journal_of, queue
from tests.engine.vault.test_conversations import answer, ask, start


def put_in_order(database: Database) -> Recovered:
    journal = journal_of(database)
    return database.transaction(lambda c: recover(c, journal))


def test_what_was_being_embedded_goes_on_without_being_read_again(database: Database) -> None:
    text, cut, *_ = indexed(["x"])
    read, older = queue(database, "read.pdf"), add(database, "older.pdf", ["y"])
    database.transaction(lambda c: lifecycle.store_read(c, read, text, cut))
    # Version 0.1.0 was reading this one again: its stored text is an earlier one.
    database.transaction(lambda c: documents.set_state(c, older, DocumentState.INDEXING))
    assert put_in_order(database).documents_requeued == 1
    assert database.read(documents.queued) == [older]
    assert database.read(documents.without_vectors) == [read]


def test_interrupted_work_is_queued_ended_or_dropped(database: Database) -> None:
    ready = add(database, "ready.pdf", ["x"])
    reading, indexing, failed = (queue(database, f"{name}.pdf") for name in ("reading", "indexing", "failed"))
    for document_id, state in (
        (reading, DocumentState.READING),
        (indexing, DocumentState.INDEXING),
        (failed, DocumentState.FAILED),
    ):
        database.transaction(lambda c, d=document_id, s=state: documents.set_state(c, d, s))
    removed = add(database, "removed.pdf", ["y"])
    database.transaction(lambda c: lifecycle.remove(c, [removed], NOW))
    file_contents.store(database, [b"never inserted"])
    conversation, deleted = start(database), start(database, "Deleted")
    done = ask(database, conversation, "done", "yes")
    silent = ask(database, conversation, "nothing came")
    partial = ask(database, conversation, "some came")
    database.transaction(lambda c: turns.save(c, partial, TurnState.PENDING, answer=answer("38.")))
    database.transaction(lambda c: conversations.delete(c, deleted, NOW))

    assert put_in_order(database) == Recovered(2, 2, 1, 1, 1)

    assert database.read(documents.queued) == [reading, indexing]
    states = {each.id: each.state for each in database.read(documents.list_all)}
    assert (states[ready], states[failed]) == (DocumentState.READY, DocumentState.FAILED)
    kept = {turn.id: turn for turn in database.read(lambda c: turns.list_shown(c, conversation))}
    assert kept[done].state == TurnState.DONE
    assert (kept[silent].state, kept[silent].error.advice) == (TurnState.FAILED, "Ask it again.")
    assert (kept[partial].state, kept[partial].answer.text, kept[partial].answer.stopped) == (
        TurnState.STOPPED,
        "38.",
        True,
    )
    assert put_in_order(database) == Recovered(0, 0, 0, 0, 0)
