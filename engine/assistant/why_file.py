"""The record of an answer as one file."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from engine.assistant.why import FORMAT, FORMAT_VERSION, WhyRecord
from engine.errors import UserError

_LARGEST_BYTES = 32 << 20

_T = TypeVar("_T")


def encoded(record: WhyRecord) -> bytes:
    """The file of a record: one JSON object."""
    return msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n"


def load_record(path: Path) -> WhyRecord:
    """Read a saved record. Raises UserError for a file that is none, or is of a later format."""
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise _no_record(path)
        content = path.read_bytes()
    except OSError as error:
        raise UserError(
            f"The file {path.name} could not be read.", "Check its name and rights.", error.strerror or ""
        ) from error
    head = _decoded(path, content, _Head)
    if head.format != FORMAT:
        raise _no_record(path)
    if head.version > FORMAT_VERSION:
        raise UserError(f"{path.name} was saved by a later version of Chartside.", "Update Chartside and try again.")
    return _decoded(path, content, WhyRecord)


class _Head(Struct):
    format: str = ""
    version: int = 0


def _decoded(path: Path, content: bytes, kind: type[_T]) -> _T:
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _no_record(path) from error


def _no_record(path: Path) -> UserError:
    return UserError(
        f"{path.name} is not a saved “Why?” of Chartside, or it is damaged.",
        "Choose a file that was saved from “Why?” or by “chartside why ID --save FILE”.",
    )
