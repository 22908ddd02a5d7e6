"""The clinic's documents: added, listed, removed, read again, and searched."""

from __future__ import annotations

import logging
import time
from pathlib import Path

from msgspec import structs

from engine.cancellation import CancelToken
from engine.changes import ChangeHub
from engine.documents.kinds import identify
from engine.errors import UserError
from engine.library import collect
from engine.library.importer import Importer
from engine.library.outcome import AddResult, RefusedFile
from engine.library.samples import sample_paths
from engine.library.shelf import Shelf
from engine.memory.search import HybridSearch
from engine.people.permissions import Gate
from engine.types import (
    DocumentInfo,
    DocumentState,
    DocumentText,
    MemoryStatus,
    Permission,
    Problem,
    SearchResult,
    Topic,
)

log = logging.getLogger(__name__)


class Library:
    """Front of the document services. Thread-safe; add() and the import go on side by side.

    What changes the library raises NotAllowed where the role of who is signed in does not allow it.
    """

    def __init__(self, shelf: Shelf, importer: Importer, search: HybridSearch, changes: ChangeHub, gate: Gate) -> None:
        self._shelf = shelf
        self._importer = importer
        self._search = search
        self._changes = changes
        self._gate = gate

    def add(self, paths: list[Path], cancel: CancelToken | None = None) -> AddResult:
        """Store and queue the files among paths and below its folders; reading them goes on in the background.

        A file whose content is already there is left as it is (one that failed is tried again); a file that came from
        the same path before, with other content, replaces its older version once it is ready. One bad file never stops
        the rest: it is in the result's refused. Raises Cancelled; what was queued by then stays.
        """
        self._gate.require(Permission.ADD_DOCUMENTS)
        result = AddResult()
        for path in collect.expand(paths):
            if cancel is not None:
                cancel.check()
            try:
                self._add_file(path, result)
            except UserError as error:
                result.refused.append(RefusedFile(path.name, Problem(error.message, error.advice, error.details)))
            else:
                self._importer.wake()
        self._changes.publish(Topic.LIBRARY, [*result.added, *result.replaced])
        return result

    def add_samples(self) -> AddResult:
        """Add the sample library that comes with the program."""
        with sample_paths() as paths:
            return self.add(paths)

    def _add_file(self, path: Path, result: AddResult) -> None:
        content, sha256 = collect.read_file(path)
        same, older = self._shelf.find(sha256, str(path.absolute()))
        if same is not None:
            if same.state is DocumentState.FAILED:
                self._shelf.requeue([same.id])
                result.added.append(same.id)
            else:
                result.unchanged.append(same.id)
            return
        kind = identify(path.name, content)
        document_id = self._shelf.put(path, kind, content, sha256, older.id if older else None)
        (result.replaced if older else result.added).append(document_id)

    def documents(self) -> list[DocumentInfo]:
        """Every document in the order they were added, with what the import is doing on each."""
        return [self._importer.progress.on(document) for document in self._shelf.documents()]

    def document(self, document_id: int) -> DocumentInfo:
        """Raises UserError for an unknown id, as every method here does."""
        return self._importer.progress.on(self._shelf.document(document_id))

    def text(self, document_id: int) -> DocumentText:
        """What was read from a document, for a person: it is recorded. Raises UserError where it was not read yet."""
        text = self._shelf.text(document_id)
        self._shelf.shown(document_id)
        return text

    def content(self, document_id: int) -> bytes:
        """The original file, for a person: it is recorded."""
        content = self._shelf.content(document_id)
        self._shelf.shown(document_id)
        return content

    def remove(self, document_ids: list[int]) -> None:
        """Take documents out of the library and of search; restore() undoes it until the workspace is closed."""
        self._gate.require(Permission.REMOVE_DOCUMENTS)
        chunk_ids = self._shelf.remove(document_ids)
        self._importer.drop(document_ids)
        self._search.remove(chunk_ids)
        self._changes.publish(Topic.LIBRARY, document_ids)

    def restore(self, document_ids: list[int]) -> None:
        """Undo remove()."""
        self._gate.require(Permission.REMOVE_DOCUMENTS)
        for vectors in self._shelf.restore(document_ids):
            self._search.add(vectors.ids, vectors.data)
        self._importer.wake()
        self._changes.publish(Topic.LIBRARY, document_ids)

    def purge_removed(self) -> None:
        """Delete for good what was removed and not restored."""
        self._shelf.purge_removed()

    def retry(self, document_id: int, password: str | None = None) -> None:
        """Read a document again, with the password it asked for if given (kept in memory only)."""
        self._gate.require(Permission.ADD_DOCUMENTS)
        self._shelf.document(document_id)
        if password is not None:
            self._importer.give_password(document_id, password)
        self.reindex([document_id])

    def reindex(self, document_ids: list[int] | None = None) -> None:
        """Read documents (all of them by default) again from their stored originals."""
        self._gate.require(Permission.ADD_DOCUMENTS)
        documents = self._shelf.documents()
        chosen = [each.id for each in documents if document_ids is None or each.id in document_ids]
        self._importer.drop(chosen)
        self._shelf.requeue(chosen)
        self._importer.wake()
        self._changes.publish(Topic.LIBRARY, chosen)

    def pause(self) -> None:
        """Stop the import; what was in work waits in the queue, also over a restart."""
        self._importer.pause()

    def resume(self) -> None:
        self._importer.resume()

    @property
    def paused(self) -> bool:
        return self._importer.paused

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until the import has nothing to do; false when timeout_s passed first."""
        return self._importer.wait(timeout_s)

    def search(self, query: str, k: int = 10) -> SearchResult:
        """The k passages nearest to a query, best first. By keywords only while the vector index is being filled."""
        result = self._search.search(query, k)
        self._shelf.found(hit.passage.document_id for hit in result.hits)
        return result

    def memory(self) -> MemoryStatus:
        """How much of the vector index is filled, and how much waits for its vectors."""
        waiting = self._shelf.passages_without_vectors()
        return structs.replace(self._search.status(), waiting=waiting, no_model=self._importer.no_model)

    def wait_until_searchable(self, timeout_s: float = 120.0) -> bool:
        """Wait until both kinds of search answer; false when the time ran out or there is no search model.

        Keyword search answers all the same.
        """
        until = time.monotonic() + timeout_s
        while time.monotonic() < until and not self._importer.no_model:
            if self._search.status().ready:
                return True
            time.sleep(0.02)
        return False
