"""Read and check the header of a GGUF model file without loading it.

Format: the GGUF specification in the ggml project (docs/gguf.md), versions 2 and 3, little endian. A damaged or hostile
file ends in ModelUnusable: every length is checked against the file before it is believed.
"""

from __future__ import annotations

import math
import re
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from engine.errors import ModelUnusable

_CHUNK_BYTES = 4 << 20
_MOST_ENTRIES = 1 << 20
_LONGEST_STRING = 64 << 20
_LONGEST_ARRAY = 1 << 26
_KEPT_ARRAY = 64
_DEFAULT_ALIGNMENT = 32

_SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_STRING, _ARRAY = 8, 9

# Tensor type -> (values per block, bytes per block), from ggml.h. A type not listed is left to llama.cpp to judge.
TENSOR_BLOCKS = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 10: (256, 84),
    11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292), 16: (256, 66), 17: (256, 74),
    18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82), 23: (256, 136), 24: (1, 1), 25: (1, 2),
    26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2), 34: (256, 54), 35: (256, 66), 39: (32, 17),
}  # fmt: skip


@dataclass(frozen=True)
class Tensor:
    """size in bytes; 0 where the type is unknown. offset is from the start of the tensor data."""

    name: str
    shape: tuple[int, ...]
    kind: int
    offset: int
    size: int


@dataclass(frozen=True)
class GgufHeader:
    """What a model file says of itself. metadata holds scalars, strings and short arrays; of long arrays the length."""

    version: int
    file_size: int
    metadata: dict[str, object]
    array_lengths: dict[str, int]
    tensors: list[Tensor] = field(repr=False)

    @property
    def architecture(self) -> str:
        return self.text("general.architecture")

    @property
    def name(self) -> str:
        return self.text("general.name")

    @property
    def chat_template(self) -> str:
        return self.text("tokenizer.chat_template")

    @property
    def layers(self) -> int:
        return self._number("block_count")

    @property
    def train_context(self) -> int:
        return self._number("context_length")

    @property
    def vocabulary(self) -> int:
        return self.array_lengths.get("tokenizer.ggml.tokens", 0)

    def text(self, key: str) -> str:
        value = self.metadata.get(key, "")
        return value if isinstance(value, str) else ""

    def cache_bytes_per_token(self) -> int:
        """Bytes of key and value cache (f16) that one token takes in all layers together."""
        heads = self._number("attention.head_count")
        kv_heads = self._number("attention.head_count_kv") or heads
        width = self._number("embedding_length") // heads if heads else 0
        key = self._number("attention.key_length") or width
        value = self._number("attention.value_length") or width
        return 2 * self.layers * kv_heads * (key + value)

    def layer_bytes(self) -> list[int]:
        """Bytes of weights of each layer, first to last."""
        sizes = [0] * self.layers
        for tensor in self.tensors:
            found = re.match(r"blk\.(\d+)\.", tensor.name)
            if found and int(found[1]) < len(sizes):
                sizes[int(found[1])] += tensor.size
        return sizes

    def other_bytes(self) -> int:
        """Bytes of weights outside the layers: embeddings and output."""
        return sum(tensor.size for tensor in self.tensors if not tensor.name.startswith("blk."))

    def _number(self, key: str) -> int:
        value = self.metadata.get(f"{self.architecture}.{key}", 0)
        if isinstance(value, list):  # per layer: the largest is the safe estimate
            value = max((v for v in value if isinstance(v, int)), default=0)
        return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 32 else 0


def read_header(path: Path) -> GgufHeader:
    """Read and check the header of a model file. Raises ModelUnusable with a clear message if it is not sound."""
    try:
        with path.open("rb") as file:
            return _parse(_Cursor(file, path.stat().st_size))
    except FileNotFoundError as error:
        raise ModelUnusable(f"The model file {path.name} is not there.", "Fetch or import the model again.") from error
    except OSError as error:
        raise ModelUnusable(
            f"The model file {path.name} cannot be read.", "Check the disk and the file's permissions.", str(error)
        ) from error
    except _Broken as error:
        raise ModelUnusable(
            f"The model file {path.name} is {error.kind}.", "Fetch or import it again.", error.details
        ) from error


class _Broken(Exception):
    def __init__(self, details: str, kind: str = "damaged") -> None:
        super().__init__(details)
        self.details = details
        self.kind = kind


