"""What a disk can hold after the power failed, from a record of what was written to it (disk.c).

The model is that of a journalling file system without ordered data (POSIX promises no more): what was written to a
file is there for certain only once the file was synced; before that each write may be there or not, whatever the
order, and torn between two sectors. Names (create, rename, link, unlink) come in order, and for certain once the folder
or any file was synced after them.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
_HEAD = struct.Struct("<BIQQ")


@dataclass(frozen=True)
class Call:
    """One write point; see disk.c for the kinds."""

    kind: str
    path: str
    offset: int
    data: bytes


def read_record(file: Path) -> list[Call]:
    content, at, calls = file.read_bytes(), 0, []
    while at < len(content):
        # Packed without gaps, as disk.c writes it.
        kind, size, offset, length = _HEAD.unpack_from(content, at)
        at += _HEAD.size
        path = content[at : at + size].decode()
        at += size
        calls.append(Call(chr(kind), path, offset, content[at : at + length]))
        at += length
    return calls


@dataclass
class _File:
    """durable: what is on the disk for certain. pending: writes and truncations since the last sync, in order."""

    durable: bytearray = field(default_factory=bytearray)
    pending: list[Call] = field(default_factory=list)

    def sync(self) -> None:
        for call in self.pending:
            _apply(self.durable, call)
        self.pending.clear()

    def after_a_crash(self, chance: random.Random, keep: float) -> bytes:
        content = bytearray(self.durable)
        for call in self.pending:
            if chance.random() < keep:
                _apply(content, _torn(call, chance) if chance.random() < 0.3 else call)
        return bytes(content)


class Power:
    """Follows a record call by call; state() is what a power cut now could leave."""

    def __init__(self, start: Path, root: Path) -> None:
        """start: a copy of the folder root as it was when the record began, all of it synced."""
        files = [file for file in sorted(start.rglob("*")) if file.is_file()]
        self._names = {str(root / file.relative_to(start)): _File(bytearray(file.read_bytes())) for file in files}
        self._durable = dict(self._names)
        self._pending: list[tuple[Call, _File]] = []
        self.acknowledged = 0

    def follow(self, call: Call) -> None:
        if call.kind == "A":
            self.acknowledged = call.offset
        elif call.kind == "S":
            self._names_synced()
            if call.path in self._names:  # not a folder
                self._names[call.path].sync()
        elif call.kind in "WT":
            self._names.setdefault(call.path, _File()).pending.append(call)
        else:
            created = _File()
            _change_names(self._names, call, created)
            self._pending.append((call, created))

    def state(self, chance: random.Random, keep: float) -> dict[str, bytes]:
        """Content by path. keep: how likely a write that was not synced is there."""
        names = dict(self._durable)
        for call, created in self._pending[: chance.randint(0, len(self._pending))]:
            _change_names(names, call, created)
        return {path: file.after_a_crash(chance, keep) for path, file in names.items()}

    def _names_synced(self) -> None:
        self._durable = dict(self._names)
        self._pending.clear()


def crashes(
    calls: Sequence[Call], start: Path, root: Path, seed: int, each: int
) -> Iterator[tuple[int, int, dict[str, bytes]]]:
    """States after a power cut behind every call of the record, so many of each.

    start: see Power. Yields how many calls were made, what had been acknowledged, and the files.
    """
    chance, power = random.Random(seed), Power(start, root)
    for number, call in enumerate(calls, start=1):
        power.follow(call)
        if call.kind == "A":
            continue
        for turn in range(each):
            # Nothing, everything, and any part of what was not synced.
            keep = (0.0, 1.0)[turn] if turn < 2 else chance.random()
            yield number, power.acknowledged, power.state(chance, keep)


def lay_out(files: dict[str, bytes], old_root: Path, root: Path) -> None:
    """Write a state into an empty folder root, as old_root was."""
    for path, content in files.items():
        target = root / Path(path).relative_to(old_root)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _apply(content: bytearray, call: Call) -> None:
    if call.kind == "T":
        if call.offset < len(content):
            del content[call.offset :]
        else:
            content.extend(bytes(call.offset - len(content)))
        return
    if call.offset > len(content):
        content.extend(bytes(call.offset - len(content)))
    content[call.offset : call.offset + len(call.data)] = call.data


def _torn(call: Call, chance: random.Random) -> Call:
    """The beginning of a write, up to a border between two sectors of the disk."""
    first = -call.offset % SECTOR
    borders = list(range(first, len(call.data), SECTOR))
    return Call(call.kind, call.path, call.offset, call.data[: chance.choice(borders) if borders else 0])


def _change_names(names: dict[str, _File], call: Call, created: _File) -> None:
    other = call.data.decode()
    if call.kind == "C":
        names[call.path] = created
    elif call.kind == "R" and call.path in names:
        names[other] = names.pop(call.path)
    elif call.kind == "L" and call.path in names:
        names[other] = names[call.path]
    elif call.kind == "U":
        names.pop(call.path, None)
