"""What can be done with documents: off the GUI thread, told in a sentence, and with a way back where there is one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from app.i18n import counted, tr
from app.words.names import short_name

if TYPE_CHECKING:
    from app.context import AppContext
    from app.operations import Job, Operation
    from engine.library.outcome import AddResult
    from engine.types import DocumentInfo

R = TypeVar("R")


class LibraryActs(QObject):
    """added: files were taken in; carries the AddResult. adding: whether files are being taken in now."""

    added = Signal(object)
    adding = Signal(bool)
    changed = Signal()

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._library = context.workspace.library
        self._adding: list[Operation[AddResult]] = []

    def add(self, paths: list[Path]) -> None:
        """Take in files and folders."""
        self._add(lambda job: self._library.add(paths, cancel=job.token))

    def add_samples(self) -> None:
        """Take in the sample library."""
        self._add(lambda _job: self._library.add_samples())

    def stop_adding(self) -> None:
        """Take in no more of the files that were chosen; those queued already stay."""
        for operation in self._adding:
            operation.cancel()

    def _add(self, work: Callable[[Job], AddResult]) -> None:
        def ended() -> None:
            self._adding.remove(operation)
            self.adding.emit(bool(self._adding))

        operation = self._context.operations.start(
            work,
            owner=self,
            on_success=self._took,
            on_failure=self._context.notices.error,
            on_cancelled=self.changed.emit,
            on_finished=ended,
        )
        self._adding.append(operation)
        self.adding.emit(True)

    def _took(self, result: AddResult) -> None:
        self.added.emit(result)
        self.changed.emit()
        words = _took_words(result)
        if words:
            self._context.notices.toast(words)

    def remove(self, documents: Sequence[DocumentInfo]) -> None:
        """Take documents out of the library, with a way back."""
        ids = [document.id for document in documents]
        if len(documents) == 1:
            words = tr("Library", "Removed “{name}”.", name=short_name(documents[0].name))
        else:
            words = counted("Library", "Removed 1 document.", "Removed {count} documents.", len(ids))

        def removed(_none: None) -> None:
            self.changed.emit()
            self._context.notices.toast(words, lambda: self._restore(ids))

        self._run(lambda: self._library.remove(ids), removed)

    def _restore(self, ids: list[int]) -> None:
        self._run(lambda: self._library.restore(ids))

    def retry(self, documents: Sequence[DocumentInfo], password: str | None = None) -> None:
        """Read failed documents again."""
        ids = [document.id for document in documents]

        def again() -> None:
            for document_id in ids:
                self._library.retry(document_id, password)

        self._run(again)

    def reindex(self, documents: Sequence[DocumentInfo] | None) -> None:
        """Read documents (None: all) again from their stored originals."""
        ids = None if documents is None else [document.id for document in documents]
        self._run(lambda: self._library.reindex(ids))

    def set_paused(self, paused: bool) -> None:
        """Let the import rest or go on."""
        self._run(self._library.pause if paused else self._library.resume)

    def _run(self, work: Callable[[], R], then: Callable[[R], None] | None = None) -> None:
        self._context.operations.start(
            lambda _job: work(),
            owner=self,
            on_success=then or (lambda _result: self.changed.emit()),
            on_failure=self._context.notices.error,
        )


def _took_words(result: AddResult) -> str:
    parts = []
    if result.added:
        parts.append(counted("Library", "Added 1 document.", "Added {count} documents.", len(result.added)))
    if result.replaced:
        count = len(result.replaced)
        parts.append(counted("Library", "Replaced 1 older version.", "Replaced {count} older versions.", count))
    if result.unchanged:
        count = len(result.unchanged)
        parts.append(counted("Library", "1 was there already.", "{count} were there already.", count))
    return " ".join(parts)
