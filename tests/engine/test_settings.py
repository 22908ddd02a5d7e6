"""Settings: validated, atomic, and an unreadable file is set aside."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from msgspec.structs import replace

from engine import settings as settings_module
from engine.errors import NotEnoughSpace, UserError
from engine.settings import Appearance, AssistantSettings, EarlierLocks, Settings, SettingsStore


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "settings.json"


def use_model(name: str):
    return lambda settings: replace(settings, model_id=name)


def test_without_a_file_the_defaults_hold_and_nothing_is_written(file: Path) -> None:
    assert SettingsStore(file).get() == Settings()
    assert not file.parent.exists()


def test_a_change_is_returned_kept_and_there_after_a_restart(file: Path) -> None:
    store = SettingsStore(file)
    changed = store.update(
        lambda settings: replace(
            settings,
            appearance=Appearance("dark", 1.25),
            assistant=AssistantSettings(temperature=0.2, passages=8, seed=7),
            locks=EarlierLocks(5),
            gpu_layers={"ab" * 32: 12},
            window={"geometry": "AdnQywAD"},
        )
    )
    assert store.get() == changed == SettingsStore(file).get()
    assert changed.appearance.theme == "dark"


@pytest.mark.parametrize(
    "change",
    [
        lambda s: replace(s, appearance=Appearance("pink")),
        lambda s: replace(s, appearance=Appearance(font_scale=9.0)),
        lambda s: replace(s, assistant=AssistantSettings(temperature=-1.0)),
        lambda s: replace(s, assistant=AssistantSettings(passages=0)),
        lambda s: replace(s, locks=EarlierLocks(-1)),
        lambda s: replace(s, window={"geometry": 5}),
    ],
)
def test_a_value_out_of_range_is_refused_and_changes_nothing(file: Path, change) -> None:
    store = SettingsStore(file)
    store.update(use_model("m"))
    before = file.read_bytes()
    with pytest.raises(UserError, match="not allowed"):
        store.update(change)
    assert store.get().model_id == "m"
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe\x00",
        b"{}",
        b'{"schema": 0}',
        b'{"schema": "one"}',
        b'{"schema": true}',
        b'{"schema": 99, "appearance": {"theme": "neon"}}',
        b'{"schema": 1, "appearance": {"theme": "neon"}}',
    ],
)
def test_an_unreadable_file_is_set_aside_whole(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    store = SettingsStore(file)
    assert store.get() == Settings()
    assert store.set_aside is not None
    assert store.set_aside.read_bytes() == content
    store.update(use_model("m"))
    assert SettingsStore(file).set_aside is None


def test_files_set_aside_do_not_overwrite_each_other(file: Path) -> None:
    file.parent.mkdir()
    for content in (b"first", b"second"):
        file.write_bytes(content)
        SettingsStore(file)
    assert sorted(each.read_bytes() for each in file.parent.glob("*unreadable*")) == [b"first", b"second"]


def test_an_older_schema_is_migrated(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings_module, "SCHEMA", 3)
    steps = {1: lambda c: c | {"model": c["old_model"]}, 2: lambda c: c | {"model_id": c["model"]}}
    monkeypatch.setattr(settings_module, "_MIGRATIONS", steps)
    file.parent.mkdir()
    file.write_text(json.dumps({"schema": 1, "old_model": "kept"}))
    assert SettingsStore(file).get() == Settings(schema=3, model_id="kept")


def test_fields_of_a_later_minor_version_do_not_matter(file: Path) -> None:
    file.parent.mkdir()
    file.write_text(json.dumps({"schema": 1, "model_id": "m", "added_later": True}))
    store = SettingsStore(file)
    assert (store.get().model_id, store.set_aside) == ("m", None)


def test_a_full_disk_keeps_the_old_settings(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = SettingsStore(file)
    store.update(use_model("old"))

    def full(path: Path, content: bytes) -> None:
        raise NotEnoughSpace("The disk is full.")

    monkeypatch.setattr(settings_module, "write_atomically", full)
    with pytest.raises(NotEnoughSpace):
        store.update(use_model("new"))
    assert store.get().model_id == "old"


def test_changes_from_many_threads_are_all_kept(file: Path) -> None:
    store = SettingsStore(file)

    def add(number: int) -> None:
        store.update(lambda settings: replace(settings, window=settings.window | {str(number): "x"}))

    threads = [threading.Thread(target=add, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(SettingsStore(file).get().window) == 20
