"""What a workspace does by itself while it is open: the first backup, checks when due and after an unclean end."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.paths import Paths
from engine.types import AuditKind
from engine.vault import key_slots, upkeep
from engine.workspace import Workspace
from tests.fixtures.clinic import FIRST, cheap


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    monkeypatch.setattr(key_slots, "default_cost", cheap)
    monkeypatch.setattr(upkeep, "_FIRST_LOOK_S", 0.05)
    return Paths(tmp_path / "data", tmp_path / "models")


def wait_for(happened: Callable[[], object]) -> None:
    until = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_new_workspace_is_checked_and_backed_up_in_nobodys_name(paths: Paths) -> None:
    workspace = Workspace.create(paths, FIRST)
    wait_for(lambda: workspace.backups.state().last and not workspace.backups.state().running)
    report = workspace.integrity.last()
    assert report is not None
    assert report.problems == []
    acts = {entry.kind: entry.user_id for entry in workspace.audit.entries()}
    assert (acts[AuditKind.BACKUP], acts[AuditKind.CHECK]) == ("", "")
    workspace.close()
    assert not (paths.data / "workspace.open").exists()
    again = Workspace.unlock(paths, FIRST)
    time.sleep(0.3)
    assert len(again.backups.list()) == 1  # neither is due again
    assert again.integrity.last() == report
    again.close()


def test_after_an_unclean_end_the_workspace_is_checked(paths: Paths) -> None:
    workspace = Workspace.create(paths, FIRST)
    wait_for(workspace.integrity.last)
    workspace.close()
    (paths.data / "workspace.open").touch()  # as a killed program leaves it
    (paths.data / ".working-abc").mkdir()
    again = Workspace.unlock(paths, FIRST)
    assert again.integrity.unclean
    wait_for(lambda: not again.integrity.unclean)
    kinds = [entry.kind for entry in again.audit.entries()]
    assert kinds.count(AuditKind.CHECK) == 2
    again.close()
    assert not (paths.data / ".working-abc").exists()


def test_locking_ends_what_is_being_made(paths: Paths) -> None:
    for _ in range(3):
        workspace = Workspace.create(paths, FIRST) if not Workspace.exists(paths) else Workspace.unlock(paths, FIRST)
        time.sleep(0.06)
        begun = time.monotonic()
        workspace.close()
        assert time.monotonic() - begun < 5
    names = [each.name for each in (*paths.data.iterdir(), *paths.backup_dir.iterdir())]
    assert not [name for name in names if name.startswith((".working", ".chartside"))]
