"""Importing a file of one's own: what is taken, what is refused and why, and that nothing half stays."""

from __future__ import annotations

import shutil
import struct
from collections import namedtuple
from pathlib import Path

import pytest

from engine.cancellation import Cancelled, CancelToken
from engine.errors import ModelUnusable, NotEnoughSpace, UserError
from engine.models.catalogue import Catalogue, ModelFile
from engine.models.service import Models
from engine.types import FetchProgress, FetchStage, ModelState
from tests.engine.models.conftest import CHAT, EMBEDDING, entries, sha256

STRING, UINT32, ARRAY = 8, 4, 9


def gguf(*, architecture: str = "llama", weights: int = 3_000_000, **values: int | str) -> bytes:
    """A sound GGUF file of one tensor; its weights are nothing a model could use."""
    pairs: dict[str, int | str | list[str]] = {
        "general.architecture": architecture,
        "general.name": "Home Model",
        f"{architecture}.block_count": 4,
        f"{architecture}.context_length": 4096,
        f"{architecture}.embedding_length": 256,
        f"{architecture}.attention.head_count": 8,
        f"{architecture}.attention.head_count_kv": 2,
        "tokenizer.ggml.tokens": ["a", "b"],
        **values,
    }
    body = b"".join(_text(key) + _value(value) for key, value in pairs.items())
    tensor = _text("blk.0.weight") + struct.pack("<IQIQ", 1, weights // 4, 0, 0)
    header = b"GGUF" + struct.pack("<IQQ", 3, 1, len(pairs)) + body + tensor
    return header + b"\0" * (-len(header) % 32) + bytes(weights)


def _text(text: str) -> bytes:
    return struct.pack("<Q", len(text)) + text.encode()


def _value(value: int | str | list[str]) -> bytes:
    if isinstance(value, str):
        return struct.pack("<I", STRING) + _text(value)
    if isinstance(value, int):
        return struct.pack("<II", UINT32, value)
    return struct.pack("<IIQ", ARRAY, STRING, len(value)) + b"".join(_text(each) for each in value)


@pytest.fixture
def own_file(tmp_path: Path) -> Path:
    file = tmp_path / "My Clinic Model (v2).gguf"
    file.write_bytes(gguf())
    return file


def test_an_imported_model_can_be_used_and_removed(models: Models, own_file: Path) -> None:
    told: list[FetchProgress] = []
    info = models.import_file(own_file, told.append)
    assert info.name == "Home Model"
    assert info.imported
    assert info.state is ModelState.INSTALLED
    assert info.id == f"my-clinic-model-v2-{sha256(own_file.read_bytes())[:8]}"
    assert models.path(info.id).read_bytes() == own_file.read_bytes()
    assert models.manifest(info.id).kv_bytes_per_token == 2 * 4 * 2 * (32 + 32)
    assert {each.stage for each in told} >= {FetchStage.VERIFYING, FetchStage.COPYING, FetchStage.DONE}
    assert models.in_use() == info
    models.remove(info.id, even_if_in_use=True)
    assert own_file.exists()
    assert models.in_use() is None


def test_importing_the_same_file_again_changes_nothing(models: Models, own_file: Path) -> None:
    first = models.import_file(own_file)
    before = models.path(first.id).stat().st_mtime_ns
    assert models.import_file(own_file) == first
    assert models.path(first.id).stat().st_mtime_ns == before


def test_a_file_that_the_catalogue_knows_becomes_that_entry(models: Models, own_file: Path) -> None:
    content = own_file.read_bytes()
    known = next(entry for entry in entries() if entry.id == CHAT)
    known.files[0] = ModelFile("chat.gguf", len(content), sha256(content))
    models._importer._catalogue = Catalogue([known, *entries()[1:]], CHAT, EMBEDDING)
    info = models.import_file(own_file)
    assert info.id == CHAT
    assert models.path(CHAT).name == "chat.gguf"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not a model file in the GGUF format"),
        (b"%PDF-1.7 something else entirely", "not a model file in the GGUF format"),
        (gguf()[:-1000], "incomplete"),
        (gguf()[:120], "incomplete"),
        (b"GGUF" + struct.pack("<IQQ", 3, 2**60, 2**60), "damaged"),
        (b"GGUF" + struct.pack("<IQQ", 99, 1, 1), "version"),
        (gguf(architecture="bert"), "not a language model"),
        (gguf(architecture="clip", **{"clip.block_count": 0}), "not a language model"),
    ],
    ids=["empty", "pdf", "truncated weights", "truncated header", "absurd counts", "version", "encoder", "projector"],
)
def test_what_is_no_whole_model_is_refused(models: Models, tmp_path: Path, content: bytes, reason: str) -> None:
    file = tmp_path / "broken.gguf"
    file.write_bytes(content)
    with pytest.raises(ModelUnusable) as caught:
        models.import_file(file)
    assert reason in caught.value.message
    assert "broken.gguf" in caught.value.message
    assert caught.value.advice
    assert [info.id for info in models.list() if info.imported] == []


def test_a_file_that_is_not_there(models: Models, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not there"):
        models.import_file(tmp_path / "gone.gguf")


def test_a_cancelled_import_leaves_nothing(models: Models, own_file: Path) -> None:
    cancel = CancelToken()

    def stop_while_copying(progress: FetchProgress) -> None:
        if progress.stage is FetchStage.COPYING:
            cancel.cancel()

    with pytest.raises(Cancelled):
        models.import_file(own_file, stop_while_copying, cancel)
    assert list((models._store.folder / ".partial").iterdir()) == []
    assert not any(info.imported for info in models.list())


def test_no_space_for_a_copy(models: Models, own_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10, 10, 1_000_000))
    with pytest.raises(NotEnoughSpace, match="needs 203 MB"):
        models.import_file(own_file)
    assert list((models._store.folder / ".partial").iterdir()) == []


def test_a_file_that_changes_while_it_is_copied_is_not_taken(models: Models, own_file: Path) -> None:
    def change(progress: FetchProgress) -> None:
        if progress.stage is FetchStage.COPYING and progress.done == 0:
            own_file.write_bytes(gguf()[:-1] + b"!")

    with pytest.raises(UserError, match="changed while it was copied"):
        models.import_file(own_file, change)
    assert not any(info.imported for info in models.list())
