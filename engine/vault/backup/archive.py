"""The form of a backup: an uncompressed tar of three members, in this order.

workspace.keys  the key file, as it was when the backup was made
workspace.db    the database, encrypted with its own key
backup.json     what anybody may read of the backup, and a sealed part (AES-256-GCM under the backup key) with the end
                of the audit record, the rows of each table, and the SHA-256 of both files

backup.json comes last: a file that was cut off has none.
"""

from __future__ import annotations

import io
import secrets
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO, Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Meta, Struct, structs

from engine.errors import UserError
from engine.files import Readable
from engine.types import AuditHead

SUFFIX = ".chartside-backup"
VERSION = 1
_KEYS, _DATABASE, _INFO = "workspace.keys", "workspace.db", "backup.json"
_NONCE_BYTES = 12
_MOST_SMALL = 4 << 20  # bytes of a member that is not the database

Hash = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]


class Public(Struct, frozen=True):
    """What anybody may read of a backup. size: bytes of the database. workspace: an id that means nothing else."""

    workspace: str
    schema: int
    program: str
    made_at: str
    size: Annotated[int, Meta(ge=0)]
    format: Literal["chartside-backup"] = "chartside-backup"
    version: int = VERSION


class Sealed(Struct, frozen=True):
    """What only the workspace's key opens. rows: how many, by table."""

    head: AuditHead
    rows: dict[str, int]
    keys_sha256: Hash
    database_sha256: Hash


class Info(Struct, frozen=True):
    """backup.json."""

    public: Public
    nonce: Annotated[bytes, Meta(min_length=_NONCE_BYTES, max_length=_NONCE_BYTES)]
    sealed: bytes


class NotABackup(UserError):
    """A file is no backup, is not whole, or is of a later version."""


class Archive:
    """A backup file that is open for reading."""

    def __init__(self, file: BinaryIO, members: list[tarfile.TarInfo], info: Info) -> None:
        """Use opened()."""
        self._file = file
        self._keys, self._database, _info = members
        self.info = info

    @property
    def public(self) -> Public:
        return self.info.public

    def key_file(self) -> bytes:
        self._file.seek(self._keys.offset_data)
        return self._file.read(self._keys.size)

    def database(self) -> Iterator[bytes]:
        """The database, piece by piece."""
        self._file.seek(self._database.offset_data)
        left = self._database.size
        while left:
            piece = self._file.read(min(left, 1 << 20))
            if not piece:
                raise cut_off()
            left -= len(piece)
            yield piece

    def unseal(self, backup_key: bytes | bytearray) -> Sealed | None:
        """None where the key is another one, or backup.json was changed."""
        try:
            content = AESGCM(bytes(backup_key)).decrypt(self.info.nonce, self.info.sealed, _header(self.public))
        except InvalidTag:
            return None
        return msgspec.json.decode(content, type=Sealed)


def sealed_info(public: Public, sealed: Sealed, backup_key: bytes | bytearray) -> Info:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return Info(public, nonce, AESGCM(bytes(backup_key)).encrypt(nonce, msgspec.json.encode(sealed), _header(public)))


class Writer:
    """Writes the members one after the other."""

    def __init__(self, target: BinaryIO) -> None:
        # GNU's form has no limit of 8 GiB for a member.
        self._tar = tarfile.open(fileobj=target, mode="w", format=tarfile.GNU_FORMAT)  # noqa: SIM115 - closed in end()

    def key_file(self, content: bytes) -> None:
        self._add(_KEYS, io.BytesIO(content), len(content))

    def database(self, source: Readable, size: int) -> None:
        self._add(_DATABASE, source, size)

    def end(self, info: Info) -> None:
        content = msgspec.json.format(msgspec.json.encode(info), indent=1)
        self._add(_INFO, io.BytesIO(content), len(content))
        self._tar.close()

    def _add(self, name: str, source: Readable, size: int) -> None:
        member = tarfile.TarInfo(name)
        member.size = size
        member.mode = 0o600
        self._tar.addfile(member, source)


@contextmanager
def opened(file: Path) -> Iterator[Archive]:
    """Open a backup and read what anybody may. Raises NotABackup, OSError."""
    with file.open("rb") as source:
        try:
            members = _members(source)
            source.seek(members[2].offset_data)
            info = msgspec.json.decode(source.read(members[2].size), type=Info)
        except (tarfile.TarError, msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise _none(file, str(error)) from error
        if info.public.version > VERSION:
            raise NotABackup(
                "This backup was made by a newer version of Chartside.",
                "Install the newest version of Chartside and restore it with that one.",
            )
        yield Archive(source, members, info)


def _members(source: BinaryIO) -> list[tarfile.TarInfo]:
    """Raises TarError."""
    members: list[tarfile.TarInfo] = []
    with tarfile.open(fileobj=source, mode="r:") as tar:
        for member in tar:
            members.append(member)
            small = member.name != _DATABASE
            if len(members) > 3 or not member.isreg() or (small and member.size > _MOST_SMALL):
                raise tarfile.TarError("not the members of a backup")
    if [member.name for member in members] != [_KEYS, _DATABASE, _INFO]:
        raise tarfile.TarError("not the members of a backup")
    return members


def cut_off() -> NotABackup:
    return NotABackup("This backup is not whole: it was cut off.", "Use another backup.")


def _none(file: Path, details: str) -> NotABackup:
    return NotABackup(f"{file.name} is not a backup of Chartside, or is not whole.", "Choose another file.", details)


def _header(public: Public) -> bytes:
    return msgspec.json.encode(structs.asdict(public), order="deterministic")
