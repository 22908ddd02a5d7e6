"""The record as a service: read, verified, exported."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from engine import __version__
from engine.cancellation import CancelToken
from engine.clock import utc_now
from engine.exports import Exports, Protection
from engine.people.permissions import Gate
from engine.types import AuditEntry, AuditFilter, AuditHead, AuditVerdict, Permission
from engine.vault import earlier_keys
from engine.vault.audit import chain, reading, record_file, signing, verifying
from engine.vault.audit.hashing import Written
from engine.vault.audit.record_file import Line, Preface
from engine.vault.audit.signing import SignedHead
from engine.vault.audit.verifying import Report
from engine.vault.backup import archive
from engine.vault.connection import Connection
from engine.vault.database import Database
from engine.vault.session_keys import SessionKeys

_ALL = AuditFilter()
_BATCH = 2000
EXPORTED_AS = "chartside-audit.jsonl"


class Audit:
    """The record of an open workspace. Thread-safe. All but head() need the permission to read it."""

    def __init__(self, database: Database, keys: SessionKeys, exports: Exports, gate: Gate) -> None:
        self._database = database
        self._keys = keys
        self._exports = exports
        self._gate = gate

    def entries(
        self, wanted: AuditFilter = _ALL, *, before_seq: int | None = None, limit: int = 200
    ) -> list[AuditEntry]:
        """The newest entries first; before_seq goes on behind the last one of an earlier call."""
        self._gate.require(Permission.READ_AUDIT)
        return self._database.read(lambda connection: reading.entries(connection, wanted, before_seq, limit))

    def head(self) -> AuditHead:
        """How far the record goes now."""
        return self._database.read(head_of)

    def verify(
        self, report: Report | None = None, token: CancelToken | None = None, *, head: Path | None = None
    ) -> AuditVerdict:
        """Go through the whole record; the first entry that is not as it was written is named.

        head: a file that save_head() or export() wrote earlier, or a backup: the record must still hold what it held
        then. Raises UserError where that file is none, NotAllowed, Cancelled.
        """
        self._gate.require(Permission.READ_AUDIT)
        known: AuditHead | None = None
        if head is not None and (known := self._head_in(head)) is None:
            return AuditVerdict(0, None, None, "The head was not signed by this workspace.")
        return verifying.verify(self._database, self._keys.audit, head=known, report=report, token=token)

    def save_head(self, file: Path) -> AuditHead:
        """Write the signed head to a small file, to be kept elsewhere; it says nothing but how far the record went."""
        self._gate.require(Permission.READ_AUDIT)
        signed = self._database.read(self._signed)
        self._exports.write_public(file, signing.encode(signed))
        return signed.head

    def export(
        self,
        file: Path,
        wanted: AuditFilter = _ALL,
        protection: Protection = Protection(),  # noqa: B008 - immutable
        report: Report | None = None,
        token: CancelToken | None = None,
    ) -> AuditHead:
        """Write the record with a signed head; what the filter leaves out stands there by its hash alone.

        The export itself is recorded behind that head. Raises NotAllowed, Cancelled, and what Exports.write raises.
        """
        self._gate.require(Permission.READ_AUDIT)
        self._exports.check(protection)
        head, people = self._database.read(lambda connection: (head_of(connection), reading.people(connection, wanted)))
        preface = Preface(head.workspace, utc_now(), __version__, wanted, people)

        def sign(content: str) -> SignedHead:
            return signing.sign(self._database.read(self._epochs), head, content)

        pieces = record_file.encoded(preface, self._lines(wanted, head.seq, report, token), sign)
        self._exports.write(file, pieces, protection, name=EXPORTED_AS, subject="audit")
        return head

    def _lines(
        self, wanted: AuditFilter, last: int, report: Report | None, token: CancelToken | None
    ) -> Iterator[Line]:
        for first in range(1, last + 1, _BATCH):
            if token is not None:
                token.check()
            upto = min(first + _BATCH - 1, last)
            yield from self._database.read(partial(_exported, wanted=wanted, first=first, last=upto))
            if report is not None:
                report(upto, last)

    def _signed(self, connection: Connection) -> SignedHead:
        return signing.sign(self._epochs(connection), head_of(connection))

    def _epochs(self, connection: Connection) -> list[chain.Epoch]:
        return chain.epochs(connection, self._keys.audit)

    def _head_in(self, file: Path) -> AuditHead | None:
        """The head that a file holds; None where it is not this workspace's."""
        if file.suffix == archive.SUFFIX:
            keys = [self._keys.copy(), *map(_session_keys, self._database.read(earlier_keys.all_of))]
            with archive.opened(file) as backup:
                return next((found.head for each in keys if (found := backup.unseal(each.backup))), None)
        signed = signing.read_head(file)
        own = signing.public_keys(self._database.read(self._epochs))
        return signed.head if signed.keys[-1].public in own else None


def _session_keys(data: bytes) -> SessionKeys:
    return SessionKeys(bytearray(data))


def head_of(connection: Connection) -> AuditHead:
    """How far the record of a database goes."""
    end = chain.end(connection)
    row = connection.execute("SELECT at, mac FROM audit WHERE seq = ?", (end.seq,)).fetchone()
    at, mac = row or ("", b"")
    return AuditHead(chain.workspace_id(connection), end.seq, at, end.digest.hex(), mac.hex())


def _exported(connection: Connection, *, wanted: AuditFilter, first: int, last: int) -> list[Line]:
    condition, values = reading.conditions(wanted)
    sql = (
        "SELECT seq, at, user_id, kind, subject, details, salt, digest,"  # noqa: S608 - no value in it
        f" ({condition}) FROM audit WHERE seq BETWEEN ? AND ? ORDER BY seq"
    )
    rows = connection.execute(sql, [*values, first, last])
    return [record_file.line_of(Written(*row[:7]), row[7], shown=bool(row[8])) for row in rows]
