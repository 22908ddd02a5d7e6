"""Writing the record."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from msgspec import structs

from engine.clock import utc_now
from engine.types import AuditKind
from engine.vault.audit import chain, hashing
from engine.vault.audit.hashing import Written
from engine.vault.connection import Connection

NOBODY = ""


class Journal:
    """Adds entries to the record in the name of whoever is signed in."""

    def __init__(self, actor: Callable[[], str] = lambda: NOBODY, clock: Callable[[], str] = utc_now) -> None:
        """actor: the id of who is signed in, "" for nobody."""
        self._actor = actor
        self._clock = clock

    def append(
        self, connection: Connection, kind: AuditKind, subject: str = "", /, *, by: str | None = None, **details: Any
    ) -> int:
        """Add an entry inside the transaction of the act that it records; both are then there, or neither.

        by: who did it, where that is not the one signed in. details: ids, counts and words of the program; never
        patient text, names of files or of people. Returns the entry's number. The record must have been begun
        (chain.begin).
        """
        last = chain.end(connection)
        entry = Written(
            seq=last.seq + 1,
            at=self._clock(),
            user_id=self._actor() if by is None else by,
            kind=kind,
            subject=subject,
            details=hashing.details_json(details),
            salt=secrets.token_bytes(hashing.SALT_BYTES),
        )
        digest = hashing.digest_after(last.digest, hashing.leaf(entry))
        connection.execute(
            "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*structs.astuple(entry), digest, hashing.mac_of(last.key, digest)),
        )
        chain.advance(connection, entry.seq, digest, hashing.next_key(last.key))
        return entry.seq
