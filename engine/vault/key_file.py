"""The key file: JSON with a checksum, which tells a damaged file from a wrong passphrase.

A file counts as undamaged only where it is, byte for byte, what encode() makes of what it says.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Final, Literal

import msgspec
from msgspec import Struct

from engine.vault import legacy_keys
from engine.vault.key_slots import Slot
from engine.vault.legacy_keys import LegacyRing

VERSION = 2
_FORMAT: Final = "chartside-keys"


class KeyRing(Struct, frozen=True):
    """All slots of one workspace. workspace: a random id, no name."""

    workspace: str
    slots: list[Slot]
    format: Literal["chartside-keys"] = _FORMAT
    version: int = VERSION
    checksum: str = ""


class NewerKeyFile(ValueError):
    """The key file has a version that this program does not know."""


def encode(ring: KeyRing) -> bytes:
    whole = msgspec.structs.replace(ring, checksum=_checksum(ring))
    return msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n"


def decode(content: bytes) -> KeyRing | LegacyRing:
    """Raises NewerKeyFile, or another ValueError for anything that is not an undamaged key file."""
    stamp = msgspec.json.decode(content, type=_Stamp)
    if stamp.version > VERSION:
        raise NewerKeyFile(f"key file version {stamp.version}, this program knows {VERSION}")
    if stamp.version == legacy_keys.VERSION:
        return legacy_keys.decode(content)
    ring = msgspec.json.decode(content, type=KeyRing)
    if not secrets.compare_digest(content, encode(ring)):
        raise ValueError("the checksum does not match")
    return ring


class _Stamp(Struct, frozen=True):
    format: Literal["chartside-keys"]
    version: int


def _checksum(ring: KeyRing) -> str:
    blank = msgspec.structs.replace(ring, checksum="")
    return hashlib.sha256(msgspec.json.encode(blank, order="deterministic")).hexdigest()
