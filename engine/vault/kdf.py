"""From a secret that a person or a computer holds to the 32 bytes that a slot of the key file is made from."""

from __future__ import annotations

import secrets
import unicodedata
from typing import Annotated

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Meta, Struct

DERIVED_BYTES = 32
_SALT_BYTES = 16

Salt = Annotated[bytes, Meta(min_length=_SALT_BYTES, max_length=64)]


class Argon2id(Struct, frozen=True, tag_field="name", tag="argon2id"):
    """For a passphrase (RFC 9106): the cost of one guess. The upper bounds keep a tampered file from freezing the
    computer."""

    salt: Salt
    memory_kib: Annotated[int, Meta(ge=8, le=4 * 1024 * 1024)] = 64 * 1024
    time: Annotated[int, Meta(ge=1, le=64)] = 3
    lanes: Annotated[int, Meta(ge=1, le=64)] = 4

    def derive(self, secret: bytes) -> bytes:
        return hash_secret_raw(
            secret, self.salt, self.time, self.memory_kib, self.lanes, DERIVED_BYTES, Type.ID, version=19
        )

    def weaker_than(self, other: Argon2id) -> bool:
        """Whether a guess costs less here, in memory or in time."""
        return self.memory_kib < other.memory_kib or self.time < other.time


class RandomSecret(Struct, frozen=True, tag_field="name", tag="random"):
    """For a secret of at least 128 random bits, which nobody guesses: HKDF-SHA256 (RFC 5869) is enough."""

    salt: Salt

    def derive(self, secret: bytes) -> bytes:
        return expand(secret, self.salt, b"chartside random secret")


Kdf = Argon2id | RandomSecret


def new_salt() -> bytes:
    return secrets.token_bytes(_SALT_BYTES)


def passphrase_bytes(passphrase: str) -> bytes:
    """NFKC makes a passphrase the same however a keyboard composes its characters."""
    # Bytes that are no text come from a terminal or a file as lone surrogates: they make a passphrase like any other.
    return unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass")


def expand(secret: bytes | bytearray, salt: bytes, purpose: bytes) -> bytes:
    """32 bytes for one purpose from a secret that cannot be guessed (HKDF-SHA256)."""
    return HKDF(algorithm=hashes.SHA256(), length=DERIVED_BYTES, salt=salt, info=purpose).derive(bytes(secret))
