"""Where things stand, and that the folders are private."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from engine.paths import Paths, private_folder


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("CHARTSIDE_DATA", "CHARTSIDE_MODELS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))


def test_default_is_the_persons_own_folder(tmp_path: Path) -> None:
    paths = Paths.default()
    assert "chartside" in paths.data.parts
    assert paths.models == paths.data / "models"
    assert not paths.data.exists()


def test_the_environment_moves_data_and_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARTSIDE_DATA", str(tmp_path / "d"))
    monkeypatch.setenv("CHARTSIDE_MODELS", str(tmp_path / "m"))
    assert Paths.default() == Paths(tmp_path / "d", tmp_path / "m")


def test_an_argument_wins_and_leaves_the_shared_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARTSIDE_DATA", str(tmp_path / "d"))
    home = Paths.default().models
    paths = Paths.default(tmp_path / "mine")
    assert paths.data == tmp_path / "mine"
    assert paths.models == home


def test_a_relative_folder_stays_where_it_was_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    paths = Paths.default(Path("here"))
    monkeypatch.chdir("/")
    assert paths.data == tmp_path / "here"


def test_everything_of_a_workspace_stands_in_its_data_folder(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "d", tmp_path / "m")
    own = (paths.vault_file, paths.keys_file, paths.settings_file, paths.log_dir, paths.crash_dir, paths.backup_dir)
    assert all(each.parent == paths.data for each in own)
    assert len(set(own)) == len(own)


def test_prepare_makes_private_folders_and_may_be_repeated(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "a" / "b", tmp_path / "m")
    paths.prepare()
    paths.prepare()
    for folder in (tmp_path / "a", paths.data, paths.models, paths.log_dir, paths.crash_dir, paths.backup_dir):
        assert folder.stat().st_mode & 0o777 == 0o700, folder


def test_a_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    private_folder(shared / "own")
    assert shared.stat().st_mode & 0o777 == 0o755


def test_a_checkout_ships_no_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHARTSIDE_SHIPPED_MODELS", raising=False)
    assert Paths.default().shipped_models is None


def test_the_environment_names_shipped_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARTSIDE_SHIPPED_MODELS", str(tmp_path))
    assert Paths.default().shipped_models == tmp_path


def test_an_installed_copy_ships_its_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHARTSIDE_SHIPPED_MODELS", raising=False)
    copy = tmp_path / "versions" / "1.0.0"
    copy.mkdir(parents=True)
    (copy / "BUILD.json").write_text('{"version": "1.0.0", "platform": "linux-x86_64"}')
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(copy / "chartside"))
    assert Paths.default().shipped_models is None
    (tmp_path / "models").mkdir()
    assert Paths.default().shipped_models == tmp_path / "models"
