from __future__ import annotations

import random
import struct
from pathlib import Path

import gguf
import pytest

from engine.errors import ModelUnusable
from engine.inference.gguf_header import TENSOR_BLOCKS, read_header


def test_reads_what_the_writer_wrote(tiny_model: Path) -> None:
    header = read_header(tiny_model)
    assert (header.architecture, header.name, header.layers) == ("llama", "tiny random model", 2)
    assert header.train_context == 512 and header.vocabulary > 300 and "im_start" in header.chat_template
    reader = gguf.GGUFReader(tiny_model)
    assert {t.name: t.size for t in header.tensors} == {t.name: t.n_bytes for t in reader.tensors}
    assert sum(header.layer_bytes()) + header.other_bytes() == sum(t.n_bytes for t in reader.tensors)
    assert header.cache_bytes_per_token() == 2 * 2 * 64 * 2  # key and value, layers, width, two bytes each


def test_tensor_sizes_agree_with_the_format() -> None:
    published = {int(kind): size for kind, size in gguf.GGML_QUANT_SIZES.items()}
    assert all(published[kind] == size for kind, size in TENSOR_BLOCKS.items())


def test_every_truncation_is_noticed(tiny_model: Path, tmp_path: Path) -> None:
    data = tiny_model.read_bytes()
    random.seed(1)
    for length in [0, 1, 3, 4, 8, 23, 24, 100, len(data) - 1, *(random.randrange(len(data)) for _ in range(60))]:
        cut = tmp_path / "cut.gguf"
        cut.write_bytes(data[:length])
        with pytest.raises(ModelUnusable) as caught:
            read_header(cut)
        assert caught.value.message and caught.value.advice


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty", b"", "not a model file"),
        ("text", b"just some text that is long enough to look at", "not a model file"),
        ("zip", b"PK\x03\x04" + bytes(100), "not a model file"),
        ("version", b"GGUF" + struct.pack("<IQQ", 9, 1, 1), "version"),
        ("huge", b"GGUF" + struct.pack("<IQQ", 3, 1 << 60, 1), "damaged"),
        ("string", b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1 << 62), "damaged"),
        ("no tensors", b"GGUF" + struct.pack("<IQQ", 3, 0, 0), "damaged"),
    ],
)
def test_foreign_files_are_named(name: str, content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelUnusable, match=words):
        read_header(path)


def test_missing_and_unreadable(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match="not there"):
        read_header(tmp_path / "none.gguf")
    with pytest.raises(ModelUnusable, match="cannot be read"):
        read_header(tmp_path)


def test_random_damage_never_ends_in_anything_else(tiny_model: Path, tmp_path: Path) -> None:
    data = tiny_model.read_bytes()
    header_size = len(data) - sum(t.size for t in read_header(tiny_model).tensors)
    rng = random.Random(2)
    damaged = tmp_path / "damaged.gguf"
    for _ in range(150):
        mutant = bytearray(data)
        for _ in range(rng.choice([1, 1, 4, 64])):
            mutant[rng.randrange(header_size)] = rng.randrange(256)
        damaged.write_bytes(mutant)
        try:
            header = read_header(damaged)
        except ModelUnusable:
            continue
        header.layer_bytes()
        header.cache_bytes_per_token()


def test_a_vocabulary_alone_is_no_model(shared_data: Path) -> None:
    for path in (shared_data / "gguf_valid_small").glob("*.gguf"):
        with pytest.raises(ModelUnusable, match="vocabulary"):
            read_header(path)