class _Cursor:
    """Reads forward through a file in chunks and never past its end."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self.size = size
        self._start = 0
        self._buffer = b""
        self._at = 0

    @property
    def position(self) -> int:
        return self._start + self._at

    def take(self, count: int) -> bytes:
        if count > self.size - self.position:
            raise _Broken(f"{count} bytes expected at {self.position}, the file ends at {self.size}", "incomplete")
        if self._at + count > len(self._buffer):
            self._start += self._at
            self._buffer = self._buffer[self._at :] + self._file.read(max(count, _CHUNK_BYTES))
            self._at = 0
            if len(self._buffer) < count:
                raise _Broken("the file became shorter while it was read", "incomplete")
        piece = self._buffer[self._at : self._at + count]
        self._at += count
        return piece

    def number(self, form: str) -> int:
        return int(struct.unpack(form, self.take(struct.calcsize(form)))[0])

    def count(self, what: str, most: int) -> int:
        value = self.number("<Q")
        if value > most:
            raise _Broken(f"{what}: {value} at {self.position}")
        return value

    def string(self) -> str:
        return self.take(self.count("string length", _LONGEST_STRING)).decode("utf-8", "replace")


def _parse(cursor: _Cursor) -> GgufHeader:
    if cursor.size < 24 or cursor.take(4) != b"GGUF":
        raise _Broken("no GGUF magic", "not a model file in the GGUF format")
    version = cursor.number("<I")
    if version not in (2, 3):
        raise _Broken(f"GGUF version {version}", "of a version that this program cannot read")
    tensor_count = cursor.count("tensor count", _MOST_ENTRIES)
    entry_count = cursor.count("metadata count", _MOST_ENTRIES)
    metadata: dict[str, object] = {}
    lengths: dict[str, int] = {}
    for _ in range(entry_count):
        key = cursor.string()
        metadata[key] = _value(cursor, cursor.number("<I"), key, lengths)
    tensors = [_tensor(cursor) for _ in range(tensor_count)]
    header = GgufHeader(version, cursor.size, metadata, lengths, tensors)
    _check(header, cursor.position)
    return header


def _value(cursor: _Cursor, kind: int, key: str, lengths: dict[str, int], depth: int = 0) -> object:
    if kind in _SCALARS:
        form = _SCALARS[kind]
        return struct.unpack(form, cursor.take(struct.calcsize(form)))[0]
    if kind == _STRING:
        return cursor.string()
    if kind != _ARRAY or depth > 2:
        raise _Broken(f"metadata of unknown type {kind} at {cursor.position}")
    item_kind = cursor.number("<I")
    length = cursor.count("array length", _LONGEST_ARRAY)
    lengths.setdefault(key, length)
    if item_kind in _SCALARS and length > _KEPT_ARRAY:
        cursor.take(length * struct.calcsize(_SCALARS[item_kind]))
        return None
    items = (_value(cursor, item_kind, key, lengths, depth + 1) for _ in range(length))
    if length > _KEPT_ARRAY:
        for _ in items:
            continue
        return None
    return list(items)


def _tensor(cursor: _Cursor) -> Tensor:
    name = cursor.string()
    dimensions = cursor.number("<I")
    if not 1 <= dimensions <= 4:
        raise _Broken(f"tensor {name!r} has {dimensions} dimensions")
    shape = tuple(cursor.count("tensor dimension", 1 << 40) for _ in range(dimensions))
    kind = cursor.number("<I")
    offset = cursor.number("<Q")
    values = math.prod(shape)
    if kind not in TENSOR_BLOCKS:
        return Tensor(name, shape, kind, offset, 0)
    block, size = TENSOR_BLOCKS[kind]
    if not values or shape[0] % block:
        raise _Broken(f"tensor {name!r} has the shape {shape}")
    return Tensor(name, shape, kind, offset, values // block * size)


def _check(header: GgufHeader, header_end: int) -> None:
    if not header.architecture:
        raise _Broken("no general.architecture", "damaged or made for another program")
    if not header.tensors:
        raise _Broken("no tensors", "only a vocabulary without a model")
    if len({tensor.name for tensor in header.tensors}) != len(header.tensors):
        raise _Broken("two tensors have one name")
    alignment = header.metadata.get("general.alignment", _DEFAULT_ALIGNMENT)
    if not isinstance(alignment, int) or alignment <= 0 or alignment & (alignment - 1) or alignment > 1 << 20:
        raise _Broken(f"alignment {alignment!r}")
    start = -(-header_end // alignment) * alignment
    end = start + max(tensor.offset + tensor.size for tensor in header.tensors)
    if end > header.file_size:
        raise _Broken(f"tensors end at {end}, the file at {header.file_size}", "incomplete")
