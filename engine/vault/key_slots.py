"""The key file's format: the database key, wrapped once per slot.

JSON, version 1. Each slot holds the 32-byte key under AES-256-GCM. The wrapping key of a passphrase slot comes from
Argon2id (RFC 9106); that of a keyring slot is random and kept by the operating system. Everything in a slot but the
ciphertext is authenticated with it. A checksum over the whole tells a damaged file from a wrong passphrase.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
import uuid
from typing import Annotated, Literal

import msgspec
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Meta, Struct

KEY_BYTES = 32
_SALT_BYTES = 16
_NONCE_BYTES = 12
_FORMAT = "chartside-keys"
VERSION = 1

Salt = Annotated[bytes, Meta(min_length=_SALT_BYTES, max_length=64)]
Nonce = Annotated[bytes, Meta(min_length=_NONCE_BYTES, max_length=_NONCE_BYTES)]
# The key and GCM's 16-byte tag.
Wrapped = Annotated[bytes, Meta(min_length=KEY_BYTES + 16, max_length=KEY_BYTES + 16)]


class Argon2id(Struct, frozen=True, tag_field="name", tag="argon2id"):
    """Cost of one guess. The upper bounds keep a tampered file from freezing the computer."""

    salt: Salt
    memory_kib: Annotated[int, Meta(ge=8, le=4 * 1024 * 1024)] = 64 * 1024
    time: Annotated[int, Meta(ge=1, le=64)] = 3
    lanes: Annotated[int, Meta(ge=1, le=64)] = 4

    def derive(self, passphrase: str) -> bytes:
        """The wrapping key of a passphrase; NFKC makes it the same however a keyboard composes its characters."""
        normal = unicodedata.normalize("NFKC", passphrase).encode()
        return hash_secret_raw(
            normal, self.salt, self.time, self.memory_kib, self.lanes, KEY_BYTES, Type.ID, version=19
        )


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


Slot = PassphraseSlot | KeyringSlot


class KeyRing(Struct, frozen=True):
    """All slots of one workspace."""

    workspace: str
    slots: list[Slot]
    format: Literal["chartside-keys"] = "chartside-keys"
    version: int = VERSION
    checksum: str = ""


class NewerKeyFile(ValueError):
    """The key file has a version that this program does not know."""


def default_cost() -> Argon2id:
    """The cost of a new slot, with a salt of its own: about 0.4 s and 64 MiB a guess."""
    return Argon2id(salt=secrets.token_bytes(_SALT_BYTES))


def passphrase_slot(workspace: str, key: bytes, passphrase: str) -> PassphraseSlot:
    """A new slot that passphrase opens."""
    slot = PassphraseSlot(
        id=str(uuid.uuid4()),
        kdf=default_cost(),
        nonce=secrets.token_bytes(_NONCE_BYTES),
        wrapped=bytes(KEY_BYTES + 16),
    )
    wrapped = AESGCM(slot.kdf.derive(passphrase)).encrypt(slot.nonce, key, _header(workspace, slot))
    return msgspec.structs.replace(slot, wrapped=wrapped)


def keyring_slot(workspace: str, key: bytes, wrapping_key: bytes) -> KeyringSlot:
    """A new slot whose wrapping key the operating system will keep."""
    slot = KeyringSlot(
        id=str(uuid.uuid4()),
        account=workspace,
        nonce=secrets.token_bytes(_NONCE_BYTES),
        wrapped=bytes(KEY_BYTES + 16),
    )
    wrapped = AESGCM(wrapping_key).encrypt(slot.nonce, key, _header(workspace, slot))
    return msgspec.structs.replace(slot, wrapped=wrapped)


def unwrap(workspace: str, slot: Slot, wrapping_key: bytes) -> bytearray | None:
    """The database key, or None where wrapping_key is not this slot's."""
    try:
        return bytearray(AESGCM(wrapping_key).decrypt(slot.nonce, slot.wrapped, _header(workspace, slot)))
    except InvalidTag:
        return None


def encode(ring: KeyRing) -> bytes:
    whole = msgspec.structs.replace(ring, checksum=_checksum(ring))
    return msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n"


def decode(content: bytes) -> KeyRing:
    """Raises NewerKeyFile, or another ValueError for anything that is not an undamaged key file."""
    stamp = msgspec.json.decode(content, type=_Stamp)
    if stamp.version > VERSION:
        raise NewerKeyFile(f"key file version {stamp.version}, this program knows {VERSION}")
    ring = msgspec.json.decode(content, type=KeyRing)
    if not secrets.compare_digest(ring.checksum, _checksum(ring)):
        raise ValueError("the checksum does not match")
    return ring


class _Stamp(Struct, frozen=True):
    format: Literal["chartside-keys"]
    version: int


def _header(workspace: str, slot: Slot) -> bytes:
    blank = msgspec.structs.replace(slot, wrapped=bytes(KEY_BYTES + 16))
    return msgspec.json.encode([_FORMAT, VERSION, workspace, blank], order="deterministic")


def _checksum(ring: KeyRing) -> str:
    blank = msgspec.structs.replace(ring, checksum="")
    return hashlib.sha256(msgspec.json.encode(blank, order="deterministic")).hexdigest()
