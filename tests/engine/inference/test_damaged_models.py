"""Damaged model files through the whole chain: each gives a clear message or works, nothing hangs, nothing dies."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import ModelUnusable
from engine.inference.backend import ModelFile, Segment
from engine.inference.client import LlamaBackend
from engine.inference.gguf_header import read_header
from engine.types import Sampling
from engine.workers.client import WorkerClient

SAMPLING = Sampling(max_tokens=4)


def _number(key: str, value: int) -> Callable[[bytes], bytes]:
    """Overwrite a 32-bit number of the metadata."""

    def change(data: bytes) -> bytes:
        at = data.index(key.encode()) + len(key) + 4
        return data[:at] + struct.pack("<I", value) + data[at + 4 :]

    return change


def _random_bytes(seed: int, count: int) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        rng = random.Random(seed)
        mutant = bytearray(data)
        for _ in range(count):
            mutant[rng.randrange(16_000)] = rng.randrange(256)
        return bytes(mutant)

    return change


def _renamed(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    assert len(old) == len(new)
    return lambda data: data.replace(old, new)


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "half": lambda data: data[: len(data) // 2],
    "last byte missing": lambda data: data[:-1],
    "no weights": lambda data: data[:30_000],
    "empty": lambda data: b"",
    "zeros": lambda data: bytes(len(data)),
    "no magic": lambda data: b"XXXX" + data[4:],
    "no heads": _number("llama.attention.head_count", 0),
    "too many heads": _number("llama.attention.head_count", 4096),
    "no cache heads": _number("llama.attention.head_count_kv", 0),
    "odd cache heads": _number("llama.attention.head_count_kv", 3),
    "no layers": _number("llama.block_count", 0),
    "too many layers": _number("llama.block_count", 1_000_000),
    "no width": _number("llama.embedding_length", 0),
    "huge width": _number("llama.embedding_length", 1 << 31),
    "no context": _number("llama.context_length", 0),
    "huge context": _number("llama.context_length", (1 << 32) - 1),
    "odd rotation": _number("llama.rope.dimension_count", 7),
    "wrong end": _number("tokenizer.ggml.eos_token_id", 1 << 30),
    "wrong beginning": _number("tokenizer.ggml.bos_token_id", 1 << 30),
    "other architecture": _renamed(b"llama", b"lxama"),
    "tensor renamed": _renamed(b"blk.1.attn_q.weight", b"blk.1.attn_x.weight"),
    "tensor twice": _renamed(b"blk.1.attn_q.weight", b"blk.0.attn_q.weight"),
    "weights are not numbers": lambda data: data[:-300_000] + b"\xff" * 300_000,
    **{f"random {seed} x{count}": _random_bytes(seed, count) for seed in range(6) for count in (1, 30)},
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage(name: str, tiny_model: Path, tmp_path: Path, client: WorkerClient) -> None:
    damaged = tmp_path / "damaged.gguf"
    data = tiny_model.read_bytes()
    mutant = DAMAGE[name](data)
    assert mutant != data
    damaged.write_bytes(mutant)
    backend = LlamaBackend(client, tmp_path / "devices.json")
    try:
        backend.load(ModelFile(damaged, name))
        backend.generate([Segment("the")], SAMPLING)
    except ModelUnusable as error:
        assert error.message and error.advice
        assert "damaged.gguf" in error.message or error.details or "model" in error.message
    assert backend.loaded is None or read_header(damaged).tensors
    good = LlamaBackend(client, tmp_path / "good.json")
    good.load(ModelFile(tiny_model, "good"))
    assert good.generate([Segment("the")], SAMPLING).tokens
