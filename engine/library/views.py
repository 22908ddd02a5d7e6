"""Recording who looked at which document."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from engine.errors import NotEnoughSpace
from engine.types import AuditKind
from engine.vault.audit.journal import Journal
from engine.vault.connection import Connection
from engine.vault.database import Database

_SAME_VIEW_S = 15 * 60.0
_logger = logging.getLogger(__name__)


class Views:
    """One entry for each document that the person signed in opens; opening it again within a quarter of an hour, or
    turning its pages, is the same view. Thread-safe."""

    def __init__(
        self,
        database: Database,
        journal: Journal,
        clock: Callable[[], str],
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._journal = journal
        self._clock = clock
        self._ticks = ticks
        self._lock = threading.Lock()
        self._seen: dict[int, float] = {}
        self._waiting: list[tuple[int, str]] = []

    def note(self, document_id: int) -> None:
        """Record that a document is shown.

        On a full disk it is shown all the same, since somebody may need it for a patient; the entry is written, with
        the time of the view, as soon as one can be.
        """
        with self._lock:
            now = self._ticks()
            if now - self._seen.get(document_id, -_SAME_VIEW_S) < _SAME_VIEW_S:
                return
            self._seen[document_id] = now
            self._waiting.append((document_id, self._clock()))
            try:
                self._database.transaction(self._write)
            except NotEnoughSpace:
                _logger.warning("view_not_recorded_yet")
            else:
                self._waiting.clear()

    def _write(self, connection: Connection) -> None:
        for number, (document_id, at) in enumerate(self._waiting, start=1):
            late = {} if number == len(self._waiting) else {"at": at}
            self._journal.append(connection, AuditKind.DOCUMENT_VIEWED, document(document_id), **late)


def document(document_id: int) -> str:
    """A document as the subject of an entry."""
    return f"document:{document_id}"
