"""Getting the bundle out of a verified payload: hashed while it is copied, unpacked under strict rules.

What is unpacked was signed, so these rules are the second line: a mistake of the maker, or a stolen key, can put
nothing outside the new version's folder and leave nothing there that has more rights than its reader.
"""

from __future__ import annotations

import hashlib
import lzma
import os
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from engine.cancellation import CancelToken
from engine.updates import refusals

_CHUNK = 1 << 20
_MAX_NAME, _MAX_PATH = 255, 1000

Report = Callable[[int, int], None]


def copy_verified(
    source: BinaryIO, target: Path, *, size: int, sha256: str, report: Report, token: CancelToken
) -> None:
    """Copy the next size bytes of source to target, which nobody else can change. Raises UpdateRefused, OSError.

    What is unpacked afterwards is this copy: the file that was opened may lie on a stick, or be changed meanwhile.
    """
    digest = hashlib.sha256()
    done = 0
    with target.open("xb") as file:
        while done < size:
            token.check()
            chunk = source.read(min(_CHUNK, size - done))
            if not chunk:
                raise refusals.cut_off()
            digest.update(chunk)
            file.write(chunk)
            done += len(chunk)
            report(done, size)
    if digest.hexdigest() != sha256:
        raise refusals.damaged(f"sha256 {digest.hexdigest()}, signed was {sha256}")


@dataclass
class Unpacker:
    """Unpacks one payload into a folder that must not exist yet. unpacked, entries: the signed sums, never exceeded."""

    folder: Path
    unpacked: int
    entries: int
    report: Report
    token: CancelToken
    _done: int = 0
    _count: int = 0
    _seen: set[str] = field(default_factory=set)
    _links: list[tuple[Path, str]] = field(default_factory=list)

    def run(self, payload: Path) -> None:
        """Raises UpdateRefused, Cancelled, OSError; then the folder is incomplete and its owner removes it."""
        self.folder.mkdir(mode=0o755)
        self.folder.chmod(0o755)
        try:
            for member, content in _members(payload):
                self._take(member, content)
        except (tarfile.TarError, lzma.LZMAError, EOFError) as error:
            raise refusals.unusable(f"{type(error).__name__}: {error}") from error
        # Links come last: nothing is ever written through one.
        for place, goal in self._links:
            place.symlink_to(goal)
        if (self._done, self._count) != (self.unpacked, self.entries):
            raise refusals.unusable(
                f"{self._count} entries of {self._done} bytes, signed were {self.entries} of {self.unpacked}"
            )

    def _take(self, member: tarfile.TarInfo, content: BinaryIO | None) -> None:
        self.token.check()
        parts = _safe_parts(member.name)
        self._admit(parts, member)
        place = self.folder.joinpath(*parts)
        place.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        if member.isdir():
            place.mkdir(mode=0o755, exist_ok=True)
        elif member.issym():
            self._links.append((place, _safe_goal(parts, member.linkname)))
        elif content is not None and member.type in (tarfile.REGTYPE, tarfile.AREGTYPE):
            self._write(place, content, executable=bool(member.mode & 0o100))
        else:
            raise refusals.unusable(f"{member.name!r} is neither a file, a folder nor a symbolic link")

    def _admit(self, parts: tuple[str, ...], member: tarfile.TarInfo) -> None:
        """Refuse what is signed differently, and two entries that are one on a disk that ignores case."""
        name = "/".join(parts).casefold()
        if name in self._seen:
            raise refusals.unusable(f"{member.name!r} is there twice")
        self._seen.add(name)
        self._count += 1
        self._done += member.size if member.isreg() else 0
        if self._done > self.unpacked or self._count > self.entries:
            raise refusals.unusable(f"more than the {self.entries} entries of {self.unpacked} bytes that were signed")

    def _write(self, place: Path, content: BinaryIO, *, executable: bool) -> None:
        with place.open("xb") as file:
            while chunk := content.read(_CHUNK):
                self.token.check()
                file.write(chunk)
        # Readable by everybody, as programs are; nothing of setuid and its like comes along.
        place.chmod(0o755 if executable else 0o644)
        self.report(self._done, self.unpacked)


def _members(payload: Path) -> Iterator[tuple[tarfile.TarInfo, BinaryIO | None]]:
    with lzma.open(payload) as plain, tarfile.open(fileobj=plain, mode="r|", encoding="utf-8") as tar:
        for member in tar:
            yield member, tar.extractfile(member) if member.isreg() else None  # type: ignore[misc]


def _safe_parts(name: str) -> tuple[str, ...]:
    """The parts of a relative path without tricks. Raises UpdateRefused."""
    parts = tuple(name.split("/"))
    if len(name) > _MAX_PATH or not all(_safe_part(part) for part in parts):
        raise refusals.unusable(f"the name {name[:200]!r} is not allowed")
    return parts


def _safe_part(part: str) -> bool:
    return (
        part not in ("", ".", "..")
        and len(os.fsencode(part)) <= _MAX_NAME
        and part.isprintable()
        and not set(part) & set('\\:"<>|?*')
    )


def _safe_goal(parts: tuple[str, ...], goal: str) -> str:
    """Where a link may point: some folders up, then down again, never out of the bundle. Raises UpdateRefused.

    ".." after a name is refused: behind another link it would mean another folder than it says.
    """
    path = PurePosixPath(goal)
    ups = 0
    while ups < len(path.parts) and path.parts[ups] == "..":
        ups += 1
    down = path.parts[ups:]
    if path.is_absolute() or not down or ups >= len(parts) or not all(_safe_part(part) for part in down):
        raise refusals.unusable(f"the link {'/'.join(parts)!r} leads to {goal[:200]!r}")
    return "/".join(path.parts)
