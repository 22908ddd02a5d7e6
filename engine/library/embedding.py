"""The second half of an import: documents get the vectors that search by meaning needs.

It asks the vault for what has none, and so it is all the same why: read just now, read while there was no search model,
or embedded by another model or in another form. What a crash interrupts is found again at the next start.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from engine.cancellation import CancelToken
from engine.errors import ModelMissing, ModelUnusable, WorkerCrashed
from engine.library.reading import Show
from engine.library.shelf import QueuedDocument, Shelf
from engine.memory.client import MemoryClient
from engine.types import MemoryStatus

log = logging.getLogger(__name__)


class PassageIndex(Protocol):
    """The part of search that holds vectors."""

    def start(self) -> None: ...

    def status(self) -> MemoryStatus: ...

    def add(self, ids: Sequence[int], vectors: bytes) -> None: ...

    def remove(self, ids: Sequence[int]) -> None: ...


class Embedding:
    """Used by one thread; model_changed() and no_model by any."""

    def __init__(
        self, shelf: Shelf, memory: MemoryClient, index: PassageIndex, show: Show, on_change: Callable[[], None]
    ) -> None:
        """on_change is called when documents changed other than by being worked on."""
        self._shelf = shelf
        self._memory = memory
        self._index = index
        self._show = show
        self._on_change = on_change
        self._embedder = ""
        self._unusable = False
        self._no_model = False
        self._crashed: set[int] = set()

    @property
    def no_model(self) -> bool:
        """Whether there was no search model to work with when it was last looked for."""
        return self._no_model

    def model_changed(self) -> None:
        """A search model may have come, or a better one in the place of one that did not work."""
        self._unusable = False

    def find(self, in_work: set[int]) -> QueuedDocument | None:
        """The next document without vectors; None where there is none, or no model to make them."""
        if not self._model_is_there():
            if self._shelf.settle_without_vectors():
                self._on_change()
            return None
        return self._shelf.next_without_vectors(in_work)

    def work(self, document: QueuedDocument, token: CancelToken) -> None:
        """Embed one document from its stored text. Raises Cancelled, and UserError where it cannot be done.

        Where the model is missing or unusable the document just goes on waiting.
        """
        text = self._shelf.text(document.id)
        self._show(document.id, 0, 0)
        try:
            passages = self._memory.embed_document(
                text, on_progress=lambda done, total: self._show(document.id, done, total), cancel=token
            )
        except ModelMissing:
            return
        except ModelUnusable as error:
            log.error("search_model_unusable: %s", error.details or error.message)
            self._unusable = True
            return
        except WorkerCrashed:
            if document.id in self._crashed:
                raise
            self._crashed.add(document.id)  # once may be chance
            return
        token.check()
        stored = self._shelf.store_embedded(document.id, passages)
        if stored.replaced_chunk_ids:
            self._index.remove(stored.replaced_chunk_ids)
        self._index.add(stored.chunk_ids, passages.vectors)

    def _model_is_there(self) -> bool:
        try:
            embedder = "" if self._unusable else self._memory.embedder()
        except (ModelMissing, ModelUnusable):
            embedder = ""
        self._no_model = not embedder
        if not embedder:
            return False
        if embedder != self._embedder:
            stale = self._shelf.disown_vectors(embedder)
            if stale:
                log.info("documents_to_embed_again: %d", stale)
                self._on_change()
            self._embedder = embedder
        if not self._index.status().ready:
            self._index.start()  # it ended when there was no model
        return True
