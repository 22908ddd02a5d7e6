"""The update file: an uncompressed tar of update.json, update.json.sig and the payload, in this order.

Before the signature is verified, one 512-byte header and two small members at fixed places are all that is read.
"""

from __future__ import annotations

import io
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from engine.updates import refusals
from engine.updates.keys import PinnedKeys
from engine.updates.manifest import Manifest, decode

MANIFEST, SIGNATURE = "update.json", "update.json.sig"
_BLOCK = tarfile.BLOCKSIZE
_MAX_MANIFEST, _MAX_SIGNATURE = 64 * 1024, 1024
_EPOCH_MODE = 0o644


@dataclass(frozen=True)
class Update:
    """A verified update: what was signed, and where its payload begins in the file."""

    manifest: Manifest
    payload_at: int


def read(file: BinaryIO, keys: PinnedKeys) -> Update:
    """Verify the signature of an open update file, then read what it says. Raises UpdateRefused, OSError."""
    file.seek(0, io.SEEK_END)
    length = file.tell()
    file.seek(0)
    manifest = _member(file, MANIFEST, _MAX_MANIFEST)
    signature = _member(file, SIGNATURE, _MAX_SIGNATURE)
    keys.verify(signature, manifest)
    told = decode(manifest)
    size = _header(file, told.payload, told.size)
    if size != told.size:
        raise refusals.damaged(f"payload of {size} bytes, signed were {told.size}")
    begin = file.tell()
    whole = _tar_length(begin + size)
    if length < whole:
        raise refusals.cut_off()
    if length > whole:
        raise refusals.damaged(f"{length} bytes instead of {whole}")
    return Update(told, begin)


def write(target: BinaryIO, manifest: bytes, signature: bytes, payload: Path, name: str) -> None:
    """Write an update file; the same content gives the same bytes."""
    with tarfile.open(fileobj=target, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for member, content in ((MANIFEST, manifest), (SIGNATURE, signature)):
            tar.addfile(_plain(member, len(content)), io.BytesIO(content))
        with payload.open("rb") as source:
            tar.addfile(_plain(name, payload.stat().st_size), source)


def _plain(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size = size
    entry.mode = _EPOCH_MODE
    return entry


def _member(file: BinaryIO, name: str, limit: int) -> bytes:
    size = _header(file, name, limit)
    content = file.read(size)
    padding = -size % _BLOCK
    if len(content) < size or len(file.read(padding)) < padding:
        raise refusals.cut_off()
    return content


def _header(file: BinaryIO, name: str, limit: int) -> int:
    """The size of the plain file that must begin here under this name."""
    block = file.read(_BLOCK)
    if len(block) < _BLOCK:
        raise refusals.no_update("too short") if name == MANIFEST else refusals.cut_off()
    try:
        entry = tarfile.TarInfo.frombuf(block, "ascii", "surrogateescape")
    except (tarfile.HeaderError, ValueError) as error:
        raise _unexpected(name, str(error)) from error
    if entry.name != name or entry.type != tarfile.REGTYPE or not 0 < entry.size <= limit:
        raise _unexpected(name, f"{name} expected")
    return entry.size


def _unexpected(name: str, details: str) -> refusals.UpdateRefused:
    return refusals.no_update(details) if name == MANIFEST else refusals.damaged(details)


def _tar_length(end: int) -> int:
    """The length of a tar file whose last member ends here: two empty blocks, filled up to a whole record."""
    padded = end + -end % _BLOCK + 2 * _BLOCK
    return padded + -padded % tarfile.RECORDSIZE
