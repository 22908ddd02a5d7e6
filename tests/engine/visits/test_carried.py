"""Visits go where the workspace goes: through a backup, a restore and a new key."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.cancellation import CancelToken
from engine.paths import Paths
from engine.types import Visit, VisitFilter
from engine.vault import key_slots
from engine.vault.repositories.sound import SoundStore
from engine.workspace import Workspace
from tests.engine.visits.conftest import PIECE, SAID
from tests.fixtures.clinic import FIRST, cheap


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    monkeypatch.setattr(key_slots, "default_cost", cheap)
    return Paths(tmp_path / "data", tmp_path / "models")


def fill(workspace: Workspace) -> list[Visit]:
    """A draft with its sound, and a signed note with an addendum."""
    visits = workspace.visits
    for patient in ("Ann", "Bo"):
        visit_id = visits.new(patient=patient).id
        visits.paste(visit_id, SAID)
        visits.edit_section(visit_id, "history", "Left knee hurts.")
    SoundStore(workspace._database, visit_id).append(PIECE)
    visits.sign(1)
    visits.amend(1, "No fracture.")
    return whole(workspace)


def whole(workspace: Workspace) -> list[Visit]:
    return [workspace.visits.get(each.id) for each in workspace.visits.list(VisitFilter(query="knee"))]


def test_a_backup_restores_them(paths: Paths, tmp_path: Path) -> None:
    workspace = Workspace.create(paths, FIRST, name="Ann")
    try:
        before = fill(workspace)
        backup = workspace.backups.make()
    finally:
        workspace.close()
    elsewhere = Paths(tmp_path / "elsewhere", tmp_path / "models")
    Workspace.restore(Path(backup.file), elsewhere, name="Ann", passphrase=FIRST)
    restored = Workspace.unlock(elsewhere, FIRST, "Ann")
    try:
        assert whole(restored) == before
        assert SoundStore(restored._database, 2).read(0, 1600) == PIECE
        assert restored.integrity.check().problems == []
    finally:
        restored.close()


def test_a_new_key_keeps_them(paths: Paths) -> None:
    workspace = Workspace.create(paths, FIRST, name="Ann")
    try:
        before = fill(workspace)
        workspace.people.rekey(lambda _progress: None, CancelToken())
        assert whole(workspace) == before
        assert workspace.visits.edit_section(2, "plan", "Rest.").text == "Rest."
    finally:
        workspace.close()
    again = Workspace.unlock(paths, FIRST, "Ann")
    try:
        assert [each.info.patient for each in whole(again)] == ["Bo", "Ann"]
    finally:
        again.close()
