"""Keeps the status bar true: asks the workspace off the GUI thread whenever something changed."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from app.context import AppContext
from app.i18n import tr
from app.window.status_bar import Running, StatusBar
from engine.types import Change, DocumentInfo, DocumentState, MemoryStatus, Topic

_UNFINISHED = {DocumentState.QUEUED, DocumentState.READING, DocumentState.INDEXING}
# An import publishes many changes; the counts in the status bar need no more than this.
_LIBRARY_MS = 500


class StatusWatch(QObject):
    """Shows the model in use, the import and downloads in the status bar."""

    def __init__(self, context: AppContext, bar: StatusBar, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._bar = bar
        self._batch = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_LIBRARY_MS)
        self._timer.timeout.connect(self._ask_library)
        context.changes.changed.connect(self._on_change)
        context.fetches.changed.connect(self._show_downloads)
        context.fetches.ended.connect(self._show_downloads)
        self._ask_model()
        self._ask_library()

    def _on_change(self, change: Change) -> None:
        if change.topic in (Topic.MODELS, Topic.STATUS):
            self._ask_model()
        if change.topic in (Topic.LIBRARY, Topic.INDEX) and not self._timer.isActive():
            self._timer.start()

    def _ask_model(self) -> None:
        workspace = self._context.workspace
        self._context.operations.start(
            lambda _job: Running(workspace.answering_model(), workspace.device()),
            owner=self,
            on_success=self._bar.show_running,
        )

    def _ask_library(self) -> None:
        library = self._context.workspace.library
        self._context.operations.start(
            lambda _job: (library.documents(), library.memory()),
            owner=self,
            on_success=lambda found: self._show_work(*found),
        )

    def _show_work(self, documents: list[DocumentInfo], memory: MemoryStatus) -> None:
        unfinished = sum(document.state in _UNFINISHED for document in documents)
        self._batch = max(self._batch, unfinished) if unfinished else 0
        if unfinished:
            at = self._batch - unfinished + 1
            self._context.status.show_work(tr("Status", "import: {at} of {all}", at=at, all=self._batch))
        elif memory.no_model and documents:
            self._context.status.show_work(tr("Status", "keyword search only: no search model"))
        elif memory.waiting or (not memory.ready and memory.total):
            share = f"{memory.indexed} of {memory.total + memory.waiting}"
            self._context.status.show_work(tr("Status", "search index: {share}", share=share))
        else:
            self._context.status.show_work("")

    def _show_downloads(self) -> None:
        names = [fetch.model.name for fetch in self._context.fetches.running if fetch.model is not None]
        self._bar.show_download(", ".join(names))
