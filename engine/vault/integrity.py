"""Checking the open workspace to its last page, without keeping anybody waiting."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from engine.cancellation import CancelToken
from engine.clock import utc_now
from engine.errors import NotEnoughSpace, UserError
from engine.files import copy_durably
from engine.paths import Paths
from engine.types import AuditKind, BackupProgress, BackupStage, CheckReport
from engine.vault import driver, failures
from engine.vault.audit import verifying as audit_verifying
from engine.vault.audit.journal import NOBODY, Journal
from engine.vault.backup.scratch import scratch
from engine.vault.backup.verifying import Report, ignore
from engine.vault.connection import Connection
from engine.vault.database import Database
from engine.vault.failures import VaultDamaged
from engine.vault.repositories import meta
from engine.vault.session_keys import SessionKeys

_KEY = "integrity"
_PAGE = re.compile(r"HMAC verification failed for page (\d+)")
_WAY_OUT = (
    "Do not go on working in it. Restore the newest good backup; what is here now is kept beside it. "
    "Without a backup, put back a copy from before an update."
)
_logger = logging.getLogger(__name__)


@dataclass
class Integrity:
    """Checks of one open workspace. Thread-safe. unclean: the last session ended without closing it."""

    database: Database
    paths: Paths
    keys: SessionKeys
    journal: Journal
    every_days: Callable[[], int]
    on_change: Callable[[], None]
    unclean: bool = False
    _last: CheckReport | None = field(default=None)

    def last(self) -> CheckReport | None:
        """The newest check, also of an earlier session; None before the first."""
        if self._last is None:
            stored = self.database.read(lambda connection: meta.get(connection, _KEY))
            self._last = msgspec.json.decode(stored, type=CheckReport) if stored else None
        return self._last

    def due(self) -> bool:
        """Whether one is to be made by itself now."""
        last = self.last()
        if self.unclean or last is None:
            return True
        return not timedelta(0) <= datetime.now(UTC) - datetime.fromisoformat(last.at) < timedelta(self.every_days())

    def check(
        self, report: Report = ignore, token: CancelToken | None = None, *, by_itself: bool = False
    ) -> CheckReport:
        """Check every page, the structure, the references between rows, and the audit record.

        A copy is checked, so that work goes on; where there is no room for one the database itself is, and everything
        waits. Raises Cancelled, VaultClosed.
        """
        begun = time.monotonic()
        found = self._problems(report, token or CancelToken())
        if self.database.closed:  # its keys are gone, too: nothing that was found means anything
            raise failures.closed()
        seconds = round(time.monotonic() - begun, 1)
        result = CheckReport(utc_now(), seconds, found, _WAY_OUT if found else "")
        self._last, self.unclean = result, False
        self._store(result, NOBODY if by_itself else None)
        self.on_change()
        return result

    def _problems(self, report: Report, token: CancelToken) -> list[str]:
        try:
            with scratch(self.paths.data) as folder:
                copy, keys = self._copied(folder, report, token)
                try:
                    return problems_of(copy, keys, token)
                finally:
                    keys.wipe()
        except NotEnoughSpace:
            _logger.info("checked_in_place")
        except VaultDamaged as error:
            return [error.message]
        return in_words(self.database.check())

    def _copied(self, folder: Path, report: Report, token: CancelToken) -> tuple[Path, SessionKeys]:
        """A copy of the database, and the keys that open it: a re-keying may come before it is checked."""
        copy = folder / "workspace.db"
        with self.database.at_rest() as source:
            keys, total = self.keys.copy(), source.size

            def read(done: int) -> None:
                token.check()
                report(BackupProgress(BackupStage.COPYING, done, total))

            source.on_read = read
            copy_durably(source, copy)
        report(BackupProgress(BackupStage.CHECKING, 0, total))
        return copy, keys

    def _store(self, result: CheckReport, by: str | None) -> None:
        def store(connection: Connection) -> None:
            meta.put(connection, _KEY, msgspec.json.encode(result).decode())
            kind = AuditKind.CHECK_FAILED if result.problems else AuditKind.CHECK
            self.journal.append(connection, kind, by=by, problems=len(result.problems), seconds=result.seconds)

        try:
            self.database.transaction(store)
        except UserError as error:  # a damaged database, a full disk: the report is given all the same
            _logger.warning("check_not_recorded", extra={"fields": {"error": type(error).__name__}})


def problems_of(database: Path, keys: SessionKeys, token: CancelToken | None = None) -> list[str]:
    """What is wrong with a database that lies still, one line each; empty where it is sound."""
    try:
        with driver.open_copy(database, keys.data, token) as connection:
            found = driver.problems(connection)
            if found:
                return in_words(found)
            broken = connection.execute("SELECT count(*) FROM pragma_foreign_key_check").fetchone()
            verdict = audit_verifying.verify_copy(connection, keys.audit)
    except VaultDamaged as error:
        return [f"The database cannot be read: {error.details or error.message}"]
    lines = [f"{broken[0]} rows refer to rows that are gone."] if broken and broken[0] else []
    if verdict.problem:
        lines.append(f"The record of who did what is not as it was written, from entry {verdict.first_bad} on.")
    return lines


def in_words(found: list[str]) -> list[str]:
    """SQLCipher's lines about single pages as one sentence."""
    pages = [match[1] for line in found if (match := _PAGE.search(line))]
    others = [line for line in found if not _PAGE.search(line)]
    if not pages:
        return others
    named = ", ".join(pages[:10]) + (" …" if len(pages) > 10 else "")
    said = f"{len(pages)} pages of the database are damaged: {named}." if len(pages) > 1 else _one(pages[0])
    return [said, *others]


def _one(page: str) -> str:
    return f"Page {page} of the database is damaged."
