"""Verifying the record of an open workspace: that each entry is as it was written, and that none is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from msgspec import Struct

from engine.cancellation import CancelToken
from engine.types import AuditHead, AuditVerdict
from engine.vault.audit import chain, hashing
from engine.vault.audit.chain import End, Epoch
from engine.vault.audit.hashing import Written
from engine.vault.connection import Connection, Row
from engine.vault.database import Database

_BATCH = 5000
_SELECT = "SELECT seq, at, user_id, kind, subject, details, salt, digest, mac FROM audit"
Report = Callable[[int, int], None]


class Found(Exception):
    """An entry that is not as it was written. seq: its number."""

    def __init__(self, seq: int, problem: str) -> None:
        super().__init__(problem)
        self.seq = seq
        self.problem = problem


class Start(Struct, frozen=True):
    """What a verification goes on, read at one moment: entries that come later are not looked at. stray: an entry that
    stands outside the record, if any."""

    workspace: str
    epochs: Sequence[Epoch]
    end: End | None
    stray: int | None


def verify(
    database: Database,
    audit_key: bytes | bytearray,
    *,
    head: AuditHead | None = None,
    report: Report | None = None,
    token: CancelToken | None = None,
) -> AuditVerdict:
    """Go through the record from its first entry to its last. Other work goes on between two batches.

    head: an end that was taken out earlier; the record must still hold it. report gets entries done and all.
    """
    start = database.read(lambda connection: _start(connection, audit_key))
    last = start.end.seq if start.end else 0

    def rows() -> Iterator[Row]:
        for first in range(1, last + 1, _BATCH):
            if token is not None:
                token.check()
            upto = min(first + _BATCH - 1, last)
            yield from database.read(partial(_rows, first=first, last=upto))
            if report is not None:
                report(upto, last)

    return _verdict(start, head, rows())


def verify_copy(connection: Connection, audit_key: bytes | bytearray, head: AuditHead | None = None) -> AuditVerdict:
    """As verify(), of a database that nothing else uses."""
    start = _start(connection, audit_key)
    return _verdict(start, head, connection.execute(f"{_SELECT} ORDER BY seq"))


def _verdict(start: Start, head: AuditHead | None, rows: Iterable[Row]) -> AuditVerdict:
    walk = _Walk(start, head)
    try:
        walk.begins()
        for row in rows:
            walk.step(row)
        walk.ends()
    except Found as found:
        return AuditVerdict(walk.seq, walk.head(), found.seq, found.problem)
    return AuditVerdict(walk.seq, walk.head())


class _Walk:
    """Goes over entries in their order. seq: the last one that was found right."""

    def __init__(self, start: Start, wanted: AuditHead | None) -> None:
        self._start = start
        self._wanted = wanted
        self._roots = {epoch.first_seq: epoch.root for epoch in start.epochs}
        self._digest = hashing.first_digest(start.workspace)
        self._mac = b""
        self._at = ""
        self._key: bytes | None = None
        self.seq = 0

    def begins(self) -> None:
        """Raises Found, as all here does."""
        if self._start.stray is not None:
            raise Found(self._start.stray, "This entry was added without the record's key.")
        if self._wanted is not None and self._wanted.workspace != self._start.workspace:
            raise Found(1, "The head was made of another workspace's record.")

    def head(self) -> AuditHead:
        return AuditHead(self._start.workspace, self.seq, self._at, self._digest.hex(), self._mac.hex())

    def ends(self) -> None:
        """Whether the record ends where its chain says."""
        end, last_epoch = self._start.end, self._start.epochs[-1:]
        if end is None or not last_epoch:
            raise Found(self.seq + 1, "The end of the record is missing.")
        if self.seq < end.seq:
            raise Found(self.seq + 1, "The record was cut off here: entries are missing.")
        if last_epoch[0].first_seq == self.seq + 1 and last_epoch[0].root:
            self._key = chain.first_key(last_epoch[0].root)  # an epoch that holds no entry yet
        if (end.digest, end.key) != (self._digest, self._key):
            raise Found(self.seq + 1, "The end of the record was changed.")
        if self._wanted is not None and self._wanted.seq > self.seq:
            raise Found(self.seq + 1, "The record was cut off here: the head was made of a longer one.")

    def step(self, row: Row) -> None:
        """Whether row is the next entry of the record, as it was written."""
        expected = self.seq + 1
        seq, digest, mac = row[0], row[7], row[8]
        if seq != expected:
            raise Found(expected, "This entry is missing.")
        if seq in self._roots:
            root = self._roots[seq]
            self._key = None if root is None else chain.first_key(root)
        if self._key is None:
            raise Found(seq, "The key of this entry is missing or was changed.")
        entry = Written(*row[:7])
        made = hashing.digest_after(self._digest, hashing.leaf(entry))
        if made != digest:
            raise Found(seq, "This entry, or its place in the record, was changed.")
        if hashing.mac_of(self._key, made) != mac:
            raise Found(seq, "This entry was written without the record's key.")
        self._key = hashing.next_key(self._key)
        self._digest, self._mac, self._at, self.seq = made, mac, entry.at, seq
        wanted = self._wanted
        if wanted is not None and wanted.seq == seq and (wanted.digest, wanted.mac) != (made.hex(), mac.hex()):
            raise Found(seq, "The record up to here is not the one that the head was made of.")


def _start(connection: Connection, audit_key: bytes | bytearray) -> Start:
    end = chain.found_end(connection)
    last = end.seq if end else 0
    row = connection.execute("SELECT min(seq) FROM audit WHERE seq < 1 OR seq > ?", (last,)).fetchone()
    return Start(chain.workspace_id(connection), chain.epochs(connection, audit_key), end, row[0] if row else None)


def _rows(connection: Connection, *, first: int, last: int) -> list[Row]:
    return connection.execute(f"{_SELECT} WHERE seq BETWEEN ? AND ? ORDER BY seq", (first, last)).fetchall()
