"""A backup is opened by who could open the workspace on its day, or with the recovery key of that day."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.cancellation import CancelToken
from engine.errors import NameNeeded, TooManyAttempts, UserError, WrongPassphrase
from engine.paths import Paths
from engine.types import AuditKind, Role
from engine.vault import key_slots
from engine.workspace import Workspace
from tests.fixtures.clinic import FIRST, SECOND, THIRD, cheap

pytestmark = pytest.mark.usefixtures("cheap_guesses")


@pytest.fixture
def cheap_guesses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_slots, "default_cost", cheap)


@pytest.fixture
def workspace(tmp_path: Path, cheap_guesses: None) -> Iterator[Workspace]:
    made = Workspace.create(Paths(tmp_path / "data", tmp_path / "models"), FIRST, name="Ann")
    yield made
    made.close()


@pytest.fixture
def clean(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "new computer", tmp_path / "models")


def backup(workspace: Workspace) -> Path:
    return Path(workspace.backups.make().file)


def test_with_the_recovery_key_alone_on_a_clean_computer(workspace: Workspace, clean: Paths) -> None:
    key = workspace.people.make_recovery_key()
    workspace.people.confirm_recovery_key(key)
    file = backup(workspace)
    head = workspace.backups.list()[0].head
    workspace.close()
    Workspace.restore(file, clean, recovery_key=key.lower())
    restored = Workspace.emergency(clean, key, "the old computer was stolen")
    entries = restored.audit.entries()
    assert [entry.kind for entry in entries][:2] == [AuditKind.EMERGENCY, AuditKind.RESTORE]
    assert entries[1].user_id == "recovery"
    assert restored.audit.verify(head=file).problem == ""
    assert head is not None
    restored.close()


def test_by_name_and_passphrase_of_its_day(workspace: Workspace, clean: Paths) -> None:
    workspace.people.add("Bo", Role.CLINICIAN, SECOND)
    file = backup(workspace)
    workspace.people.change_passphrase(FIRST, THIRD)
    with pytest.raises(NameNeeded):
        Workspace.restore(file, clean, passphrase=SECOND)
    with pytest.raises(WrongPassphrase):
        Workspace.restore(file, clean, passphrase=THIRD, name="Ann")
    assert not clean.keys_file.exists()
    assert Workspace.restore(file, clean, passphrase=SECOND, name="bo") is None
    restored = Workspace.unlock(clean, FIRST, "Ann")
    assert [user.name for user in restored.people.list()] == ["Ann", "Bo"]
    restored.close()


def test_guesses_at_a_backup_are_throttled_too(workspace: Workspace, clean: Paths) -> None:
    file = backup(workspace)
    with pytest.raises(TooManyAttempts):
        for number in range(10):
            with pytest.raises(WrongPassphrase):
                Workspace.restore(file, clean, passphrase=f"wrong guess {number}")


def test_without_a_recovery_key(workspace: Workspace, clean: Paths) -> None:
    file = backup(workspace)
    with pytest.raises(UserError):
        Workspace.restore(file, clean, recovery_key="0000-0000")


def test_backups_before_and_after_a_new_key(workspace: Workspace, clean: Paths) -> None:
    before = backup(workspace)
    workspace.people.rekey(lambda _progress: None, CancelToken())
    assert workspace.backups.due()
    after = before.with_name("chartside-29990101T000000Z.chartside-backup")
    backup(workspace).rename(after)
    assert [info.problem for info in workspace.backups.list()] == ["", ""]
    for each in (before, after):
        assert workspace.audit.verify(head=each).problem == ""
        assert workspace.backups.verify(each).problem == ""
    workspace.close()
    Workspace.restore(after, clean, passphrase=FIRST)
    restored = Workspace.unlock(clean, FIRST)
    assert restored.audit.verify().problem == ""
    assert restored.integrity.check().problems == []
    restored.close()


def test_a_refusal_is_recorded(workspace: Workspace) -> None:
    workspace.people.add("Bo", Role.READER, SECOND)
    paths = workspace.paths
    workspace.close()
    reader = Workspace.unlock(paths, SECOND, "Bo")
    reader.people.change_passphrase(SECOND, THIRD)
    with pytest.raises(UserError, match="role"):
        reader.backups.make()
    reader.close()
    again = Workspace.unlock(paths, FIRST, "Ann")
    (entry,) = [each for each in again.audit.entries() if each.kind is AuditKind.REFUSED]
    assert (entry.person, entry.details) == ("Bo", {"permission": "back up"})
    again.close()
