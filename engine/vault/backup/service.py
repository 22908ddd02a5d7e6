"""Backups as a service: made on demand and by themselves, listed, verified; how old the newest one is."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from engine.cancellation import CancelToken
from engine.errors import UserError
from engine.people.permissions import Gate
from engine.types import AuditKind, BackupInfo, BackupPolicy, BackupState, Permission
from engine.vault import earlier_keys
from engine.vault.audit import chain
from engine.vault.audit.journal import NOBODY, Journal
from engine.vault.backup import archive, making, verifying
from engine.vault.backup.making import Maker
from engine.vault.backup.scratch import scratch
from engine.vault.backup.verifying import Report
from engine.vault.connection import Connection
from engine.vault.session_keys import SessionKeys

LATE_AFTER = timedelta(hours=48)
FIRST_WITHIN = timedelta(hours=24)
_RETRY_AFTER = timedelta(hours=1)
_logger = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Backups:
    """The backups of one open workspace. Thread-safe; one is made at a time."""

    maker: Maker
    journal: Journal
    gate: Gate
    policy: Callable[[], BackupPolicy]
    on_change: Callable[[], None]
    now: Callable[[], datetime] = _now
    _making: threading.Lock = field(default_factory=threading.Lock)
    _failed: UserError | None = None
    _tried: datetime | None = None

    @property
    def folder(self) -> Path:
        """Where backups go: the folder that was decided on, else the one beside the workspace."""
        chosen = self.policy().folder
        return Path(chosen) if chosen else self.maker.paths.backup_dir

    def state(self) -> BackupState:
        """How the workspace stands; reads the folder."""
        last, failed = self._last(), self._failed
        return BackupState(
            folder=str(self.folder),
            last=last,
            late=self._late(last),
            running=self._making.locked(),
            problem=failed.message if failed else "",
            advice=failed.advice if failed else "",
        )

    def list(self, folder: str = "") -> list[BackupInfo]:
        """The backups of a folder, by default the one that they go to, newest first; problem says which are of no
        use. Their contents are not checked: verify() does that."""
        with self._all_keys() as keys:
            return [verifying.look(file, keys) for file in making.files(Path(folder) if folder else self.folder)]

    def make(
        self, report: Report = verifying.ignore, token: CancelToken | None = None, *, folder: Path | None = None
    ) -> BackupInfo:
        """Make and verify a backup now, then remove the oldest ones beyond the number to keep.

        folder: where to, instead of where they go by themselves.

        Raises NotAllowed, BackupUnsound where the workspace itself is damaged, NotEnoughSpace, UserError, Cancelled;
        the older backups are then all there.
        """
        self.gate.require(Permission.BACK_UP)
        return self._make(folder or self.folder, report, token or CancelToken(), by=None)

    def verify(self, file: Path, report: Report = verifying.ignore, token: CancelToken | None = None) -> BackupInfo:
        """Unpack a backup and check all of it. Raises NotAllowed, BackupUnsound, NotABackup, NotEnoughSpace,
        UserError, Cancelled."""
        self.gate.require(Permission.BACK_UP)
        try:
            with (
                self._all_keys() as keys,
                archive.opened(file) as backup,
                scratch(self.maker.paths.data) as folder,
            ):
                fitting = next((each for each in keys if backup.unseal(each.backup) is not None), keys[0])
                verifying.check(backup, folder, fitting, report, token or CancelToken())
                return verifying.look(file, keys)
        except OSError as error:
            raise UserError(
                "The backup could not be read.", "Check the drive and its connection.", error.strerror or ""
            ) from error

    def due(self) -> bool:
        """Whether one is to be made by itself now: at once after a re-keying, too; after a failure an hour later."""
        hours, now = self.policy().every_hours, self.now()
        if not hours or (self._failed is not None and self._tried is not None and now - self._tried < _RETRY_AFTER):
            return False
        made = (verifying.look(file, [self.maker.keys]) for file in making.files(self.folder))
        last = next((info for info in made if not info.problem), None)
        # A clock that was set back must not stop backups: one "from the future" does not count.
        return last is None or not timedelta(0) <= now - _time(last.made_at) < timedelta(hours=hours)

    def make_by_itself(self, token: CancelToken) -> None:
        """As make(), in nobody's name; a failure is kept for state(). Raises Cancelled."""
        try:
            self._make(self.folder, verifying.ignore, token, by=NOBODY)
        except UserError as error:
            _logger.warning("backup_failed", extra={"fields": {"error": type(error).__name__}})

    def _make(self, folder: Path, report: Report, token: CancelToken, by: str | None) -> BackupInfo:
        if not self._making.acquire(blocking=False):
            raise UserError("A backup is being made already.", "Wait until it is done.")
        try:
            self.on_change()
            self._tried = self.now()
            info = self._made(folder, report, token, by)
            self._failed = None
            return info
        except UserError as error:
            self._failed = error
            self._record(AuditKind.BACKUP_FAILED, by, reason=type(error).__name__)
            raise
        finally:
            self._making.release()
            self.on_change()

    def _made(self, folder: Path, report: Report, token: CancelToken, by: str | None) -> BackupInfo:
        info = self.maker.make(folder, report, token)
        file = Path(info.file)
        workspace = self.maker.database.read(chain.workspace_id)
        gone = making.rotate(folder, workspace, self.policy().keep, file)
        last = info.head.seq if info.head else 0
        self._record(
            AuditKind.BACKUP, by, file=file.name, size=info.size, last=last, removed=[old.name for old in gone]
        )
        return info

    def _record(self, kind: AuditKind, by: str | None, **details: object) -> None:
        def append(connection: Connection) -> None:
            self.journal.append(connection, kind, by=by, **details)

        try:
            self.maker.database.transaction(append)
        except UserError as error:  # the disk is full, or the workspace was locked meanwhile
            _logger.warning("backup_not_recorded", extra={"fields": {"error": type(error).__name__}})

    def _last(self) -> BackupInfo | None:
        return next((info for info in self.list() if not info.problem), None)

    @contextmanager
    def _all_keys(self) -> Iterator[Sequence[SessionKeys]]:
        """The present keys first, then those from before each re-keying."""
        earlier = self.maker.database.read(earlier_keys.all_of)
        keys = [self.maker.keys.copy(), *(SessionKeys(bytearray(key)) for key in reversed(earlier))]
        try:
            yield keys
        finally:
            for each in keys:
                each.wipe()

    def _late(self, last: BackupInfo | None) -> bool:
        if last is not None:
            return self.now() - _time(last.made_at) > LATE_AFTER
        begun = self.maker.database.read(_begun_at)
        return bool(begun) and self.now() - _time(begun) > FIRST_WITHIN


def _begun_at(connection: Connection) -> str:
    row = connection.execute("SELECT at FROM audit WHERE seq = 1").fetchone()
    return str(row[0]) if row else ""


def _time(iso: str) -> datetime:
    return datetime.fromisoformat(iso)
