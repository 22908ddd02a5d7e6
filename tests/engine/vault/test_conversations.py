"""Conversations, their turns, and search over both."""

from __future__ import annotations

import pytest

from engine.types import Answer, ModelRef, Problem, Timings, TurnState
from engine.vault.connection import Connection
from engine.vault.database import Database
from engine.vault.repositories import conversations, turns
from tests.engine.vault.conftest import NOW


def answer(text: str) -> Answer:
    return Answer(text, True, [], [], ModelRef("m", "0" * 64, "Model"), Timings(tokens=3))


def start(database: Database, title: str = "Fever in children", now: str = NOW) -> int:
    return database.transaction(lambda c: conversations.create(c, title, now)).id


def ask(database: Database, conversation_id: int, question: str, reply: str | None = None, **options: object) -> int:
    turn = database.transaction(lambda c: turns.add(c, conversation_id, question, NOW, **options))
    if reply is not None:
        database.transaction(lambda c: turns.save(c, turn.id, TurnState.DONE, answer=answer(reply)))
    return turn.id


def shown(database: Database, conversation_id: int) -> list[str]:
    return [turn.question for turn in database.read(lambda c: turns.list_shown(c, conversation_id))]


def search(database: Database, query: str) -> list[str]:
    return [each.title for each in database.read(lambda c: conversations.search(c, query))]


def test_the_last_used_conversation_comes_first(database: Database) -> None:
    first = start(database, "First", "2026-01-01T00:00:00Z")
    start(database, "Second", "2026-01-01T00:00:01Z")
    assert search(database, "") == ["Second", "First"]
    ask(database, first, "Again?")
    assert search(database, "") == ["First", "Second"]


def test_a_turn_is_pending_and_then_keeps_its_whole_answer(database: Database) -> None:
    conversation = start(database)
    turn_id = ask(database, conversation, "What is fever?")
    (turn,) = database.read(lambda c: turns.list_shown(c, conversation))
    assert (turn.id, turn.state, turn.answer) == (turn_id, TurnState.PENDING, None)
    database.transaction(lambda c: turns.save(c, turn_id, TurnState.DONE, answer=answer("38.5 °C")))
    assert database.read(lambda c: turns.get(c, turn_id)).answer == answer("38.5 °C")


def test_a_failed_turn_says_why_and_keeps_what_there_was(database: Database) -> None:
    turn_id = ask(database, start(database), "What is fever?")
    problem = Problem("The model stopped.", "Ask again.")
    database.transaction(lambda c: turns.save(c, turn_id, TurnState.FAILED, answer=answer("38.5"), error=problem))
    turn = database.read(lambda c: turns.get(c, turn_id))
    assert (turn.state, turn.error, turn.answer.text) == (TurnState.FAILED, problem, "38.5")


def test_asking_again_takes_the_place_of_a_turn_and_all_after_it(database: Database) -> None:
    conversation = start(database)
    ask(database, conversation, "one", "1")
    second = ask(database, conversation, "two", "2")
    ask(database, conversation, "three", "3")
    instead = ask(database, conversation, "two, better", "2b", replaces=second)
    ask(database, conversation, "four", "4")
    assert shown(database, conversation) == ["one", "two, better", "four"]
    assert search(database, "three") == []
    database.transaction(lambda c: turns.discard(c, instead))
    assert "two" in shown(database, conversation)
    assert "three" in shown(database, conversation)
    assert search(database, "three") == ["Fever in children"]


def test_a_turn_can_only_replace_one_that_is_shown_in_its_conversation(database: Database) -> None:
    conversation, other = start(database), start(database, "Other")
    old = ask(database, conversation, "one", "1")
    ask(database, conversation, "one, better", "1b", replaces=old)
    for where, replaces in ((conversation, old), (other, old), (conversation, 999)):
        with pytest.raises(KeyError):
            ask(database, where, "again", replaces=replaces)
    with pytest.raises(KeyError):
        ask(database, 999, "nowhere")
    assert shown(database, conversation) == ["one, better"]


def test_search_looks_in_titles_questions_and_answers(database: Database) -> None:
    conversation = start(database, "Äußerliche Anwendung")
    ask(database, conversation, "Which dose of paracetamol?", "15 mg/kg, four times a day, auf die Straße")
    start(database, "Opening hours")
    for query in (
        "parac",
        "PARACETAMOL dose",
        "times a day",
        "äusserliche anw".replace("ss", "ß"),
        "dose four",
        "straße",
        "STRAẞE".lower(),
    ):
        assert search(database, query) == ["Äußerliche Anwendung"], query
    assert search(database, "paracetamol hours") == []


@pytest.mark.parametrize(
    "query", ['"', "*", "AND", "a OR b", "NEAR(", "title:", "-x", "'); DROP TABLE turns", "^", "…"]
)
def test_no_query_is_a_syntax_error(database: Database, query: str) -> None:
    ask(database, start(database), "one", "1")
    search(database, query)


def test_rename_delete_restore_purge(database: Database) -> None:
    keep, leave = start(database, "Keep"), start(database, "Leave")
    ask(database, leave, "a secret question", "a secret answer")
    database.transaction(lambda c: conversations.rename(c, keep, "Kept"))
    assert database.transaction(lambda c: conversations.delete(c, leave, NOW))
    assert not database.transaction(lambda c: conversations.delete(c, leave, NOW))
    assert search(database, "") == ["Kept"]
    assert search(database, "secret") == []
    with pytest.raises(KeyError):
        ask(database, leave, "more")
    assert database.transaction(lambda c: conversations.restore(c, leave))
    assert search(database, "secret") == ["Leave"]
    database.transaction(lambda c: conversations.delete(c, leave, NOW))
    assert database.transaction(conversations.purge_deleted) == 1
    assert not database.transaction(lambda c: conversations.restore(c, leave))
    for table in ("turns", "turn_search"):
        assert database.read(lambda c, t=table: c.execute(f"SELECT count(*) FROM {t}").fetchone()) == (0,)


def test_no_word_of_a_purged_conversation_stays_in_the_index(database: Database) -> None:
    stays, goes = start(database), start(database, "Another")
    ask(database, stays, "What about zebrafish?")
    ask(database, goes, "What about quagga?")

    def index(connection: Connection) -> bytes:
        return b"".join(bytes(row[0]) for row in connection.execute("SELECT block FROM turn_search_data"))

    assert b"quagga" in database.read(index)
    database.transaction(lambda connection: conversations.delete(connection, goes, NOW))
    database.transaction(conversations.purge_deleted)
    left = database.read(index)
    assert b"quagga" not in left
    assert b"zebrafish" in left
