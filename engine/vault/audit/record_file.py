"""An exported record: one JSON line of preface, one per entry, and the signed head; verified without the workspace.

An entry that the filter left out stands there by its hash alone, so that the chain holds over it and shows nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Raw, Struct

from engine.errors import UserError
from engine.types import AuditFilter, AuditVerdict
from engine.vault.audit import hashing, signing
from engine.vault.audit.hashing import Written
from engine.vault.audit.signing import NotSigned, SignedHead
from engine.vault.audit.verifying import Found

_NOTICE = (
    "Who did what in one Chartside workspace. Check this file with: chartside audit verify FILE. Entries that were not "
    "asked for stand here by their hash alone."
)
_LONGEST_LINE = 1 << 20


class Preface(Struct, frozen=True):
    """people: names by id, of the entries that are here."""

    workspace: str
    made_at: str
    program: str
    filter: AuditFilter
    people: dict[str, str]
    notice: str = _NOTICE
    format: Literal["chartside-audit"] = "chartside-audit"
    version: int = 1


class Line(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """An entry, or with leaf one that was left out. Hashes in hexadecimal; details as they are hashed."""

    seq: int
    digest: str
    leaf: str = ""
    at: str = ""
    user: str = ""
    kind: str = ""
    subject: str = ""
    details: Raw = Raw(b"{}")
    salt: bytes = b""


def line_of(entry: Written, digest: bytes, *, shown: bool) -> Line:
    if not shown:
        return Line(entry.seq, digest.hex(), leaf=hashing.leaf(entry).hex())
    return Line(
        seq=entry.seq,
        digest=digest.hex(),
        at=entry.at,
        user=entry.user_id,
        kind=entry.kind,
        subject=entry.subject,
        details=Raw(entry.details.encode()),
        salt=entry.salt,
    )


def encoded(preface: Preface, lines: Iterable[Line], sign: signing.Signer) -> Iterator[bytes]:
    """The bytes of the file, piece by piece."""
    sha256 = hashlib.sha256()
    pieces = (msgspec.json.encode(each) + b"\n" for part in ([preface], lines) for each in part)
    for piece in pieces:
        sha256.update(piece)
        yield piece
    yield signing.encode(sign(sha256.hexdigest()))


def verify(file: Path, head: SignedHead | None = None) -> AuditVerdict:
    """Whether an exported record is as it was written, by itself.

    head: an end that was taken out of the same workspace earlier; the record must hold it, and be signed by a key that
    the head's own key vouches for. Raises UserError for a file that is no such record.
    """
    try:
        with file.open("rb") as opened:
            return _verified(_lines(opened), head)
    except OSError as error:
        raise UserError(f"The file {file.name} could not be read.", "Check its name and rights.") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UserError(
            f"{file.name} is no exported record.", "Give a file that “audit export” wrote, unpacked where it was a ZIP."
        ) from error


def _verified(lines: Iterator[bytes], head: SignedHead | None) -> AuditVerdict:
    first = next(lines, b"")
    preface = msgspec.json.decode(first, type=Preface)
    reading = _Reading(preface.workspace, hashlib.sha256(first), head)
    try:
        for line in lines:
            reading.take(line)
        signed = reading.ends()
    except Found as found:
        return AuditVerdict(reading.seq, None, found.seq, found.problem)
    except NotSigned as error:
        return AuditVerdict(reading.seq, None, None, str(error))
    return AuditVerdict(reading.seq, signed.head, signed_by=signing.fingerprint(signed))


class _Reading:
    """Goes over the lines of a file. seq: the last entry that was found right."""

    def __init__(self, workspace: str, sha256: hashlib._Hash, wanted: SignedHead | None) -> None:
        self._workspace = workspace
        self._sha256 = sha256
        self._wanted = wanted
        self._digest = hashing.first_digest(workspace)
        self._signed: SignedHead | None = None
        self.seq = 0

    def take(self, line: bytes) -> None:
        """Raises Found."""
        if self._signed is not None:
            raise Found(self.seq + 1, "There is more behind the end of the record.")
        try:
            entry = msgspec.json.decode(line, type=Line)
        except msgspec.MsgspecError:
            self._signed = self._last(line)
            return
        self._sha256.update(line)
        self._step(entry)

    def ends(self) -> SignedHead:
        """Raises Found, NotSigned."""
        signed = self._signed
        if signed is None:
            raise Found(self.seq + 1, "The file was cut off here: the signed head is missing.")
        if signed.head.seq != self.seq:
            raise Found(min(signed.head.seq, self.seq) + 1, "Entries are missing here, or were added.")
        if signed.head.digest != self._digest.hex():
            raise Found(max(self.seq, 1), "The entries up to here are not those that were signed.")
        if self._wanted is not None and self._wanted.head.seq > self.seq:
            raise Found(
                self.seq + 1, "The head was made of a longer record: this one was cut off, or is older than the head."
            )
        try:
            signing.check_signature(signed)
        except NotSigned as error:
            raise NotSigned("The file was changed after it was signed, outside of its entries.") from error
        if signed.content != self._sha256.hexdigest() or signed.head.workspace != self._workspace:
            raise NotSigned("The file was changed after it was signed, outside of its entries.")
        if self._wanted is not None and self._wanted.keys[-1].public not in {key.public for key in signed.keys}:
            raise NotSigned("The file was signed by another workspace than the head.")
        return signed

    def _last(self, line: bytes) -> SignedHead:
        try:
            return signing.decode(line)
        except msgspec.MsgspecError as error:
            raise Found(self.seq + 1, "This entry cannot be read.") from error

    def _step(self, line: Line) -> None:
        expected = self.seq + 1
        if line.seq != expected:
            raise Found(expected, "This entry is missing.")
        digest = hashing.digest_after(self._digest, _leaf(line))
        if digest.hex() != line.digest:
            raise Found(expected, "This entry, or its place in the record, was changed.")
        wanted = self._wanted.head if self._wanted is not None else None
        if wanted is not None and wanted.seq == expected and wanted.digest != line.digest:
            raise Found(expected, "The record up to here is not the one that the head was made of.")
        self._digest, self.seq = digest, expected


def _leaf(line: Line) -> bytes:
    if line.leaf:
        try:
            return bytes.fromhex(line.leaf)
        except ValueError as error:
            raise Found(line.seq, "This entry cannot be read.") from error
    details = bytes(line.details).decode()
    return hashing.leaf(Written(line.seq, line.at, line.user, line.kind, line.subject, details, line.salt))


def _lines(opened: Iterable[bytes]) -> Iterator[bytes]:
    for line in opened:
        if len(line) > _LONGEST_LINE:
            raise msgspec.DecodeError("a line is too long")
        yield line
