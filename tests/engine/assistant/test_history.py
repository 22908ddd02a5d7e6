"""Drafts in the vault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.assistant.history import History
from engine.vault.database import Database

NOW = "2026-01-01T00:00:00Z"


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    database = Database.open(tmp_path / "v.db", bytearray(range(32)), backups=tmp_path, create=True)
    yield History(database, lambda: NOW)
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
