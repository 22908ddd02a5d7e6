"""Copies of a closed workspace from before an update, and putting one back after a return to the older version.

A copy is named workspace.version-0.1.0.TIME.db, as that version left it; those that migrations keep are named
workspace.schema-2.TIME.db. Both are encrypted with the workspace's own key, so putting one back needs no passphrase.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from engine.errors import UserError
from engine.files import copy_durably, disk_full_told, sync_folder
from engine.paths import Paths
from engine.types import EarlierCopy
from engine.vault.upgrade import copy_into
from engine.vault.workspace_lock import WorkspaceLock
from engine.versions import order

_NAME = re.compile(r"\.(?:version-(?P<version>\d+\.\d+\.\d+)|schema-(?P<schema>\d+))\.(?P<time>\d{8}T\d{12})\.db$")
# The one before this update and the one before the last: a workspace can be large.
_KEPT = 2


def label(version: str) -> str:
    """How a copy from before an update names the version that made it."""
    return f"version-{version}"


def take_closed(paths: Paths, version: str) -> Path | None:
    """Copy the workspace of these paths, which must not be open; None where there is none yet.

    Raises VaultBusy, NotEnoughSpace.
    """
    if not paths.vault_file.exists():
        return None
    lock = WorkspaceLock.take(paths.vault_file)
    try:
        with paths.vault_file.open("rb") as source:
            size = os.fstat(source.fileno()).st_size
            copy = copy_into(paths.backup_dir, paths.vault_file, label(version), source, size)
        log = _log_of(paths.vault_file)
        if log.exists() and log.stat().st_size:
            # The program was killed: what it committed last stands in here.
            with log.open("rb") as source:
                copy_durably(source, _log_of(copy))
    finally:
        lock.release()
    prune(paths)
    return copy


def prune(paths: Paths) -> None:
    """Remove all but the newest copies from before updates; those of migrations stay."""
    made = sorted(_files(paths, "version"), key=lambda each: each[1]["time"])
    for file, _match in made[:-_KEPT]:
        _log_of(file).unlink(missing_ok=True)
        file.unlink()


def readable(paths: Paths, version: str, schema: int) -> list[EarlierCopy]:
    """The copies that this version can open, newest first."""
    found = [
        EarlierCopy(file.name, _iso(match["time"]))
        for kind in ("version", "schema")
        for file, match in _files(paths, kind)
        if (order(match["version"]) <= order(version) if kind == "version" else int(match["schema"]) <= schema)
    ]
    return sorted(found, key=lambda copy: copy.made, reverse=True)


def all_copies(paths: Paths) -> list[Path]:
    """Every copy, of migrations and from before updates, whatever can open it."""
    return [file for kind in ("version", "schema") for file, _match in _files(paths, kind)]


def put_back(paths: Paths, copy: EarlierCopy) -> Path:
    """Make a copy the workspace again; returns where the database that was there is kept beside it.

    Raises UserError where the copy is gone, VaultBusy, NotEnoughSpace; the database is then as it was.
    """
    source = paths.backup_dir / copy.name
    if not _NAME.search(copy.name) or not source.is_file():
        raise UserError("This copy of the workspace is no longer there.", "Choose another one, or restore a backup.")
    lock = WorkspaceLock.take(paths.vault_file)
    try:
        return _exchange(paths.vault_file, source)
    finally:
        lock.release()


def _exchange(database: Path, source: Path) -> Path:
    aside, log = _free_name(database), _log_of(database)
    fresh, fresh_log = database.with_name(f"{database.name}.back"), database.with_name(f"{database.name}.back-wal")
    with disk_full_told():
        try:
            for each, target in ((source, fresh), (_log_of(source), fresh_log)):
                if each.exists():
                    with each.open("rb") as opened:
                        copy_durably(opened, target)
            if database.exists():
                # A second name for the same file: there is a database under its own name at every moment.
                with _without_second_names(database, aside):
                    os.link(database, aside)
            # Before the exchange: a log is taken into whichever database it lies beside.
            if log.exists():
                log.replace(_log_of(aside))
            fresh.replace(database)
            if fresh_log.exists():
                fresh_log.replace(log)
        finally:
            fresh.unlink(missing_ok=True)
            fresh_log.unlink(missing_ok=True)
        sync_folder(database.parent)
    return aside


@contextlib.contextmanager
def _without_second_names(database: Path, aside: Path) -> Iterator[None]:
    """Some file systems of sticks and network drives know no hard links: there the file is moved."""
    try:
        yield
    except OSError:
        database.replace(aside)


def _free_name(database: Path) -> Path:
    number = 1
    while (aside := database.with_name(f"{database.stem}.newer-{number}{database.suffix}")).exists():
        number += 1
    return aside


def _files(paths: Paths, kind: str) -> Iterator[tuple[Path, re.Match[str]]]:
    if not paths.backup_dir.is_dir():
        return
    for file in paths.backup_dir.glob(f"{paths.vault_file.stem}.*{paths.vault_file.suffix}"):
        match = _NAME.search(file.name)
        if match is not None and match[kind] is not None:
            yield file, match


def _log_of(database: Path) -> Path:
    return database.with_name(database.name + "-wal")


def _iso(stamp: str) -> str:
    return datetime.strptime(stamp, "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC).isoformat(timespec="seconds")
