"""A slot of the key file: the data key, sealed so that one secret opens it.

A secret (passphrase, recovery key, what the operating system's keyring keeps) leads through its derivation to an X25519
key pair (RFC 7748). The data key is sealed to the public half: an ephemeral X25519 key, HKDF-SHA256 and AES-256-GCM,
with workspace, slot, kind, user and derivation as associated data. So a new data key can be sealed for everybody while
their secrets stay with them. Anybody can seal to a public key: pin says which data key the secret's holder has known.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Meta, Struct

from engine.vault.kdf import Argon2id, Kdf, RandomSecret, expand, new_salt
from engine.vault.session_keys import KEY_BYTES

_POINT_BYTES = 32
_NONCE_BYTES = 12
_PIN_BYTES = 32
_TAG_BYTES = 2
_FORMAT = "chartside-keys slot 2"

Pin = Annotated[bytes, Meta(min_length=_PIN_BYTES, max_length=_PIN_BYTES)]
Point = Annotated[bytes, Meta(min_length=_POINT_BYTES, max_length=_POINT_BYTES)]
Nonce = Annotated[bytes, Meta(min_length=_NONCE_BYTES, max_length=_NONCE_BYTES)]
NameTag = Annotated[bytes, Meta(max_length=_TAG_BYTES)]
# The key and GCM's 16-byte tag.
Wrapped = Annotated[bytes, Meta(min_length=KEY_BYTES + 16, max_length=KEY_BYTES + 16)]

# The user of the recovery key's slot, and of a session that it opened.
RECOVERY = "recovery"


class Kind(StrEnum):
    """What opens a slot."""

    USER = "user"
    RECOVERY = "recovery"
    KEYRING = "keyring"


class Sealed(Struct, frozen=True):
    """A data key, sealed to a slot's public key."""

    ephemeral: Point
    nonce: Nonce
    wrapped: Wrapped


class Slot(Struct, frozen=True):
    """name_tag: finds the slots that a typed name could mean. next: the new data key while a re-keying is under way.

    administrator: of a user who was one when the slot was made; matters only beside a database that knows nobody.
    pin: made of the secret and the data key when both were last there together; see Opening.knows.
    """

    id: str
    kind: Kind
    user: str
    name_tag: NameTag
    kdf: Kdf
    public: Point
    sealed: Sealed
    pin: Pin
    next: Sealed | None = None
    administrator: bool = False


class Person(Struct, frozen=True):
    """What a slot has to do with a person. id: of the user."""

    id: str
    name: str
    administrator: bool = False


@dataclass(frozen=True, repr=False)
class Opening:
    """What a secret leads to. keys: the present data key and, during a re-keying, the next."""

    keys: list[bytearray]
    pin: bytes
    pin_key: bytes

    def knows(self, key: bytes | bytearray) -> bool:
        """Whether this data key is the one that the secret's holder has known: others may have sealed another."""
        return hmac.compare_digest(self.pin, _pin(self.pin_key, key))


def default_cost() -> Argon2id:
    """The cost of a new passphrase slot, with a salt of its own: about 0.4 s and 64 MiB a guess."""
    return Argon2id(salt=new_salt())


def user_slot(workspace: str, person: Person, passphrase: bytes, key: bytearray) -> Slot:
    """A new slot that a person's passphrase opens (kdf.passphrase_bytes); takes as long as a guess costs."""
    return described(workspace, _made(workspace, Kind.USER, person.id, default_cost(), passphrase, key), person, key)


def random_slot(workspace: str, kind: Kind, user: str, secret: bytes, key: bytearray) -> Slot:
    """A new slot for a secret of at least 128 random bits."""
    return _made(workspace, kind, user, RandomSecret(new_salt()), secret, key)


def name_tag(workspace: str, name: str) -> bytes:
    """Two bytes that tell most names apart and none: they pick the slots worth trying, and give no name away."""
    return hmac.digest(workspace.encode(), name_key(name).encode("utf-8", "surrogatepass"), "sha256")[:_TAG_BYTES]


