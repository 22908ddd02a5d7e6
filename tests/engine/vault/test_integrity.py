"""The open workspace checked to its last page, and what it does by itself."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.cancellation import Cancelled, CancelToken
from engine.errors import UserError
from engine.files import not_enough_space
from engine.paths import Paths
from engine.types import BackupProgress, CheckReport
from engine.vault import integrity
from engine.vault.chores import Chore, Chores
from engine.vault.clean_end import CleanEnd
from engine.vault.database import Database
from engine.vault.integrity import Integrity, in_words
from engine.vault.repositories import meta
from engine.vault.session_keys import SessionKeys
from tests.engine.vault.conftest import KEY, journal_of


@pytest.fixture
def check(tmp_path: Path) -> Iterator[Integrity]:
    paths = Paths(tmp_path, tmp_path / "models")
    database = Database.open(paths.vault_file, bytearray(KEY), backups=paths.backup_dir, create=True)
    keys = SessionKeys(bytearray(KEY))
    journal = journal_of(database)
    database.transaction(lambda c: c.execute("DELETE FROM audit_epochs"))
    database.transaction(lambda c: c.execute("DELETE FROM audit_chain"))
    from engine.vault.audit import chain

    database.transaction(lambda c: chain.begin(c, keys.audit))
    database.transaction(lambda c: meta.put(c, "clinic", "x" * 400_000))
    yield Integrity(database, paths, keys, journal, lambda: 7, lambda: None)
    database.close()


def flip(file: Path, page: int, bit: int = 13) -> None:
    with file.open("r+b") as opened:
        opened.seek((page - 1) * 8192 + 4000)
        byte = opened.read(1)
        opened.seek(-1, os.SEEK_CUR)
        opened.write(bytes([byte[0] ^ (1 << (bit % 8))]))


def test_a_sound_workspace(check: Integrity) -> None:
    assert check.last() is None
    assert check.due()
    told: list[BackupProgress] = []
    report = check.check(told.append)
    assert (report.problems, report.advice) == ([], "")
    assert told
    assert not check.due()
    again = Integrity(check.database, check.paths, check.keys, check.journal, lambda: 7, lambda: None)
    assert again.last() == report
    assert [row[0] for row in check.database.read(lambda c: c.execute("SELECT kind FROM audit").fetchall())] == [
        "integrity check"
    ]


def test_damaged_pages_are_named_with_the_way_out(check: Integrity) -> None:
    check.check()
    for page in (20, 30):
        flip(check.paths.vault_file, page)
    report = check.check()
    assert report.problems == ["2 pages of the database are damaged: 20, 30."]
    assert "Restore the newest good backup" in report.advice
    assert check.last() == report


def test_every_page_is_looked_at(check: Integrity) -> None:
    check.database.check()
    pages = check.paths.vault_file.stat().st_size // 8192
    for page in range(2, pages + 1, 7):
        flip(check.paths.vault_file, page, page)
        assert check.check().problems, page
        flip(check.paths.vault_file, page, page)
    assert check.check().problems == []


def test_broken_references_and_a_changed_record_are_told(check: Integrity) -> None:
    check.check()

    def break_it(connection: object) -> None:
        connection.execute("DROP TRIGGER audit_stays")  # type: ignore[attr-defined]
        connection.execute("UPDATE audit SET user_id = 'u2'")  # type: ignore[attr-defined]

    check.database.transaction(break_it)
    assert check.check().problems == ["The record of who did what is not as it was written, from entry 1 on."]


def test_without_room_for_a_copy_the_database_itself_is_checked(
    check: Integrity, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise not_enough_space()

    monkeypatch.setattr(integrity, "copy_durably", full)
    assert check.check().problems == []
    flip(check.paths.vault_file, 20)
    assert check.check().problems == ["Page 20 of the database is damaged."]


def test_a_check_can_be_cancelled_and_leaves_nothing(check: Integrity) -> None:
    token = CancelToken()
    with pytest.raises(Cancelled):
        check.check(lambda _progress: token.cancel(), token)
    assert not list(check.paths.data.glob(".working-*"))
    assert check.last() is None


def test_after_an_unclean_end_a_check_is_due(check: Integrity) -> None:
    check.check()
    paths = check.paths
    first = CleanEnd(paths)
    assert not first.unclean
    assert CleanEnd(paths).unclean  # nobody closed it
    first.closed()
    assert not CleanEnd(paths).unclean
    check.unclean = True
    assert check.due()
    check.check()
    assert not check.due()


def test_other_lines_are_left_as_they_are() -> None:
    assert in_words(["row 3 missing from index"]) == ["row 3 missing from index"]
    assert in_words([f"HMAC verification failed for page {n}" for n in range(1, 13)])[0].endswith("9, 10 ….")
    assert CheckReport("", 0, []).advice == ""


def test_chores_run_when_due_and_a_broken_one_does_not_end_the_others(caplog: pytest.LogCaptureFixture) -> None:
    ran: list[str] = []
    enough = threading.Event()

    def broken(_token: CancelToken) -> None:
        ran.append("broken")
        raise RuntimeError("a defect")

    def failing(_token: CancelToken) -> None:
        ran.append("failing")
        raise UserError("full")

    def good(_token: CancelToken) -> None:
        ran.append("good")
        if ran.count("good") == 2:
            enough.set()

    chores = Chores(
        [
            Chore("broken", lambda: True, broken),
            Chore("never", lambda: False, lambda _token: ran.append("never")),
            Chore("failing", lambda: True, failing),
            Chore("good", lambda: True, good),
        ],
        first_after_s=0.01,
        every_s=0.01,
    )
    chores.start()
    assert enough.wait(10)
    chores.close()
    chores.close()
    assert ran[:6] == ["broken", "failing", "good"] * 2


def test_closing_cancels_what_is_being_done() -> None:
    begun = threading.Event()

    def long(token: CancelToken) -> None:
        begun.set()
        token.wait()
        token.check()

    chores = Chores([Chore("long", lambda: True, long)], first_after_s=0.0)
    chores.start()
    assert begun.wait(10)
    chores.close()
