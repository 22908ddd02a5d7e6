"""Models that came with the installer: used where they stand, never written, never removed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.errors import ModelUnusable, UserError
from engine.models.catalogue import Catalogue
from engine.models.service import Models
from engine.models.store import ModelStore
from engine.paths import Paths
from engine.settings import SettingsStore
from engine.types import ModelState
from tests.engine.models.conftest import CHAT, EMBEDDING, TINY


@pytest.fixture
def shipped(models: Models, tmp_path: Path) -> Path:
    """A read-only folder with the starter and the embedder, as an installer leaves it."""
    for each in (CHAT, EMBEDDING):
        models.fetch(each)
    return (tmp_path / "models").rename(tmp_path / "shipped")


@pytest.fixture
def full(tmp_path: Path, shipped: Path, catalogue: Catalogue) -> Models:
    paths = Paths(tmp_path / "data", tmp_path / "models", shipped)
    paths.prepare()
    return Models(paths, SettingsStore(paths.settings_file), catalogue=catalogue, sources=[])


def test_a_full_installation_has_nothing_to_fetch(full: Models, shipped: Path) -> None:
    assert full.get(CHAT).state is full.get(EMBEDDING).state is ModelState.INSTALLED
    assert full.get(CHAT).shipped
    assert full.in_use().id == CHAT
    assert full.path(CHAT).parent == shipped / CHAT
    assert full.embedding_path() == shipped / EMBEDDING
    assert full.fetch(CHAT).shipped  # it has no source: this would fail if it asked for one


def test_a_shipped_model_cannot_be_removed(full: Models, shipped: Path) -> None:
    for each in (CHAT, EMBEDDING):
        with pytest.raises(UserError, match="came with Chartside"):
            full.remove(each, even_if_in_use=True)
        with pytest.raises(UserError, match="came with Chartside"):
            full.remove(each)
        assert (shipped / each / "manifest.json").exists()


def test_the_persons_own_copy_comes_first_and_can_go(models: Models, shipped: Path, tmp_path: Path, catalogue) -> None:
    models.fetch(CHAT)
    paths = Paths(tmp_path / "data", tmp_path / "models", shipped)
    both = Models(paths, SettingsStore(paths.settings_file), catalogue=catalogue, sources=[])
    assert not both.get(CHAT).shipped
    assert both.path(CHAT).parent == tmp_path / "models" / CHAT
    both.remove(CHAT, even_if_in_use=True)
    assert both.get(CHAT).shipped
    assert both.path(CHAT).parent == shipped / CHAT


def test_a_damaged_own_copy_gives_way_to_the_shipped_one(models: Models, shipped: Path, tmp_path: Path) -> None:
    models.fetch(CHAT)
    (tmp_path / "models" / CHAT / "manifest.json").write_text("{")
    store = ModelStore(tmp_path / "models", shipped)
    assert store.is_shipped(CHAT)
    assert [each.id for each in store.installed()] == [CHAT, EMBEDDING]


def test_a_copy_with_other_times_is_hashed_once_and_the_shipped_folder_left_alone(full: Models, shipped: Path) -> None:
    file = full.path(CHAT)
    manifest = (shipped / CHAT / "manifest.json").read_bytes()
    os.utime(file, ns=(1, 1))
    assert not full._store.untouched(full.manifest(CHAT))
    full.path(CHAT)
    assert full._store.untouched(full.manifest(CHAT))
    assert (shipped / CHAT / "manifest.json").read_bytes() == manifest


def test_a_changed_shipped_model_is_refused_with_the_way_out(full: Models) -> None:
    file = full.path(CHAT)
    content = bytearray(file.read_bytes())
    content[0] ^= 1
    file.write_bytes(content)
    with pytest.raises(ModelUnusable, match="Install Chartside again"):
        full.path(CHAT)


def test_a_chosen_shipped_model_answers(full: Models, shipped: Path, tmp_path: Path) -> None:
    assert full.use(CHAT).in_use
    with pytest.raises(UserError, match="not installed"):
        full.use(TINY)


def test_a_shipped_folder_that_is_gone_is_no_failure(tmp_path: Path) -> None:
    store = ModelStore(tmp_path / "models", tmp_path / "nothing")
    assert store.installed() == []
    assert not store.is_shipped("chat")
