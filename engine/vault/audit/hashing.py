"""What holds the entries of the record together. See docs/adr/0009.

canonical_i is the JSON array of an entry's fields; leaf_i = SHA-256(canonical_i);
digest_i = SHA-256(digest_{i-1} || leaf_i), where digest_0 is made of the workspace's id;
mac_i = HMAC-SHA-256(K_i, digest_i); K_{i+1} = SHA-256("… next" || K_i), after which K_i is forgotten.

An export may leave entries out and give their leaves: the salt keeps a leaf from being guessed.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Struct

SALT_BYTES = 16
HASH_BYTES = 32

_BEGIN = b"chartside audit 1\n"
_NEXT = b"chartside audit next\n"
_encode = msgspec.json.Encoder(order="deterministic").encode
_sha256 = hashlib.sha256


def details_json(details: dict[str, Any]) -> str:
    """How details are stored, and hashed."""
    return _encode(details).decode()


class Written(Struct, frozen=True, array_like=True, gc=False):
    """An entry as it is stored and hashed; encoded as a JSON array of these fields, the salt in base64."""

    seq: int
    at: str
    user_id: str
    kind: str
    subject: str
    details: str
    salt: bytes


def leaf(entry: Written) -> bytes:
    """The hash of one entry alone."""
    return _sha256(_encode(entry)).digest()


def first_digest(workspace: str) -> bytes:
    """What the first entry's digest goes on from."""
    return _sha256(_BEGIN + workspace.encode()).digest()


def digest_after(digest: bytes, entry_leaf: bytes) -> bytes:
    return _sha256(digest + entry_leaf).digest()


def mac_of(key: bytes, digest: bytes) -> bytes:
    return hmac.digest(key, digest, "sha256")


def next_key(key: bytes) -> bytes:
    """The key of the entry after the one that key was for. There is no way back."""
    return _sha256(_NEXT + key).digest()


def derived(secret: bytes | bytearray, purpose: bytes) -> bytes:
    """32 bytes from a secret, for one purpose alone (HKDF-SHA-256, RFC 5869)."""
    return HKDF(hashes.SHA256(), HASH_BYTES, salt=None, info=b"chartside audit " + purpose).derive(bytes(secret))
