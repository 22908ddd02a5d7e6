"""Recording who looked at which document."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from msgspec import Struct, field

from engine.errors import NotEnoughSpace
from engine.types import AuditKind
from engine.vault.audit.journal import Journal
from engine.vault.connection import Connection
from engine.vault.database import Database

_SAME_VIEW_S = 15 * 60.0
_logger = logging.getLogger(__name__)


class _View(Struct, frozen=True):
    kind: AuditKind
    subject: str
    at: str
    documents: list[int] = field(default_factory=list)


class Views:
    """One entry for each document that the person signed in opens, or finds passages of; what is shown again within a
    quarter of an hour, or page after page, is the same view. Thread-safe."""

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
        self._seen: dict[tuple[AuditKind, int], float] = {}
        self._waiting: list[_View] = []

    def opened(self, document_id: int) -> None:
        """Record that a document is shown.

        On a full disk it is shown all the same, since somebody may need it for a patient; the entry is written, with
        the time of the view, as soon as one can be.
        """
        with self._lock:
            if self._first_time(AuditKind.DOCUMENT_VIEWED, document_id):
                self._write(_View(AuditKind.DOCUMENT_VIEWED, document(document_id), self._clock()))

    def found(self, document_ids: Iterable[int]) -> None:
        """Record that passages of documents are shown among what a search found; a full disk as in opened()."""
        with self._lock:
            new = [each for each in sorted(set(document_ids)) if self._first_time(AuditKind.SEARCH, each)]
            if new:
                self._write(_View(AuditKind.SEARCH, "", self._clock(), new))

    def _first_time(self, kind: AuditKind, document_id: int) -> bool:
        now, key = self._ticks(), (kind, document_id)
        if now - self._seen.get(key, -_SAME_VIEW_S) < _SAME_VIEW_S:
            return False
        self._seen[key] = now
        return True

    def _write(self, view: _View) -> None:
        self._waiting.append(view)
        try:
            self._database.transaction(self._append)
        except NotEnoughSpace:
            _logger.warning("view_not_recorded_yet")
        else:
            self._waiting.clear()

    def _append(self, connection: Connection) -> None:
        for view in self._waiting:
            details: dict[str, Any] = {"documents": view.documents} if view.documents else {}
            if view is not self._waiting[-1]:
                details["at"] = view.at
            self._journal.append(connection, view.kind, view.subject, **details)


def document(document_id: int) -> str:
    """A document as the subject of an entry."""
    return f"document:{document_id}"
