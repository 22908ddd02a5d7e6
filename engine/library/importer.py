"""Turns queued documents into searchable ones in the background: one thread reads, one embeds.

The two overlap: while the memory child embeds one document the media child reads the next. The vault holds what is left
to do, so what a crash or a closed window interrupts goes on at the next start.
"""

from __future__ import annotations

import logging
import threading
from typing import Protocol

from engine.cancellation import Cancelled, CancelToken
from engine.changes import ChangeHub
from engine.errors import PasswordRequired, UserError
from engine.library.docket import Docket, Work
from engine.library.embedding import Embedding, PassageIndex
from engine.library.progress import ProgressBoard
from engine.library.reading import STALL_LIMIT_S, Reading
from engine.library.shelf import QueuedDocument, Shelf
from engine.memory.client import MemoryClient
from engine.types import Problem, Topic
from engine.workers.client import WorkerClient

log = logging.getLogger(__name__)


class Stage(Protocol):
    """One half of the import: what to work on next, and the work itself."""

    def find(self, in_work: set[int]) -> QueuedDocument | None: ...

    def work(self, document: QueuedDocument, token: CancelToken) -> None: ...


class Importer:
    """Works off what the shelf holds until closed. Thread-safe; starts no thread before start()."""

    def __init__(
        self,
        shelf: Shelf,
        media: WorkerClient,
        memory: MemoryClient,
        index: PassageIndex,
        changes: ChangeHub,
        *,
        stall_limit_s: float = STALL_LIMIT_S,
    ) -> None:
        self.progress = ProgressBoard()
        self._shelf = shelf
        self._changes = changes
        self._docket = Docket()
        self._reading = Reading(shelf, media, memory, index, show=self._show, stall_limit_s=stall_limit_s)
        self._embedding = Embedding(shelf, memory, index, self._show, lambda: changes.publish(Topic.LIBRARY))
        self._threads = [
            threading.Thread(target=self._guarded, args=stage, name=f"import-{stage[0]}", daemon=True)
            for stage in ((Work.READ, self._reading), (Work.EMBED, self._embedding))
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Look at the shelf again: something was added."""
        self._docket.look_again(*Work)

    def model_changed(self) -> None:
        """Look for documents that wait for the search model: it may have come."""
        self._embedding.model_changed()
        self._docket.look_again(Work.EMBED)

    def give_password(self, document_id: int, password: str) -> None:
        """Use password for a document's next reading. It is kept in memory only."""
        self._reading.give_password(document_id, password)

    def pause(self) -> None:
        """Stop what is running; it goes back to where it waited and nothing is begun until resume()."""
        self._docket.pause()
        self._changes.publish(Topic.LIBRARY)

    def resume(self) -> None:
        self._docket.resume()
        self._changes.publish(Topic.LIBRARY)

    @property
    def paused(self) -> bool:
        return self._docket.paused

    @property
    def no_model(self) -> bool:
        """Whether documents are found by their words only, for want of a search model."""
        return self._embedding.no_model

    def drop(self, document_ids: list[int]) -> None:
        """Stop working on these documents, which were removed or queued anew."""
        self._docket.drop(document_ids)

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until nothing is queued or in work (or the import is paused); false when the time ran out.

        Documents that wait for a search model that is not there are not waited for.
        """
        return self._docket.wait(timeout_s)

    def close(self) -> None:
        """Stop and join the threads. What was in work goes back to where it waited."""
        self._docket.close()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def _guarded(self, work: Work, stage: Stage) -> None:
        try:
            self._run(work, stage)
        except Exception:
            log.exception("import_stopped")
            self._docket.close()
            raise

    def _run(self, work: Work, stage: Stage) -> None:
        while (taken := self._docket.take(work, stage.find)) is not None:
            document, token = taken
            outcome: UserError | Cancelled | None = None
            self._changes.publish(Topic.LIBRARY, [document.id])
            try:
                stage.work(document, token)
            except (UserError, Cancelled) as error:
                outcome = error
            self._end(work, document, outcome)

    def _show(self, document_id: int, done: int, total: int) -> None:
        self.progress.set(document_id, done, total)
        self._changes.publish(Topic.LIBRARY, [document_id])

    def _end(self, work: Work, document: QueuedDocument, outcome: UserError | Cancelled | None) -> None:
        """Record how the work on a document ended and let go of it."""
        if isinstance(outcome, UserError):
            problem = Problem(outcome.message, outcome.advice, outcome.details)
            self._shelf.fail(document.id, problem, needs_password=isinstance(outcome, PasswordRequired))
        elif outcome is not None and work is Work.READ:
            self._shelf.requeue([document.id])
        self.progress.clear(document.id)
        # It may have been queued again meanwhile, and what was read is to be embedded.
        self._docket.end(document.id, *Work)
        self._changes.publish(Topic.LIBRARY, [document.id])
