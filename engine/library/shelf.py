"""The library's documents as the import and the window need them: whole acts on the vault, each in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from engine.errors import UserError
from engine.library.views import Views
from engine.library.views import document as subject
from engine.memory.client import EmbeddedDocument
from engine.types import AuditKind, Chunk, DocumentInfo, DocumentState, DocumentText, Problem
from engine.vault.audit.journal import Journal
from engine.vault.connection import Connection
from engine.vault.database import Database
from engine.vault.repositories import chunks, documents, file_contents, lifecycle
from engine.vault.repositories.chunks import Vectors


class QueuedDocument(Struct, frozen=True):
    """A document that the import begins to work on."""

    id: int
    name: str


class StoredPassages(Struct, frozen=True):
    """Ids of the chunks that came into the vault, and of those that left it for them."""

    chunk_ids: list[int]
    replaced_chunk_ids: list[int]


class Shelf:
    """Documents by id. Thread-safe. Raises UserError for an id that is not, or no more, in the library."""

    def __init__(self, database: Database, clock: Callable[[], str], journal: Journal) -> None:
        self._database = database
        self._clock = clock
        self._journal = journal
        self._views = Views(database, journal, clock)

    def documents(self) -> list[DocumentInfo]:
        return self._database.read(documents.list_all)

    def document(self, document_id: int) -> DocumentInfo:
        found = self._database.read(lambda connection: documents.get(connection, document_id))
        if found is None:
            raise _gone(document_id)
        return found

    def text(self, document_id: int) -> DocumentText:
        """What was read from a document. Raises UserError where it has not been read yet."""
        try:
            packed = self._database.read(lambda connection: documents.packed_text(connection, document_id))
        except KeyError as error:
            raise UserError(
                "This document has not been read yet.", "Wait until it is ready, or see in the library why it failed."
            ) from error
        return documents.unpack_text(packed)

    def content(self, document_id: int) -> bytes:
        """The original file."""
        try:
            file_id = self._database.read(lambda connection: documents.file_id(connection, document_id))
            return file_contents.load(self._database, file_id)
        except KeyError as error:
            raise _gone(document_id) from error

    def find(self, sha256: str, source_path: str) -> tuple[DocumentInfo | None, DocumentInfo | None]:
        """The document with this content, and the one that came from this path, where they are there."""

        def look(connection: Connection) -> tuple[DocumentInfo | None, DocumentInfo | None]:
            return documents.find_by_hash(connection, sha256), documents.find_by_source(connection, source_path)

        return self._database.read(look)

    def put(self, path: Path, kind: str, content: bytes, sha256: str, replaces: int | None) -> int:
        """Store a file and queue it; returns its id. Raises NotEnoughSpace, and then nothing was stored."""
        size = file_contents.PART_BYTES
        parts = (content[start : start + size] for start in range(0, len(content), size))
        new = documents.NewDocument(
            name=path.name,
            kind=kind,
            sha256=sha256,
            size=len(content),
            file_id=file_contents.store(self._database, parts),
            added_at=self._clock(),
            source_path=str(path.absolute()),
            replaces=replaces,
        )
        details = {"kind": kind} if replaces is None else {"kind": kind, "replaces": replaces}

        def insert(connection: Connection) -> int:
            document_id = documents.insert(connection, new)
            self._journal.append(connection, AuditKind.DOCUMENT_ADDED, subject(document_id), **details)
            return document_id

        return self._database.transaction(insert)

    def begin_next(self, except_ids: set[int]) -> QueuedDocument | None:
        """Mark the oldest queued document as being read and return it; None when nothing waits."""

        def begin(connection: Connection) -> QueuedDocument | None:
            for document_id in documents.queued(connection):
                document = documents.get(connection, document_id)
                if document is not None and document_id not in except_ids:
                    documents.set_state(connection, document_id, DocumentState.READING)
                    return QueuedDocument(document_id, document.name)
            return None

        return self._database.transaction(begin)

    def set_state(self, document_id: int, state: DocumentState) -> None:
        self._database.transaction(lambda connection: documents.set_state(connection, document_id, state))

    def requeue(self, document_ids: Sequence[int]) -> None:
        """Put documents back into the queue; their earlier text stays searchable until they are ready again."""

        def queue(connection: Connection) -> None:
            for document_id in document_ids:
                documents.set_state(connection, document_id, DocumentState.QUEUED)

        self._database.transaction(queue)

    def fail(self, document_id: int, problem: Problem, *, needs_password: bool) -> None:
        self._database.transaction(
            lambda connection: documents.set_failed(connection, document_id, problem, needs_password=needs_password)
        )

    def store_read(self, document_id: int, text: DocumentText, passages: Sequence[Chunk]) -> StoredPassages:
        """Let a document's words be found and any older version of it go, at one moment.

        Raises UserError where the document is gone.
        """
        return self._store(
            document_id, lambda connection: lifecycle.store_read(connection, document_id, text, passages)
        )

    def store_embedded(self, document_id: int, passages: EmbeddedDocument) -> StoredPassages:
        """Give a document its vectors and, where it was cut anew, its new passages.

        Raises UserError where the document is gone.
        """
        embedded = lifecycle.Embedded(passages.chunks, passages.vectors, passages.embedder)
        return self._store(document_id, lambda connection: lifecycle.store_embedded(connection, document_id, embedded))

    def _store(self, document_id: int, act: Callable[[Connection], list[int]]) -> StoredPassages:
        def store(connection: Connection) -> StoredPassages:
            left = act(connection)
            return StoredPassages(chunks.ids_of(connection, [document_id]), left)

        try:
            return self._database.transaction(store)
        except KeyError as error:
            raise _gone(document_id) from error

    def remove(self, document_ids: Sequence[int]) -> list[int]:
        """Take documents out of the library, to be restored or purged; returns the chunk ids that left search."""

        def take_out(connection: Connection) -> list[int]:
            found = lifecycle.remove(connection, document_ids, self._clock())
            if len(found) < len(set(document_ids)):
                raise _gone(next(id_ for id_ in document_ids if id_ not in found))
            self._record(connection, AuditKind.DOCUMENT_REMOVED, found)
            return chunks.ids_of(connection, found)

        return self._database.transaction(take_out)

    def restore(self, document_ids: Sequence[int]) -> list[Vectors]:
        """Bring removed documents back; returns their vectors, for the index."""

        def bring_back(connection: Connection) -> list[Vectors]:
            found = lifecycle.restore(connection, document_ids)
            self._record(connection, AuditKind.DOCUMENT_RESTORED, found)
            return [chunks.document_vectors(connection, document_id) for document_id in found]

        return self._database.transaction(bring_back)

    def purge_removed(self) -> int:
        """Delete for good what was removed and not restored; returns how many documents."""

        def purge(connection: Connection) -> int:
            gone = lifecycle.purge_removed(connection)
            self._record(connection, AuditKind.DOCUMENT_PURGED, gone)
            return len(gone)

        return self._database.transaction(purge)

    def shown(self, document_id: int) -> None:
        """Record that the person signed in looks at a document."""
        self._views.opened(document_id)

    def found(self, document_ids: Iterable[int]) -> None:
        """Record that the person signed in sees passages of documents among what a search found."""
        self._views.found(document_ids)

    def _record(self, connection: Connection, kind: AuditKind, document_ids: Sequence[int]) -> None:
        for document_id in document_ids:
            self._journal.append(connection, kind, subject(document_id))

    def next_without_vectors(self, except_ids: set[int]) -> QueuedDocument | None:
        """The oldest document that was read and has no vectors; None where there is none."""

        def look(connection: Connection) -> QueuedDocument | None:
            for document_id in documents.without_vectors(connection):
                document = documents.get(connection, document_id)
                if document is not None and document_id not in except_ids:
                    return QueuedDocument(document_id, document.name)
            return None

        return self._database.read(look)

    def passages_without_vectors(self) -> int:
        """How many passages are found by their words only."""
        return self._database.read(documents.passages_without_vectors)

    def disown_vectors(self, embedder: str) -> int:
        """Use only vectors that embedder made: documents with others wait for new ones; returns how many."""
        return self._database.transaction(lambda connection: documents.disown_vectors(connection, embedder))

    def settle_without_vectors(self) -> int:
        """Make ready, for search by words only, what waits for vectors that cannot come now; returns how many."""
        return self._database.transaction(documents.settle_without_vectors)


def _gone(document_id: int) -> UserError:
    return UserError(f"There is no document {document_id} in the library.", "See the list of documents for what is.")
