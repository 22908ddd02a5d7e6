"""Making and unlocking the workspace of a data folder, as the program does it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import NotEnoughSpace, UserError, WrongPassphrase
from engine.paths import Paths
from engine.vault import key_slots, opening
from engine.vault import keys as keys_module
from engine.vault.failures import VaultBusy, VaultDamaged, WeakPassphrase
from engine.vault.repositories import meta

OLD = "correct horse battery"
NEW = "another staple entirely"


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    """An empty data folder, with an Argon2id cost that lets tests be quick."""
    monkeypatch.setattr(
        key_slots, "default_cost", lambda: key_slots.Argon2id(bytes(16), memory_kib=64, time=1, lanes=1)
    )
    return Paths(tmp_path / "data", tmp_path / "models")


@pytest.fixture
def made(paths: Paths) -> Paths:
    """A workspace that knows the clinic's name, locked."""
    database = opening.create(paths, OLD)
    database.transaction(lambda connection: meta.put(connection, "clinic", "north"))
    database.close()
    return paths


def clinic(paths: Paths, passphrase: str) -> str:
    database = opening.unlock(paths, passphrase)
    try:
        return database.read(lambda connection: meta.get(connection, "clinic"))
    finally:
        database.close()


def test_a_workspace_opens_again_with_its_passphrase(made: Paths) -> None:
    assert opening.exists(made)
    assert clinic(made, OLD) == "north"
    with pytest.raises(WrongPassphrase):
        opening.unlock(made, NEW)
    assert clinic(made, OLD) == "north"


def test_folders_and_files_are_private(made: Paths) -> None:
    for each in (made.data, *made.data.rglob("*")):
        assert each.stat().st_mode & 0o077 == 0, each


def test_an_empty_folder_says_that_there_is_nothing(paths: Paths) -> None:
    assert not opening.exists(paths)
    for call in (lambda: opening.unlock(paths, OLD), lambda: opening.unlock_with_keyring(paths)):
        with pytest.raises(UserError, match="no workspace"):
            call()


def test_creating_over_a_workspace_is_refused(made: Paths) -> None:
    with pytest.raises(UserError, match="already holds"):
        opening.create(made, NEW)
    assert clinic(made, OLD) == "north"


def test_a_weak_passphrase_makes_nothing(paths: Paths) -> None:
    with pytest.raises(WeakPassphrase):
        opening.create(paths, "short")
    assert not opening.exists(paths)
    assert not paths.vault_file.exists()


def test_a_creation_that_fails_leaves_no_half_workspace(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: bytes) -> None:
        raise NotEnoughSpace("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(keys_module, "write_atomically", full)
        with pytest.raises(NotEnoughSpace):
            opening.create(paths, OLD)
    assert not opening.exists(paths)
    assert not paths.vault_file.exists()
    opening.create(paths, OLD).close()


def test_a_database_without_keys_is_set_aside_never_deleted(made: Paths) -> None:
    before = made.vault_file.read_bytes()
    made.keys_file.unlink()
    (made.backup_dir / made.keys_file.name).unlink()
    with pytest.raises(VaultDamaged, match="key file"):
        opening.unlock(made, OLD)
    opening.create(made, NEW).close()
    assert (made.data / "workspace.no-key-1.db").read_bytes() == before
    assert clinic(made, NEW) == ""


def test_keys_of_another_workspace_open_nothing_and_overwrite_nothing(made: Paths, tmp_path: Path) -> None:
    other = Paths(tmp_path / "other", made.models)
    opening.create(other, NEW).close()
    good_copy = (made.backup_dir / made.keys_file.name).read_bytes()
    made.keys_file.write_bytes(other.keys_file.read_bytes())
    with pytest.raises(VaultDamaged, match="does not belong"):
        opening.unlock(made, NEW)
    assert (made.backup_dir / made.keys_file.name).read_bytes() == good_copy
    made.keys_file.write_bytes(good_copy)
    assert clinic(made, OLD) == "north"


def test_two_at_once_are_refused(made: Paths) -> None:
    database = opening.unlock(made, OLD)
    with pytest.raises(VaultBusy):
        opening.unlock(made, OLD)
    database.close()
    assert clinic(made, OLD) == "north"


def test_the_passphrase_changes_also_while_the_workspace_is_open(made: Paths) -> None:
    database = opening.unlock(made, OLD)
    opening.change_passphrase(made, OLD, NEW)
    database.close()
    assert clinic(made, NEW) == "north"
    with pytest.raises(WrongPassphrase):
        opening.unlock(made, OLD)


def test_without_a_keyring_nothing_is_remembered(made: Paths) -> None:
    from keyring import get_keyring, set_keyring
    from keyring.backends import fail

    before = get_keyring()
    set_keyring(fail.Keyring())
    try:
        assert not opening.remember(made, OLD)
        assert not opening.remembered(made)
        assert opening.unlock_with_keyring(made) is None
    finally:
        set_keyring(before)
