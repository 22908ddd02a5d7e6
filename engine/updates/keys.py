"""The public keys whose updates this copy takes. They are put into resources/update_keys when it is built."""

from __future__ import annotations

import base64
import binascii
import hashlib
import logging
import re
from collections.abc import Iterable
from importlib.resources import files
from importlib.resources.abc import Traversable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from engine.updates import refusals

log = logging.getLogger(__name__)

# Keeps a signature of an update from being taken for one of anything else that this key ever signs.
_DOMAIN = b"chartside update manifest, format 1\x00"
_SIGNATURE = re.compile(rb"([0-9a-f]{16})\n([A-Za-z0-9+/]{86}==)\n")


class PinnedKeys:
    """Public keys by their id. Ed25519, RFC 8032."""

    def __init__(self, keys: Iterable[Ed25519PublicKey]) -> None:
        self._keys = {key_id(key): key for key in keys}

    @classmethod
    def shipped(cls, folder: Traversable | None = None) -> PinnedKeys:
        """The keys of this build: every PEM file of the folder. One that is no such key is as if it were not there."""
        place = files("resources").joinpath("update_keys") if folder is None else folder
        found = []
        for each in place.iterdir() if place.is_dir() else ():
            if each.name.endswith(".pem"):
                try:
                    found.append(public_key(each.read_bytes()))
                except ValueError as error:
                    # A build that went wrong takes no updates; it must still open the workspace.
                    log.error("update_key_unreadable", exc_info=error)
        return cls(found)

    def __len__(self) -> int:
        return len(self._keys)

    def verify(self, signature: bytes, manifest: bytes) -> None:
        """Raises UpdateRefused unless signature is one of these keys' over manifest."""
        match = _SIGNATURE.fullmatch(signature)
        if match is None:
            raise refusals.forged()
        name = match[1].decode("ascii")
        key = self._keys.get(name)
        if key is None:
            raise refusals.unknown_key(name)
        try:
            key.verify(base64.b64decode(match[2], validate=True), _DOMAIN + manifest)
        except (InvalidSignature, binascii.Error) as error:
            raise refusals.forged() from error


def sign(key: Ed25519PrivateKey, manifest: bytes) -> bytes:
    """The content of update.json.sig: the key's id in one line, the signature in base64 in the next."""
    signature = base64.b64encode(key.sign(_DOMAIN + manifest))
    return f"{key_id(key.public_key())}\n{signature.decode('ascii')}\n".encode("ascii")


def key_id(key: Ed25519PublicKey) -> str:
    """16 hexadecimal digits by which a person can compare two keys."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


def public_key(pem: bytes) -> Ed25519PublicKey:
    """Raises ValueError for anything that is not one Ed25519 public key in PEM."""
    key = load_pem_public_key(pem)
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("not an Ed25519 key")
    return key
