"""Files that leave the workspace: encrypted with a passphrase, or plain with a reason; recorded either way."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from msgspec import Struct

from engine.errors import UserError
from engine.files import replacing, write_atomically
from engine.people.permissions import Gate
from engine.types import AuditKind, Permission
from engine.vault.audit.journal import Journal
from engine.vault.database import Database
from engine.vault.passphrase import check_passphrase

_SHORTEST_REASON = 5
_LONGEST_REASON = 500


class Protection(Struct, frozen=True):
    """How a file leaves: passphrase encrypts it; without one, reason says why it may be plain."""

    passphrase: str = ""
    reason: str = ""


class Exports:
    """Writes files for people. Thread-safe."""

    def __init__(self, database: Database, journal: Journal, gate: Gate) -> None:
        self._database = database
        self._journal = journal
        self._gate = gate

    def check(self, protection: Protection) -> None:
        """Raises NotAllowed, WeakPassphrase, UserError where a plain file lacks its reason: before any work is done."""
        self._gate.require(Permission.EXPORT)
        if protection.passphrase:
            check_passphrase(protection.passphrase)
        elif len(protection.reason.strip()) < _SHORTEST_REASON:
            raise UserError(
                "A file that is not encrypted needs a reason.",
                "Say in a few words what it is for, or choose a passphrase to encrypt it with.",
            )

    def write(
        self, file: Path, content: Iterable[bytes], protection: Protection, *, name: str, subject: str = ""
    ) -> None:
        """Write content to file, whole or not at all; it is there only if the record says so.

        With a passphrase the file is a ZIP archive with one member, encrypted with AES-256 (WinZip's AE-2, which
        7-Zip and others read). name: the member's, which stays readable: nothing of a patient. subject: what was
        exported, for the record. Raises what check() raises, NotEnoughSpace, and UserError where it cannot be written.
        """
        self.check(protection)
        try:
            with replacing(file, lambda _done: self._record(name, subject, protection)) as opened:
                if protection.passphrase:
                    _write_zip(opened, content, protection.passphrase, name)
                else:
                    for piece in content:
                        opened.write(piece)
        except OSError as error:
            raise _not_written(file, error) from error

    def write_public(self, file: Path, content: bytes) -> None:
        """Write a file that tells nothing of patients or people; not recorded. Raises as write() does."""
        try:
            write_atomically(file, content)
        except OSError as error:
            raise _not_written(file, error) from error

    def _record(self, name: str, subject: str, protection: Protection) -> None:
        details: dict[str, Any] = {"what": name, "encrypted": bool(protection.passphrase)}
        if protection.reason.strip():
            details["reason"] = protection.reason.strip()[:_LONGEST_REASON]
        self._database.transaction(
            lambda connection: self._journal.append(connection, AuditKind.EXPORT, subject, **details)
        )


def _not_written(file: Path, error: OSError) -> UserError:
    return UserError(f"The file {file.name} could not be written.", "Choose another folder.", error.strerror or "")


def _write_zip(target: BinaryIO, content: Iterable[bytes], passphrase: str, name: str) -> None:
    import pyzipper

    with pyzipper.AESZipFile(
        target, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES, allowZip64=True
    ) as archive:
        archive.setpassword(passphrase.encode())
        archive.setencryption(pyzipper.WZ_AES, nbits=256)
        with archive.open(name, "w", force_zip64=True) as member:
            for piece in content:
                member.write(piece)