def name_key(name: str) -> str:
    """A name as it is compared: whatever its capitals, spaces and composition."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def opened(workspace: str, slot: Slot, secret: bytes) -> Opening | None:
    """What is behind a slot; None where the secret is not the slot's, or the slot is not as it was made."""
    derived = slot.kdf.derive(secret)
    private = _private_key(workspace, slot.id, derived)
    if not hmac.compare_digest(private.public_key().public_bytes_raw(), slot.public):
        return None
    keys = [_unsealed(workspace, slot, private, each) for each in (slot.sealed, slot.next) if each is not None]
    found = [key for key in keys if key is not None]
    if len(found) != len(keys):
        return None
    return Opening(found, slot.pin, _pin_key(workspace, slot.id, derived))


def resealed(workspace: str, slot: Slot, key: bytearray) -> Slot:
    """The slot with this data key and no other; nobody's secret is needed."""
    return msgspec.structs.replace(slot, sealed=_seal(workspace, slot, key), next=None)


def with_next(workspace: str, slot: Slot, present: bytearray, coming: bytearray) -> Slot:
    """The slot with the data key that opens the database now and the one to come."""
    return msgspec.structs.replace(resealed(workspace, slot, present), next=_seal(workspace, slot, coming))


def pinned(slot: Slot, opening: Opening, key: bytearray) -> Slot:
    """The slot after its secret's holder has come to know another data key."""
    return msgspec.structs.replace(slot, pin=_pin(opening.pin_key, key))


def promoted(slot: Slot) -> Slot:
    """The slot after a re-keying: what was to come is the present."""
    return slot if slot.next is None else msgspec.structs.replace(slot, sealed=slot.next, next=None)


def described(workspace: str, slot: Slot, person: Person, key: bytearray) -> Slot:
    """The slot with what it is to say of its person, after a change of name or role."""
    tag = name_tag(workspace, person.name)
    return resealed(workspace, msgspec.structs.replace(slot, name_tag=tag, administrator=person.administrator), key)


def spend_a_guess(secret: bytes) -> None:
    """Take the time that a wrong passphrase takes, so that a name nobody has is told no faster."""
    default_cost().derive(secret)


def _made(workspace: str, kind: Kind, user: str, kdf: Kdf, secret: bytes, key: bytearray) -> Slot:  # noqa: PLR0917
    slot_id, derived = str(uuid.uuid4()), kdf.derive(secret)
    public = _private_key(workspace, slot_id, derived).public_key().public_bytes_raw()
    nothing = Sealed(bytes(_POINT_BYTES), bytes(_NONCE_BYTES), bytes(KEY_BYTES + 16))
    pin = _pin(_pin_key(workspace, slot_id, derived), key)
    return resealed(workspace, Slot(slot_id, kind, user, b"", kdf, public, nothing, pin), key)


def _private_key(workspace: str, slot_id: str, derived: bytes) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(
        expand(derived, _salt(workspace, slot_id), b"chartside slot private key")
    )


def _pin_key(workspace: str, slot_id: str, derived: bytes) -> bytes:
    return expand(derived, _salt(workspace, slot_id), b"chartside slot pin")


def _pin(pin_key: bytes, key: bytes | bytearray) -> bytes:
    return hmac.digest(pin_key, bytes(key), "sha256")


def _salt(workspace: str, slot_id: str) -> bytes:
    return hashlib.sha256(f"{workspace}/{slot_id}".encode()).digest()


def _seal(workspace: str, slot: Slot, key: bytearray) -> Sealed:
    ephemeral = X25519PrivateKey.generate()
    point = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(slot.public))
    nonce = secrets.token_bytes(_NONCE_BYTES)
    cipher = AESGCM(expand(shared, point + slot.public, b"chartside slot seal"))
    return Sealed(point, nonce, cipher.encrypt(nonce, bytes(key), _header(workspace, slot)))


def _unsealed(workspace: str, slot: Slot, private: X25519PrivateKey, sealed: Sealed) -> bytearray | None:
    try:
        # Raises ValueError for the few points that make every shared secret zero.
        shared = private.exchange(X25519PublicKey.from_public_bytes(sealed.ephemeral))
        cipher = AESGCM(expand(shared, sealed.ephemeral + slot.public, b"chartside slot seal"))
        return bytearray(cipher.decrypt(sealed.nonce, sealed.wrapped, _header(workspace, slot)))
    except (InvalidTag, ValueError):
        return None


def _header(workspace: str, slot: Slot) -> bytes:
    parts = [
        _FORMAT,
        workspace,
        slot.id,
        slot.kind,
        slot.user,
        slot.name_tag,
        slot.kdf,
        slot.public,
        slot.administrator,
    ]
    return msgspec.json.encode(parts, order="deterministic")
