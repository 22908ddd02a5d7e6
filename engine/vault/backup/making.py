"""Making one backup: copied while work goes on, verified from the place where it will stand, and only then named."""

from __future__ import annotations

import hashlib
import logging
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from engine import __version__
from engine.cancellation import CancelToken
from engine.clock import utc_now
from engine.errors import UserError
from engine.files import PARTIAL, not_enough_space, replacing
from engine.paths import Paths, private_folder
from engine.types import BackupInfo, BackupProgress, BackupStage
from engine.vault import failures as vault_failures
from engine.vault.at_rest import FileAtRest
from engine.vault.backup import archive, failures, verifying
from engine.vault.backup.archive import Public, Sealed
from engine.vault.backup.contents import Contents, contents
from engine.vault.backup.failures import BackupUnsound
from engine.vault.backup.scratch import scratch
from engine.vault.backup.verifying import Report
from engine.vault.database import Database
from engine.vault.session_keys import SessionKeys

_LEFT_AFTER_S = 24 * 3600.0
_logger = logging.getLogger(__name__)
_TAR_ROOM = 8 << 20  # bytes of a backup beside the database, at most


@dataclass(frozen=True)
class Maker:
    """Makes backups of one open workspace, one at a time."""

    database: Database
    paths: Paths
    keys: SessionKeys

    def make(self, folder: Path, report: Report, token: CancelToken) -> BackupInfo:
        """Make a backup in folder. Raises BackupUnsound, NotEnoughSpace, UserError where the folder cannot be used,
        Cancelled; then nothing was left there, and nothing that was there has changed.
        """
        file = _free_name(folder)
        held: list[SessionKeys] = []

        def verify(written: Path) -> None:
            with archive.opened(written) as backup, scratch(self.paths.data) as work:
                verifying.check(backup, work, held[0], report, token)

        try:
            _prepare(folder, self.paths.backup_dir)
            _remove_left(folder)
            with replacing(file, verify) as target:
                self._write(archive.Writer(target), folder, held, report, token)
        except BackupUnsound as error:
            if self.database.closed:
                raise vault_failures.closed() from error
            raise failures.workspace_damaged(error.details) from error
        except OSError as error:
            raise failures.folder_missing(error.strerror or type(error).__name__) from error
        finally:
            for keys in held:
                keys.wipe()
        return verifying.look(file, [self.keys])

    def _write(
        self, writer: archive.Writer, folder: Path, held: list[SessionKeys], report: Report, token: CancelToken
    ) -> None:
        """Puts the keys that open what is written into held: a re-keying may come before it is verified."""
        with self.database.at_rest(contents) as source:
            _check_room(folder, self.paths.data, source.size)
            held.append(self.keys.copy())
            key_file = self.paths.keys_file.read_bytes()
            writer.key_file(key_file)
            hashed = _Hashed(source, report, token)
            writer.database(hashed, source.size)
            found: Contents = source.seen
        public = Public(found.workspace, found.schema, __version__, utc_now(), source.size)
        sealed = Sealed(found.head, found.rows, hashlib.sha256(key_file).hexdigest(), hashed.sha256.hexdigest())
        writer.end(archive.sealed_info(public, sealed, held[0].backup))


class _Hashed:
    """A file that is hashed as it is read."""

    def __init__(self, source: FileAtRest, report: Report, token: CancelToken) -> None:
        self.sha256 = hashlib.sha256()
        self._source = source
        self._token = token
        source.on_read = lambda done: report(BackupProgress(BackupStage.COPYING, done, source.size))

    def read(self, size: int = -1, /) -> bytes:
        self._token.check()
        content = self._source.read(size)
        self.sha256.update(content)
        return content


def rotate(folder: Path, workspace: str, keep: int, newest: Path) -> list[Path]:
    """Remove all but the keep newest backups of this workspace; to be called when newest was verified. Returns them.

    Backups of other workspaces, files that are none, and what cannot be read or removed stay.
    """
    own = [file for file in files(folder) if _workspace_of(file) == workspace and file != newest]
    gone = []
    for file in own[max(keep - 1, 0) :]:
        try:
            file.unlink()
        except OSError as error:
            _logger.warning("old_backup_not_removed", extra={"fields": {"error": type(error).__name__}})
        else:
            gone.append(file)
    return gone


def files(folder: Path) -> Sequence[Path]:
    """The backups of a folder by their names, newest first; none where it cannot be read."""
    try:
        return sorted(folder.glob(f"*{archive.SUFFIX}"), key=lambda file: file.name, reverse=True)
    except OSError:
        return []


def _free_name(folder: Path) -> Path:
    """Of the time, so that names sort by it, also where there is one of the same second already."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    name, number = f"chartside-{stamp}", 1
    while (file := folder / f"{name}{archive.SUFFIX}").exists():
        number += 1
        name = f"chartside-{stamp}_{number}"
    return file


def _prepare(folder: Path, own: Path) -> None:
    """Raises UserError where the folder is not there: made below a drive that is not connected, it would be on another
    disk."""
    if folder == own or folder.parent.is_dir():
        private_folder(folder)
    else:
        raise failures.folder_missing("the folder is not there")


def _remove_left(folder: Path) -> None:
    """What killed backups left. Another computer may be writing its own into the same folder: only old ones."""
    for part in folder.glob(f".*{archive.SUFFIX}.*{PARTIAL}"):
        if time.time() - part.stat().st_mtime > _LEFT_AFTER_S:
            part.unlink(missing_ok=True)


def _workspace_of(file: Path) -> str:
    try:
        with archive.opened(file) as backup:
            return backup.public.workspace
    except (UserError, OSError):
        return ""


def _check_room(folder: Path, data: Path, size: int) -> None:
    usage: Callable[[Path], int] = lambda where: shutil.disk_usage(where).free  # noqa: E731
    same = folder.stat().st_dev == data.stat().st_dev
    if usage(folder) < size * (2 if same else 1) + _TAR_ROOM or usage(data) < size + _TAR_ROOM:
        raise not_enough_space()
