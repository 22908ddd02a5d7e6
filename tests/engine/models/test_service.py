"""Listing, choosing, finding and removing models; the state is the disk's."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from engine.errors import ModelMissing, ModelUnusable, UserError
from engine.models.service import Models
from engine.paths import Paths
from engine.settings import SettingsStore
from engine.types import ModelState
from tests.engine.models.conftest import CHAT, EMBEDDING, LOCKED, TINY


def test_a_new_computer_has_nothing_installed(models: Models) -> None:
    assert [info.id for info in models.list()] == [CHAT, TINY, LOCKED, EMBEDDING]
    assert {info.state for info in models.list()} == {ModelState.AVAILABLE}
    assert models.in_use() is None
    assert models.starter().id == CHAT
    assert models.embedding().id == EMBEDDING
    for ask in (lambda: models.path(CHAT), models.embedding_path, lambda: models.manifest(CHAT)):
        with pytest.raises(ModelMissing):
            ask()


def test_the_starter_answers_until_another_is_chosen(models: Models) -> None:
    models.fetch(TINY)
    assert models.in_use().id == TINY  # the only one there is
    models.fetch(CHAT)
    assert models.in_use().id == CHAT
    assert models.use(TINY).in_use
    assert models.in_use().id == TINY


def test_the_choice_is_remembered_and_a_vanished_one_is_not_insisted_on(models: Models, catalogue) -> None:
    models.fetch(CHAT)
    models.fetch(TINY)
    models.use(TINY)
    paths = Paths(models._store.folder.parent / "data", models._store.folder)
    again = Models(paths, SettingsStore(paths.settings_file), catalogue=catalogue, sources=[])
    assert again.in_use().id == TINY
    models._store.remove(TINY)
    assert again.in_use().id == CHAT


def test_only_an_installed_chat_model_can_be_used(models: Models) -> None:
    models.fetch(EMBEDDING)
    with pytest.raises(UserError, match="cannot answer"):
        models.use(EMBEDDING)
    with pytest.raises(ModelMissing):
        models.use(CHAT)
    with pytest.raises(ModelMissing):
        models.use("no such model")


def test_the_model_in_use_is_not_removed_by_accident(models: Models) -> None:
    models.fetch(CHAT)
    with pytest.raises(UserError, match="Fetch another model first"):
        models.remove(CHAT)
    models.fetch(TINY)
    with pytest.raises(UserError, match="The tiny-model"):
        models.remove(CHAT)
    models.use(TINY)
    models.remove(CHAT)
    assert models.get(CHAT).state is ModelState.AVAILABLE
    assert not (models._store.folder / CHAT).exists()
    models.remove(TINY, even_if_in_use=True)
    assert models.in_use() is None


def test_the_embedding_model_is_kept(models: Models) -> None:
    models.fetch(EMBEDDING)
    with pytest.raises(UserError, match="Search needs"):
        models.remove(EMBEDDING)
    assert models.embedding_path().is_dir()


def test_what_is_not_installed_cannot_be_removed(models: Models) -> None:
    with pytest.raises(ModelMissing):
        models.remove(CHAT)


def test_a_truncated_file_is_as_good_as_none(models: Models) -> None:
    models.fetch(CHAT)
    os.truncate(models.path(CHAT), 1000)
    assert models.get(CHAT).state is ModelState.AVAILABLE
    with pytest.raises(ModelMissing):
        models.path(CHAT)
    models.fetch(CHAT)  # puts it in place of the damaged one
    models.verify(CHAT)
    assert not list((models._store.folder / ".removed").iterdir())


def test_a_changed_file_is_noticed_before_it_is_used(models: Models) -> None:
    models.fetch(CHAT)
    file = models.path(CHAT)
    content = bytearray(file.read_bytes())
    content[1234] ^= 1
    file.write_bytes(content)
    with pytest.raises(ModelUnusable, match="changed or damaged"):
        models.path(CHAT)


def test_a_copied_models_folder_is_verified_once_and_then_trusted(models: Models, monkeypatch) -> None:
    models.fetch(CHAT)
    file = models.path(CHAT)
    os.utime(file, (1, 1))
    assert models.path(CHAT) == file
    monkeypatch.setattr("engine.models.store.sha256_of", lambda *_: pytest.fail("hashed again"))
    assert models.path(CHAT) == file


@pytest.mark.parametrize("content", ["", "{", '{"id": "another"}', "[]"])
def test_a_broken_manifest_counts_as_not_installed(models: Models, content: str) -> None:
    models.fetch(CHAT)
    (models._store.folder / CHAT / "manifest.json").write_text(content)
    assert models.get(CHAT).state is ModelState.AVAILABLE


def test_a_manifest_under_another_name_does_not_count(models: Models) -> None:
    models.fetch(CHAT)
    (models._store.folder / CHAT).rename(models._store.folder / TINY)
    assert models.get(TINY).state is ModelState.AVAILABLE
    assert json.loads((models._store.folder / TINY / "manifest.json").read_text())["id"] == CHAT


def test_listing_reads_no_weights(models: Models, monkeypatch: pytest.MonkeyPatch) -> None:
    models.fetch(CHAT)
    opened: list[Path] = []
    original = Path.open

    def watch(self: Path, *arguments, **more):
        opened.append(self)
        return original(self, *arguments, **more)

    monkeypatch.setattr(Path, "open", watch)
    models.list()
    assert not [path for path in opened if path.suffix == ".gguf"]


def test_changes_are_told(tmp_path: Path, models: Models) -> None:
    told: list[int] = []
    models._on_change = lambda: told.append(1)
    for act in (lambda: models.fetch(CHAT), lambda: models.fetch(TINY), lambda: models.use(TINY)):
        before = len(told)
        act()
        assert len(told) > before
    before = len(told)
    models.remove(CHAT)
    assert len(told) > before


def test_leftovers_of_an_interrupted_removal_go_with_the_next_fetch(models: Models) -> None:
    leftover = models._store.folder / ".removed" / "abc"
    leftover.mkdir(parents=True)
    (leftover / "big.gguf").write_bytes(b"x")
    models.fetch(TINY)
    assert not leftover.exists()
