"""The keys of the record: a random root for each stretch between two keys of the workspace, and how far it has gone.

Only the key for the next entry stands in the database; the roots, from which all are made anew to verify, stand there
wrapped under the audit key (AES-256-GCM, RFC 5116).
"""

from __future__ import annotations

import secrets

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct

from engine.errors import Defect
from engine.vault.audit import hashing
from engine.vault.connection import Connection
from engine.vault.repositories import meta

_NONCE_BYTES = 12


class End(Struct, frozen=True):
    """How far the record has gone; key: for the next entry."""

    epoch: int
    seq: int
    digest: bytes
    key: bytes


class Epoch(Struct, frozen=True):
    """A stretch of the record with the root of its keys; None where that cannot be unwrapped."""

    number: int
    first_seq: int
    root: bytes | None


def workspace_id(connection: Connection) -> str:
    """Says which workspace a record or a backup is of; means nothing by itself."""
    return meta.get(connection, "workspace")


def begin(connection: Connection, audit_key: bytes | bytearray) -> None:
    """Begin the record of a workspace that has none yet; call it in a transaction after each opening."""
    if found_end(connection) is None:
        start = hashing.first_digest(workspace_id(connection))
        _begin_epoch(connection, audit_key, End(epoch=0, seq=0, digest=start, key=b""))


def end(connection: Connection) -> End:
    """Raises Defect before begin()."""
    found = found_end(connection)
    if found is None:
        raise Defect("the audit record was not begun")
    return found


def advance(connection: Connection, seq: int, digest: bytes, key: bytes) -> None:
    """Note the new end; the key of the entry before it is overwritten."""
    connection.execute("UPDATE audit_chain SET seq = ?, digest = ?, key = ? WHERE id = 1", (seq, digest, key))


def rewrap(connection: Connection, old_key: bytes | bytearray, new_key: bytes | bytearray) -> None:
    """The workspace got a new key: wrap the roots under the audit key that belongs to it, and go on from a new root,
    which nobody who knew the old key has seen. Call it in a transaction."""
    if (last := found_end(connection)) is None:
        return
    for epoch in epochs(connection, old_key):
        if epoch.root is not None:
            nonce, wrapped = _wrap(connection, new_key, epoch.number, epoch.first_seq, epoch.root)
            values = (nonce, wrapped, epoch.number)
            connection.execute("UPDATE audit_epochs SET nonce = ?, wrapped = ? WHERE number = ?", values)
    _begin_epoch(connection, new_key, last)


def epochs(connection: Connection, audit_key: bytes | bytearray) -> list[Epoch]:
    """In their order."""
    rows = connection.execute("SELECT number, first_seq, nonce, wrapped FROM audit_epochs ORDER BY number")
    return [
        Epoch(number, first_seq, _unwrap(audit_key, nonce, wrapped, _header(connection, number, first_seq)))
        for number, first_seq, nonce, wrapped in rows.fetchall()
    ]


def found_end(connection: Connection) -> End | None:
    """As end(); None before begin(), or where it was removed."""
    row = connection.execute("SELECT epoch, seq, digest, key FROM audit_chain").fetchone()
    return None if row is None else End(*row)


def _begin_epoch(connection: Connection, audit_key: bytes | bytearray, last: End) -> None:
    number, first_seq, root = last.epoch + 1, last.seq + 1, secrets.token_bytes(hashing.HASH_BYTES)
    connection.execute(
        "INSERT INTO audit_epochs VALUES (?, ?, ?, ?)",
        (number, first_seq, *_wrap(connection, audit_key, number, first_seq, root)),
    )
    connection.execute(
        "INSERT OR REPLACE INTO audit_chain VALUES (1, ?, ?, ?, ?)", (number, last.seq, last.digest, first_key(root))
    )


def first_key(root: bytes) -> bytes:
    """The key of an epoch's first entry."""
    return hashing.derived(root, b"entries")


def _wrap(
    connection: Connection, audit_key: bytes | bytearray, number: int, first_seq: int, root: bytes
) -> tuple[bytes, bytes]:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce, AESGCM(bytes(audit_key)).encrypt(nonce, root, _header(connection, number, first_seq))


def _unwrap(audit_key: bytes | bytearray, nonce: bytes, wrapped: bytes, header: bytes) -> bytes | None:
    try:
        return AESGCM(bytes(audit_key)).decrypt(nonce, wrapped, header)
    except (InvalidTag, ValueError):
        return None


def _header(connection: Connection, number: int, first_seq: int) -> bytes:
    return msgspec.json.encode(["chartside audit epoch", workspace_id(connection), number, first_seq])
