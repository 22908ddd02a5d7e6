"""The signed head of a record: how far it went, for keeping outside the workspace.

Each epoch of the record signs with an Ed25519 key made from its root; the key of the epoch before signs it in turn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Struct

from engine.errors import UserError
from engine.types import AuditHead
from engine.vault.audit import hashing
from engine.vault.audit.chain import Epoch

_HEAD = b"chartside audit head 1\n"
_KEY = b"chartside audit key 1\n"
_LARGEST_HEAD = 64 * 1024


class SigningKey(Struct, frozen=True):
    """public: in hexadecimal. vouched: by the key before it, "" for the first."""

    public: str
    vouched: str = ""


class SignedHead(Struct, frozen=True):
    """content: SHA-256 of what stands before the head in an export, "" in a file of its own. keys: the newest last,
    which signed this."""

    head: AuditHead
    keys: list[SigningKey]
    content: str
    signature: str
    format: Literal["chartside-audit-head"] = "chartside-audit-head"
    version: Literal[1] = 1


# Signs the head of an export; takes the SHA-256 of what stands before it.
Signer = Callable[[str], SignedHead]


class NotSigned(ValueError):
    """A signature does not fit."""


def sign(epochs: Sequence[Epoch], head: AuditHead, content: str = "") -> SignedHead:
    """Raises ValueError where the root of the newest epoch is not known."""
    keys: list[SigningKey] = []
    before: Ed25519PrivateKey | None = None
    for epoch in epochs:
        if epoch.root is None:
            before, keys = None, []  # what cannot be vouched for is left out
            continue
        own = _private_key(epoch.root)
        public = own.public_key().public_bytes_raw()
        keys.append(SigningKey(public.hex(), before.sign(_KEY + public).hex() if before else ""))
        before = own
    if before is None:
        raise ValueError("the record has no signing key")
    return SignedHead(head, keys, content, before.sign(_signed(head, keys, content)).hex())


def check_signature(signed: SignedHead) -> None:
    """Raises NotSigned unless its newest key signed it, and each key the one after it."""
    try:
        publics = [Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.public)) for key in signed.keys]
        for before, key in zip(publics, signed.keys[1:], strict=False):
            before.verify(bytes.fromhex(key.vouched), _KEY + bytes.fromhex(key.public))
        publics[-1].verify(bytes.fromhex(signed.signature), _signed(signed.head, signed.keys, signed.content))
    except (InvalidSignature, ValueError, IndexError) as error:
        raise NotSigned from error


def public_keys(epochs: Sequence[Epoch]) -> set[str]:
    """The keys that a workspace has signed with."""
    roots = [epoch.root for epoch in epochs if epoch.root is not None]
    return {_private_key(root).public_key().public_bytes_raw().hex() for root in roots}


def fingerprint(signed: SignedHead) -> str:
    """What a person compares of the first key, which stays the same: 40 hexadecimal digits in groups."""
    digits = hashlib.sha256(bytes.fromhex(signed.keys[0].public)).hexdigest()[:40]
    return " ".join(digits[at : at + 4] for at in range(0, 40, 4))


def read_head(file: Path) -> SignedHead:
    """The signed head of a file, or of an export, whose last line it is. Raises UserError."""
    try:
        with file.open("rb") as opened:
            opened.seek(max(0, file.stat().st_size - _LARGEST_HEAD))
            line = opened.read().rstrip(b"\n").rsplit(b"\n", 1)[-1]
    except OSError as error:
        raise UserError(f"The file {file.name} could not be read.", "Check its name and rights.") from error
    try:
        signed = decode(line)
        check_signature(signed)
    except ValueError as error:  # NotSigned and msgspec's errors are such
        raise UserError(
            f"{file.name} holds no signed head of an audit record, or was changed.",
            "Give a file that was exported from the record, as it was written.",
            str(error),
        ) from error
    return signed


def encode(signed: SignedHead) -> bytes:
    return msgspec.json.encode(signed) + b"\n"


def decode(line: bytes) -> SignedHead:
    """Raises ValueError."""
    return msgspec.json.decode(line, type=SignedHead)


def _private_key(root: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashing.derived(root, b"signature"))


def _signed(head: AuditHead, keys: Sequence[SigningKey], content: str) -> bytes:
    return _HEAD + msgspec.json.encode([head, keys, content])
