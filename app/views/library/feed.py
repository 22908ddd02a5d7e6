"""Keeps the table true: asks the library off the GUI thread, not more often than the eye can follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from engine.errors import UserError
from engine.types import Change, DocumentInfo, Topic

if TYPE_CHECKING:
    from app.context import AppContext

_PAUSE_MS = 150
# More than this many changed documents are cheaper to fetch as a whole.
_FEW = 24


class LibraryFeed(QObject):
    """listed: all documents. updated: some of them. paused_changed: whether the import rests."""

    listed = Signal(object)
    updated = Signal(object)
    paused_changed = Signal(bool)

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._waiting: set[int] | None = set()
        self._known: set[int] = set()
        self._running = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._fetch)
        context.changes.changed.connect(self._changed)

    def refresh(self) -> None:
        """Fetch all documents now."""
        self._waiting = None
        if not self._running:
            self._fetch()

    def _changed(self, change: Change) -> None:
        if change.topic is not Topic.LIBRARY:
            return
        few = change.ids and len(change.ids) <= _FEW and self._known.issuperset(change.ids)
        self._waiting = self._waiting | set(change.ids) if few and self._waiting is not None else None
        if not self._running and not self._timer.isActive():
            self._timer.start()

    def _fetch(self) -> None:
        waiting, self._waiting, self._running = self._waiting, set(), True
        library = self._context.workspace.library

        def fetch() -> tuple[bool, list[DocumentInfo]]:
            if waiting is not None and len(waiting) <= _FEW:
                try:
                    return False, [library.document(document_id) for document_id in sorted(waiting)]
                except UserError:
                    # One of them was removed meanwhile: the whole list tells.
                    return True, library.documents()
            return True, library.documents()

        self._context.operations.start(
            lambda _job: (*fetch(), library.paused),
            owner=self,
            on_success=self._take,
            on_failure=self._failed,
        )

    def _take(self, found: tuple[bool, list[DocumentInfo], bool]) -> None:
        whole, documents, paused = found
        if whole:
            self._known = {document.id for document in documents}
            self.listed.emit(documents)
        else:
            self.updated.emit(documents)
        self.paused_changed.emit(paused)
        self._again()

    def _failed(self, error: UserError) -> None:
        self._context.notices.error(error)
        self._again()

    def _again(self) -> None:
        self._running = False
        if self._waiting is None or self._waiting:
            self._timer.start()
