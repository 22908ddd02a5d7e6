"""A first look at a GGUF file: is it one, is it whole, what is in it. Reads the header only, and trusts no number.

Format: little-endian; "GGUF", u32 version, u64 tensors, u64 key-value pairs, then the pairs (string key, u32 type,
value), then per tensor its name, u32 dimensions, u64 each, u32 type, u64 offset into the aligned data.
https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import math
import os
import struct
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from engine.errors import ModelUnusable

_MAX_TEXT = 1 << 24
_MAX_PAIRS = 1 << 16
_MAX_TENSORS = 1 << 17
_MAX_ITEMS = 1 << 24
_STRING, _ARRAY = 8, 9
# Type number of a value → struct format; 7 is a bool of one byte.
_FORMATS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "B", 10: "Q", 11: "q", 12: "d"}


class GgufSummary(Struct, frozen=True):
    """What an import needs to know. kv_bytes_per_token with 16-bit keys and values; context as trained, in tokens."""

    architecture: str
    name: str
    context: int
    kv_bytes_per_token: int
    layers: int
    licence: str
    has_chat_template: bool


class _Broken(Exception):
    pass


def read_gguf_summary(path: Path) -> GgufSummary:
    """Read the header of a GGUF file. Raises ModelUnusable with the reason, OSError where it cannot be read."""
    size = path.stat().st_size
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise ModelUnusable(
                f"“{path.name}” is not a GGUF model file.",
                "Choose a file in the GGUF format; its name usually ends in .gguf.",
            )
        try:
            values, tensors, end = _Reader(file, size).header()
            if not tensors:
                raise _Broken("it holds no weights")
            if end > size:
                raise _Broken(f"it ends at byte {size}, its weights at byte {end}")
            return _summary(values, path)
        except (_Broken, struct.error, UnicodeDecodeError, MemoryError, OverflowError) as error:
            raise ModelUnusable(
                f"“{path.name}” is damaged or incomplete.",
                "Fetch or copy the file again; it may have been cut off on the way.",
                f"{type(error).__name__}: {error}",
            ) from error


def _summary(values: dict[str, object], path: Path) -> GgufSummary:
    architecture = values.get("general.architecture")
    if not isinstance(architecture, str):
        raise _Broken("it names no architecture")

    def number(key: str, default: int = 0) -> int:
        value = values.get(f"{architecture}.{key}", default)
        if isinstance(value, list):  # one number per layer: the largest
            value = max((item for item in value if isinstance(item, int)), default=default)
        return value if isinstance(value, int) and value >= 0 else default

    # Encoders (embedding models) attend both ways; image projectors have no heads of their own kind at all.
    if (
        not number("attention.head_count")
        or "bert" in architecture
        or values.get(f"{architecture}.attention.causal") == 0
    ):
        raise ModelUnusable(
            f"“{path.name}” is not a language model that can answer.",
            "Choose an instruction-tuned (“instruct” or “it”) text model.",
            f"architecture {architecture}",
        )
    heads, layers = number("attention.head_count"), number("block_count")
    head_size = number("attention.key_length", number("embedding_length") // heads)
    kv_heads = number("attention.head_count_kv", heads)
    name = values.get("general.name")
    licence = values.get("general.license")
    return GgufSummary(
        architecture=architecture,
        name=name if isinstance(name, str) and name.strip() else path.stem,
        context=number("context_length"),
        kv_bytes_per_token=2 * layers * kv_heads * head_size * 2,
        layers=layers,
        licence=licence if isinstance(licence, str) else "",
        has_chat_template=isinstance(values.get("tokenizer.chat_template"), str),
    )


class _Reader:
    """Walks the header; every length is held against what the file can hold before anything is allocated."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        from gguf.constants import GGML_QUANT_SIZES

        self._file = file
        self._size = size
        # Weights per block and bytes per block, by the number of the type.
        self._quantizations = {int(kind): sizes for kind, sizes in GGML_QUANT_SIZES.items()}

    def header(self) -> tuple[dict[str, object], int, int]:
        """The key-value pairs, the number of tensors, and the size in bytes that the file must have at least."""
        version = self._number("I")
        if version not in {2, 3}:
            raise _Broken(f"version {version} of the format is not known")
        tensors, pairs = self._number("Q"), self._number("Q")
        if tensors > _MAX_TENSORS or pairs > _MAX_PAIRS:
            raise _Broken(f"{tensors} tensors and {pairs} values are more than any model has")
        values = {}
        for _ in range(pairs):
            key = self._text()
            values[key] = self._value(self._number("I"))
        last = max((self._tensor_end() for _ in range(tensors)), default=0)
        alignment = values.get("general.alignment", 32)
        if not isinstance(alignment, int) or alignment <= 0 or alignment > 1 << 20:
            raise _Broken("its alignment is not a sensible number")
        data = -(-self._file.tell() // alignment) * alignment
        return values, tensors, data + last

    def _tensor_end(self) -> int:
        self._text()
        dimensions = self._number("I")
        if dimensions > 8:
            raise _Broken(f"a tensor has {dimensions} dimensions")
        elements = math.prod([self._number("Q") for _ in range(dimensions)])
        kind = self._number("I")
        if kind not in self._quantizations:
            raise _Broken(f"a tensor has the unknown type {kind}")
        block, width = self._quantizations[kind]
        end: int = self._number("Q") + elements // block * width
        return end

    def _value(self, kind: int) -> object:
        if kind == _STRING:
            return self._text()
        if kind == _ARRAY:
            return self._array()
        if kind not in _FORMATS:
            raise _Broken(f"a value has the unknown type {kind}")
        return self._number(_FORMATS[kind])

    def _array(self) -> list[object]:
        kind, count = self._number("I"), self._number("Q")
        if count > _MAX_ITEMS:
            raise _Broken(f"a list has {count} items")
        if kind == _STRING:  # vocabularies: stepped over
            for _ in range(count):
                self._skip(self._number("Q"))
            return []
        if kind not in _FORMATS:
            raise _Broken(f"a list holds the unknown type {kind}")
        width = struct.calcsize("<" + _FORMATS[kind])
        if count > 4096:
            self._skip(count * width)
            return []
        return list(struct.unpack(f"<{count}{_FORMATS[kind]}", self._bytes(count * width)))

    def _text(self) -> str:
        length = self._number("Q")
        if length > _MAX_TEXT:
            raise _Broken(f"a text has {length} bytes")
        return self._bytes(length).decode("utf-8")

    def _number(self, code: str) -> int:
        value: int = struct.unpack("<" + code, self._bytes(struct.calcsize("<" + code)))[0]
        return value

    def _bytes(self, count: int) -> bytes:
        content = self._file.read(count)
        if len(content) != count:
            raise _Broken("it ends inside its header")
        return content

    def _skip(self, count: int) -> None:
        if count > self._size - self._file.tell():
            raise _Broken("it ends inside its header")
        self._file.seek(count, os.SEEK_CUR)
