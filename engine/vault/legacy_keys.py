"""Version 1 of the key file: one passphrase for everybody. It is read, and becomes version 2 at the first unlock.

Each slot held the data key under AES-256-GCM. The wrapping key of a passphrase slot came from Argon2id; that of a
keyring slot was random and kept by the operating system.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Final, Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct

from engine.vault.kdf import Argon2id
from engine.vault.key_slots import Nonce, Wrapped
from engine.vault.session_keys import KEY_BYTES

VERSION = 1
_FORMAT: Final = "chartside-keys"


class PassphraseSlot(Struct, frozen=True, tag_field="kind", tag="passphrase"):
    id: str
    kdf: Argon2id
    nonce: Nonce
    wrapped: Wrapped


class KeyringSlot(Struct, frozen=True, tag_field="kind", tag="keyring"):
    """account: under which name the operating system keeps the wrapping key."""

    id: str
    account: str
    nonce: Nonce
    wrapped: Wrapped


LegacySlot = PassphraseSlot | KeyringSlot


class LegacyRing(Struct, frozen=True):
    """All slots of one workspace."""

    workspace: str
    slots: list[LegacySlot]
    format: Literal["chartside-keys"] = _FORMAT
    version: int = VERSION
    checksum: str = ""

    def passphrase_slots(self) -> list[PassphraseSlot]:
        return [slot for slot in self.slots if isinstance(slot, PassphraseSlot)]

    def keyring_slot(self) -> KeyringSlot | None:
        return next((slot for slot in self.slots if isinstance(slot, KeyringSlot)), None)

    def opened(self, slot: LegacySlot, wrapping_key: bytes) -> bytearray | None:
        """The data key, or None where wrapping_key is not this slot's."""
        try:
            return bytearray(AESGCM(wrapping_key).decrypt(slot.nonce, slot.wrapped, _header(self.workspace, slot)))
        except (InvalidTag, ValueError):
            return None


def decode(content: bytes) -> LegacyRing:
    """Raises ValueError for anything that is not an undamaged key file of version 1."""
    ring = msgspec.json.decode(content, type=LegacyRing)
    blank = msgspec.structs.replace(ring, checksum="")
    found = hashlib.sha256(msgspec.json.encode(blank, order="deterministic")).hexdigest()
    if not secrets.compare_digest(ring.checksum.encode(), found.encode()):
        raise ValueError("the checksum does not match")
    return ring


def _header(workspace: str, slot: LegacySlot) -> bytes:
    blank = msgspec.structs.replace(slot, wrapped=bytes(KEY_BYTES + 16))
    return msgspec.json.encode([_FORMAT, VERSION, workspace, blank], order="deterministic")
