"""Every service of an open workspace asks whether who is signed in may: hidden buttons protect nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from engine.cancellation import CancelToken
from engine.errors import NotAllowed
from engine.exports import Protection
from engine.paths import Paths
from engine.settings import SettingsStore
from engine.types import NoteTemplate, Permission, Role
from engine.workspace import Workspace
from tests.fixtures.clinic import FIRST, SECOND, THIRD


@pytest.fixture
def workspace(paths: Paths) -> Iterator[Workspace]:
    workspace = Workspace.create(paths, FIRST, name="Ann")
    yield workspace
    workspace.close()


def signed_in(paths: Paths, role: Role) -> Workspace:
    administrator = Workspace.create(paths, FIRST, name="Ann")
    administrator.people.add("Ben", role, SECOND)
    administrator.close()
    return Workspace.unlock(paths, SECOND, "ben")


def acts(workspace: Workspace, tmp_path: Path) -> dict[Permission, list[Callable[[], object]]]:
    """What needs each permission. None of it succeeds here: that a right lets it through is seen by another refusal."""
    library, assistant, models, token = workspace.library, workspace.assistant, workspace.models, CancelToken()
    visits, templates = workspace.visits, workspace.templates
    nothing = NoteTemplate("", "", "", [])
    return {
        Permission.ASK: [lambda: assistant.ask("")],
        Permission.EXPORT: [lambda: assistant.save_why(1, tmp_path / "why.json", Protection(reason="for a test"))],
        Permission.ADD_DOCUMENTS: [
            lambda: library.add([tmp_path / "nothing.txt"]),
            lambda: library.retry(1),
            lambda: library.reindex([1]),
        ],
        Permission.REMOVE_DOCUMENTS: [lambda: library.remove([1]), lambda: library.restore([1])],
        Permission.MANAGE_MODELS: [
            lambda: models.fetch("none"),
            lambda: models.import_file(tmp_path / "none.gguf"),
            lambda: models.use("none"),
            lambda: models.remove("none"),
            lambda: models.discard_partial("none"),
        ],
        Permission.MANAGE_PEOPLE: [workspace.people.list],
        Permission.CHANGE_POLICY: [lambda: workspace.policy.update(lambda policy: policy)],
        Permission.BACK_UP: [lambda: workspace.backups.make(lambda _: None, token)],
        Permission.READ_AUDIT: [workspace.audit.entries],
        Permission.WRITE_NOTES: [
            lambda: visits.change(1, patient="Nobody"),
            lambda: visits.consent(1),
            lambda: visits.paste(1, ""),
            lambda: visits.import_transcript(1, tmp_path / "none.txt"),
            lambda: visits.import_sound(1, tmp_path / "none.wav", lambda _: None, token),
            lambda: visits.record(1),
            lambda: visits.draft(1),
            lambda: visits.edit_section(1, "plan", ""),
            lambda: visits.undo(1),
            lambda: visits.discard(1),
            lambda: visits.restore(1),
            lambda: visits.delete_sound(1),
        ],
        Permission.SIGN_NOTES: [lambda: visits.sign(1), lambda: visits.amend(1, "More.")],
        Permission.CHANGE_TEMPLATES: [
            lambda: templates.save(nothing),
            lambda: templates.remove("none"),
            lambda: templates.reset("none"),
        ],
        Permission.UPDATE_PROGRAM: [lambda: workspace.update(tmp_path / "none", lambda _: None, token)],
    }


def refused(act: Callable[[], object]) -> bool:
    try:
        act()
    except NotAllowed:
        return True
    except Exception:
        return False
    return False


@pytest.mark.parametrize("role", list(Role))
def test_a_role_is_asked_for_by_every_service(paths: Paths, tmp_path: Path, role: Role) -> None:
    workspace = signed_in(paths, role)
    try:
        for permission, acts_of_one in acts(workspace, tmp_path).items():
            # Before the person has a passphrase of their own nothing is allowed.
            assert [refused(act) for act in acts_of_one] == [True] * len(acts_of_one), permission
        workspace.people.change_passphrase(SECOND, THIRD)
        assert not workspace.must_change
        for permission, acts_of_one in acts(workspace, tmp_path).items():
            expected = permission not in workspace.actor.permissions
            assert [refused(act) for act in acts_of_one] == [expected] * len(acts_of_one), permission
    finally:
        workspace.close()


def test_every_permission_is_asked_for_somewhere(workspace: Workspace, tmp_path: Path) -> None:
    assert set(acts(workspace, tmp_path)) == set(Permission)


def test_locking_wipes_the_keys(paths: Paths) -> None:
    workspace = Workspace.create(paths, FIRST)
    keys = workspace._keys
    workspace.close()
    assert not any(keys.data) and not any(keys.audit) and not any(keys.backup)


def test_the_lock_time_of_before_is_taken_over_once(paths: Paths) -> None:
    paths.prepare()
    paths.settings_file.write_text('{"schema": 1, "locks": {"auto_lock_minutes": 5}}')
    workspace = Workspace.create(paths, FIRST)
    assert workspace.policy.get().auto_lock_minutes == 5
    workspace.policy.update(lambda policy: msgspec.structs.replace(policy, auto_lock_minutes=9))
    workspace.close()
    again = Workspace.unlock(paths, FIRST)
    assert again.policy.get().auto_lock_minutes == 9
    again.close()
    assert "locks" not in paths.settings_file.read_text()


def test_the_settings_file_decides_nothing_any_more(paths: Paths) -> None:
    Workspace.create(paths, FIRST).close()
    paths.settings_file.write_text('{"schema": 1, "locks": {"auto_lock_minutes": 0}}')
    workspace = Workspace.unlock(paths, FIRST)
    assert workspace.policy.get().auto_lock_minutes == 15
    workspace.close()


def test_the_lock_time_of_before_outlives_a_change_of_settings_before_the_unlock(paths: Paths) -> None:
    paths.prepare()
    paths.settings_file.write_text('{"schema": 1, "locks": {"auto_lock_minutes": 5}}')
    SettingsStore(paths.settings_file).update(lambda settings: msgspec.structs.replace(settings, model_id="m"))
    workspace = Workspace.create(paths, FIRST)
    assert workspace.policy.get().auto_lock_minutes == 5
    workspace.close()
