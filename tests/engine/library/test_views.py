"""Who looked at which document is recorded, once for each view, and on a full disk later."""

from __future__ import annotations

import pytest

from engine.files import not_enough_space
from engine.library.views import Views
from engine.vault.database import Database
from tests.engine.vault.conftest import NOW, OpenDatabase, journal_of
from tests.engine.vault.conftest import open_database as open_database  # noqa: PLC0414 - a fixture


def recorded(database: Database) -> list[tuple[str, str]]:
    return database.read(
        lambda c: c.execute("SELECT subject, details FROM audit WHERE kind = 'document viewed'").fetchall()
    )


def test_pages_of_one_view_are_one_entry(open_database: OpenDatabase) -> None:
    database, now = open_database(), [0.0]
    views = Views(database, journal_of(database), lambda: NOW, lambda: now[0])
    for document, at in ((1, 0), (1, 600), (2, 600), (1, 901)):
        now[0] = at
        views.opened(document)
    assert [subject for subject, _ in recorded(database)] == ["document:1", "document:2", "document:1"]


def test_on_a_full_disk_a_document_is_shown_and_recorded_later(
    open_database: OpenDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = open_database()
    views = Views(database, journal_of(database), lambda: NOW)
    with monkeypatch.context() as full:

        def refuse(_function: object) -> None:
            raise not_enough_space()

        full.setattr(database, "transaction", refuse)
        views.opened(1)
    assert recorded(database) == []
    views.opened(2)
    assert recorded(database) == [("document:1", f'{{"at":"{NOW}"}}'), ("document:2", "{}")]


def test_what_a_search_shows_is_one_entry_while_somebody_types(open_database: OpenDatabase) -> None:
    database, now = open_database(), [0.0]
    views = Views(database, journal_of(database), lambda: NOW, lambda: now[0])
    for shown in ([2, 1, 2], [1], [], [1, 3]):
        views.found(shown)
    views.opened(1)
    rows = database.read(lambda c: c.execute("SELECT kind, subject, details FROM audit").fetchall())
    assert rows == [
        ("search", "", '{"documents":[1,2]}'),
        ("search", "", '{"documents":[3]}'),
        ("document viewed", "document:1", "{}"),
    ]
