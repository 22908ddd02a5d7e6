"""The data keys that a workspace had before its present one, kept inside it.

Whoever has not signed in since a re-keying knows one of these: that the new database holds it shows that it was made
by somebody who had the old one, and is not another one put in its place.
"""

from __future__ import annotations

import msgspec

from engine.vault.connection import Connection
from engine.vault.repositories import meta

_KEY = "earlier_keys"


def add(connection: Connection, key: bytes | bytearray) -> None:
    """Remember the key that a re-keying replaces; call it in the transaction that goes with the re-keying."""
    meta.put(connection, _KEY, msgspec.json.encode([*all_of(connection), bytes(key)]).decode())


def all_of(connection: Connection) -> list[bytes]:
    """Oldest first."""
    return msgspec.json.decode(meta.get(connection, _KEY, "[]"), type=list[bytes])
