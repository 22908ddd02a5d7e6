"""When a backup is made by itself, and when the last one is too old."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from engine.cancellation import CancelToken
from engine.errors import UserError
from engine.types import AuditKind, BackupPolicy
from engine.vault.audit.journal import Journal
from tests.engine.vault.backup.conftest import Place


def test_a_backup_is_due_after_its_hours(place: Place) -> None:
    assert place.backups.due()
    place.backups.make_by_itself(CancelToken())
    begun = place.now
    for hours, due in ((0, False), (23, False), (25, True)):
        place.now = begun + timedelta(hours=hours)
        assert place.backups.due() is due
    place.policy = BackupPolicy(every_hours=0)
    assert not place.backups.due()


def test_a_clock_that_was_set_back_does_not_stop_backups(place: Place) -> None:
    place.backups.make_by_itself(CancelToken())
    place.now -= timedelta(days=400)
    assert place.backups.due()


def test_a_failed_one_is_tried_again_after_an_hour(place: Place, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    place.policy = BackupPolicy(folder=str(tmp_path / "file" / "drive"))
    place.backups.make_by_itself(CancelToken())
    state = place.backups.state()
    assert "cannot be written" in state.problem
    assert "drive" in state.advice
    assert not place.backups.due()
    place.now += timedelta(minutes=61)
    assert place.backups.due()
    place.policy = BackupPolicy()
    place.backups.make_by_itself(CancelToken())
    assert place.backups.state().problem == ""
    assert place.kinds() == ["backup failed", "backup"]


def test_late_after_two_days_or_when_a_day_has_passed_without_any(place: Place) -> None:
    journal = Journal(lambda: "u1", lambda: place.now.strftime("%Y-%m-%dT%H:%M:%SZ"))
    place.database.transaction(lambda c: journal.append(c, AuditKind.BEGUN))
    begun = place.now
    assert not place.backups.state().late
    place.now = begun + timedelta(hours=25)
    assert place.backups.state().late
    place.backups.make_by_itself(CancelToken())
    place.now = begun + timedelta(hours=47)
    assert not place.backups.state().late
    place.now = begun + timedelta(hours=49)
    assert place.backups.state().late


def test_one_backup_at_a_time(place: Place) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def hold(_progress: object) -> None:
        inside.set()
        go_on.wait(10)

    first = threading.Thread(target=lambda: place.backups.make(hold))
    first.start()
    inside.wait(10)
    assert place.backups.state().running
    with pytest.raises(UserError, match="already"):
        place.backups.make()
    go_on.set()
    first.join()
    assert not place.backups.state().running
    assert place.backups.state().problem == ""
