"""Drafts in the vault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.assistant.history import History
from engine.errors import UserError
from engine.types import Answer, Hit, ModelRef, Passage, Timings, TurnState
from engine.vault.database import Database
from tests.engine.vault.conftest import journal_of

NOW = "2026-01-01T00:00:00Z"


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    database = Database.open(tmp_path / "v.db", bytearray(range(32)), backups=tmp_path, create=True)
    yield History(database, lambda: NOW, journal_of(database))
    database.close()


def test_drafts_come_back_as_they_were_kept(history: History) -> None:
    turn, _ = history.begin("A question?", None, None)
    drafts = {None: "half a", turn.conversation_id: "and\nanother"}
    history.keep_drafts(drafts)
    assert history.drafts() == drafts


def test_there_are_none_at_first_and_blank_ones_are_not_kept(history: History) -> None:
    assert history.drafts() == {}
    history.keep_drafts({None: " \n"})
    assert history.drafts() == {}


def test_a_deleted_conversation_takes_its_draft_along(history: History) -> None:
    turn, _ = history.begin("A question?", None, None)
    history.delete(turn.conversation_id)
    history.keep_drafts({turn.conversation_id: "more"})
    assert history.drafts() == {}


def test_questions_answers_and_deletions_are_recorded_by_their_ids(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "v.db", bytearray(range(32)), backups=tmp_path, create=True)
    history = History(database, lambda: NOW, journal_of(database))
    turn, _ = history.begin("What of Mrs Planted?", None, None)
    history.save(turn, TurnState.PENDING, answer=answer_of("Mrs", []))
    passage = Passage(3, 12, "planted.pdf", None, "", "Mrs Planted", 0, 11)
    history.save(turn, TurnState.DONE, answer=answer_of("Mrs Planted", [Hit(1, passage, 1.0)]))
    history.delete(turn.conversation_id)
    history.restore(turn.conversation_id)
    rows = database.read(lambda c: c.execute("SELECT kind, subject, details FROM audit").fetchall())
    database.close()
    assert rows == [
        ("question", "turn:1", '{"conversation":1}'),
        ("answer", "turn:1", '{"documents":[12],"model":"","state":"done"}'),
        ("conversation deleted", "conversation:1", "{}"),
        ("conversation restored", "conversation:1", "{}"),
    ]


def answer_of(text: str, hits: list[Hit]) -> Answer:
    return Answer(text, True, [], hits, ModelRef("m", ""), Timings())


def test_everybody_has_conversations_and_drafts_of_their_own(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "v.db", bytearray(range(32)), backups=tmp_path, create=True)
    journal = journal_of(database)
    ann, ben = (History(database, lambda: NOW, journal, author) for author in ("ann", "ben"))
    try:
        turn, _ = ann.begin("What is a fever?", None, None)
        ann.keep_drafts({None: "ann's", turn.conversation_id: "more"})
        ben.keep_drafts({None: "ben's", turn.conversation_id: "not his"})
        assert ann.drafts() == {None: "ann's", turn.conversation_id: "more"}
        assert ben.drafts() == {None: "ben's"}
        assert [each.id for each in ann.conversations()] == [turn.conversation_id]
        assert ben.conversations() == ben.conversations("fever") == []
        assert ben.turns(turn.conversation_id) == []
        with pytest.raises(UserError):
            ben.turn(turn.id)
        with pytest.raises(UserError):
            ben.begin("And in a child?", turn.conversation_id, None)
        with pytest.raises(UserError):
            ben.begin("Instead?", turn.conversation_id, turn.id)
        ben.rename(turn.conversation_id, "His")
        ben.delete(turn.conversation_id)
        assert [each.title for each in ann.conversations()] == ["What is a fever?"]
        ann.delete(turn.conversation_id)
        with pytest.raises(UserError):
            ben.restore(turn.conversation_id)
        ann.restore(turn.conversation_id)
        assert len(ann.turns(turn.conversation_id)) == 1
    finally:
        database.close()
