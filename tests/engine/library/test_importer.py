"""The import over a real vault, with stand-ins for the children so that each of their failures can be had at will."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from engine.cancellation import CancelToken
from engine.changes import ChangeHub
from engine.documents.messages import ReadDocument
from engine.errors import ModelMissing, ModelUnusable, UnreadableDocument, WorkerCrashed
from engine.library.importer import Importer
from engine.library.shelf import Shelf
from engine.memory.client import EmbeddedDocument
from engine.types import Chunk, DocumentInfo, DocumentState, DocumentText, MemoryStatus, PageText
from engine.vault.database import Database
from engine.vault.repositories import chunks
from tests.engine.vault.conftest import journal_of

NOW = "2026-01-02T03:04:05Z"


class Media:
    """Reads a file's bytes as its text; reads holds the names."""

    def __init__(self) -> None:
        self.reads: list[str] = []

    def call(self, _method: object, params: ReadDocument, **_: object) -> DocumentText:
        self.reads.append(params.name)
        text = params.content.decode()
        if text == "broken":
            raise UnreadableDocument("It is broken.", "Mend it.")
        return DocumentText(text, [PageText(1, 0, len(text))], [], [], "", False)


class Memory:
    """Cuts at full stops (or at every word, where fine is set), and makes vectors of one number."""

    def __init__(self) -> None:
        self.name = "model-1"
        self.fine = False
        self.failing: list[Exception] = []
        self.embedded: list[str] = []
        self.may_embed = threading.Event()
        self.may_embed.set()
        self.begun = threading.Event()

    def embedder(self) -> str:
        if not self.name:
            raise ModelMissing("no model")
        return self.name

    def chunk(self, document: DocumentText, *, cancel: CancelToken | None = None) -> list[Chunk]:
        cut, start = [], 0
        for part in document.text.split(" " if self.fine else ". "):
            start = document.text.index(part, start)
            cut.append(Chunk(start, start + len(part), 1, "", part))
        return cut

    def embed_document(
        self, document: DocumentText, *, on_progress: Callable[[int, int], None], cancel: CancelToken
    ) -> EmbeddedDocument:
        self.begun.set()
        while not self.may_embed.wait(0.01):
            cancel.check()
        if self.failing:
            raise self.failing.pop(0)
        self.embedded.append(document.text)
        cut = self.chunk(document)
        on_progress(len(cut), len(cut))
        return EmbeddedDocument(cut, b"".join(len(each.text).to_bytes(4, "little") for each in cut), self.name)


class Index:
    def __init__(self) -> None:
        self.ids: set[int] = set()
        self.started = 0

    def start(self) -> None:
        self.started += 1

    def status(self) -> MemoryStatus:
        return MemoryStatus(ready=bool(self.started), indexed=len(self.ids), total=len(self.ids))

    def add(self, ids: Sequence[int], vectors: bytes) -> None:
        assert len(vectors) == 4 * len(ids)
        self.ids.update(ids)

    def remove(self, ids: Sequence[int]) -> None:
        self.ids.difference_update(ids)


class Desk:
    """A library with one import, opened again by restart()."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.media, self.memory, self.index = Media(), Memory(), Index()
        self.database = Database.open(folder / "v.db", bytearray(range(32)), backups=folder, create=True)
        self.shelf = Shelf(self.database, lambda: NOW, journal_of(self.database))
        self.importer = self._importer()

    def _importer(self) -> Importer:
        return Importer(self.shelf, self.media, self.memory, self.index, ChangeHub())  # type: ignore[arg-type]

    def restart(self) -> None:
        """As the next start of the program does, but for what recovery puts in order."""
        self.importer.close()
        self.index = Index()
        self.importer = self._importer()
        self.importer.start()

    def add(self, name: str, text: str) -> int:
        document_id = self.shelf.put(self.folder / name, "text", text.encode(), name, None)
        self.importer.wake()
        return document_id

    def info(self, document_id: int) -> DocumentInfo:
        return self.shelf.document(document_id)

    def state(self, document_id: int) -> tuple[DocumentState, bool]:
        document = self.info(document_id)
        return document.state, document.keyword_only

    def found(self, words: str) -> int:
        return len(self.database.read(lambda connection: chunks.keyword_search(connection, words, 10)))

    def idle(self) -> bool:
        return self.importer.wait(10)


READY, BY_WORDS = (DocumentState.READY, False), (DocumentState.READY, True)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.memory.may_embed.set()
    made.importer.close()
    made.database.close()


def test_a_document_is_read_found_by_words_and_embedded(desk: Desk) -> None:
    desk.importer.start()
    document_id = desk.add("a.txt", "fever one. fever two")
    assert desk.idle()
    assert desk.state(document_id) == READY
    assert desk.found("fever") == 2
    assert len(desk.index.ids) == 2


def test_words_are_found_while_the_vectors_are_still_being_made(desk: Desk) -> None:
    desk.memory.may_embed.clear()
    desk.importer.start()
    document_id = desk.add("a.txt", "fever one. fever two")
    assert desk.memory.begun.wait(10)
    assert desk.state(document_id) == (DocumentState.INDEXING, True)
    assert desk.found("fever") == 2
    assert not desk.importer.wait(0.01)


def test_without_a_model_documents_wait_and_are_found_by_words(desk: Desk) -> None:
    desk.memory.name = ""
    desk.importer.start()
    document_id = desk.add("a.txt", "fever one. fever two")
    assert desk.idle()
    assert desk.importer.no_model
    assert desk.state(document_id) == BY_WORDS
    assert desk.info(document_id).error is None
    assert desk.found("fever") == 2
    assert desk.shelf.passages_without_vectors() == 2


def test_a_model_that_comes_embeds_what_waited_without_reading_it_again(desk: Desk) -> None:
    desk.memory.name = ""
    desk.importer.start()
    ids = [desk.add(name, f"fever {name}") for name in ("a.txt", "b.txt")]
    assert desk.idle()
    desk.memory.name = "model-1"
    desk.importer.model_changed()
    assert desk.idle()
    assert not desk.importer.no_model
    assert [desk.state(each) for each in ids] == [READY, READY]
    assert desk.media.reads == ["a.txt", "b.txt"]
    assert len(desk.index.ids) == 2
    assert desk.index.started == 1


def test_a_model_found_at_the_next_start_embeds_what_waited(desk: Desk) -> None:
    desk.memory.name = ""
    desk.importer.start()
    document_id = desk.add("a.txt", "fever one")
    assert desk.idle()
    desk.memory.name = "model-1"
    desk.restart()
    assert desk.idle()
    assert desk.state(document_id) == READY
    assert desk.media.reads == ["a.txt"]


def test_another_model_or_form_embeds_again_from_the_stored_text(desk: Desk) -> None:
    desk.importer.start()
    document_id = desk.add("a.txt", "fever one. fever two")
    assert desk.idle()
    old = set(desk.index.ids)
    desk.memory.name, desk.memory.fine = "model-2", True
    desk.memory.may_embed.clear()
    desk.memory.begun.clear()
    desk.restart()
    assert desk.memory.begun.wait(10)
    assert desk.state(document_id) == BY_WORDS
    assert desk.found("fever") == 2  # its words are found meanwhile
    desk.memory.may_embed.set()
    assert desk.idle()
    assert desk.state(document_id) == READY
    assert desk.info(document_id).chunks == 4
    assert desk.media.reads == ["a.txt"]
    assert len(desk.index.ids) == 4
    assert desk.index.ids.isdisjoint(old)


def test_the_same_model_embeds_nothing_again(desk: Desk) -> None:
    desk.importer.start()
    desk.add("a.txt", "fever one")
    assert desk.idle()
    desk.restart()
    assert desk.idle()
    assert desk.memory.embedded == ["fever one"]


def test_embedding_that_was_cut_off_goes_on_where_it_was(desk: Desk) -> None:
    desk.memory.may_embed.clear()
    desk.importer.start()
    document_id = desk.add("a.txt", "fever one")
    assert desk.memory.begun.wait(10)
    desk.importer.close()
    desk.memory.may_embed.set()
    desk.restart()
    assert desk.idle()
    assert desk.state(document_id) == READY
    assert desk.media.reads == ["a.txt"]


def test_a_child_that_dies_once_is_tried_again(desk: Desk) -> None:
    desk.memory.failing = [WorkerCrashed("gone")]
    desk.importer.start()
    document_id = desk.add("a.txt", "fever one")
    assert desk.idle()
    assert desk.state(document_id) == READY


def test_a_document_that_kills_the_child_twice_has_failed_but_is_found_by_words(desk: Desk) -> None:
    desk.memory.failing = [WorkerCrashed("gone", "Try again.")] * 2
    desk.importer.start()
    document_id, other = desk.add("a.txt", "fever one"), desk.add("b.txt", "fever two")
    assert desk.idle()
    assert desk.state(document_id) == (DocumentState.FAILED, True)
    assert desk.state(other) == READY
    assert desk.found("fever") == 2


def test_a_model_that_does_not_load_is_tried_again_only_when_models_changed(desk: Desk) -> None:
    desk.memory.failing = [ModelUnusable("damaged")]
    desk.importer.start()
    document_id = desk.add("a.txt", "fever one")
    assert desk.idle()
    assert desk.importer.no_model
    assert desk.state(document_id) == BY_WORDS
    desk.importer.wake()
    assert desk.idle()
    assert desk.state(document_id) == BY_WORDS
    desk.importer.model_changed()
    assert desk.idle()
    assert desk.state(document_id) == READY


def test_a_pause_keeps_documents_where_they_were(desk: Desk) -> None:
    desk.memory.may_embed.clear()
    desk.importer.start()
    first = desk.add("a.txt", "fever one")
    assert desk.memory.begun.wait(10)
    desk.importer.pause()
    second = desk.add("b.txt", "fever two")
    assert desk.idle()  # a paused import is not waited for
    assert desk.state(first) == (DocumentState.INDEXING, True)
    assert desk.info(second).state is DocumentState.QUEUED
    desk.memory.may_embed.set()
    desk.importer.resume()
    assert desk.idle()
    assert [desk.state(first), desk.state(second)] == [READY, READY]
    assert desk.media.reads == ["a.txt", "b.txt"]


def test_what_is_queued_anew_while_it_is_embedded_is_read_again(desk: Desk) -> None:
    desk.memory.may_embed.clear()
    desk.importer.start()
    document_id = desk.add("a.txt", "fever one")
    assert desk.memory.begun.wait(10)
    desk.importer.drop([document_id])
    desk.shelf.requeue([document_id])
    desk.importer.wake()
    desk.memory.may_embed.set()
    assert desk.idle()
    assert desk.state(document_id) == READY
    assert desk.media.reads == ["a.txt", "a.txt"]


def test_a_file_that_cannot_be_read_says_why_and_the_rest_goes_on(desk: Desk) -> None:
    desk.importer.start()
    bad, good = desk.add("bad.txt", "broken"), desk.add("good.txt", "fever")
    assert desk.idle()
    error = desk.info(bad).error
    assert error is not None
    assert (error.message, error.advice) == ("It is broken.", "Mend it.")
    assert desk.state(good) == READY


def test_a_removed_document_is_not_embedded_until_it_is_back(desk: Desk) -> None:
    desk.memory.name = ""
    desk.importer.start()
    document_id = desk.add("a.txt", "fever one")
    assert desk.idle()
    desk.shelf.remove([document_id])
    desk.memory.name = "model-1"
    desk.importer.model_changed()
    assert desk.idle()
    assert desk.memory.embedded == []
    desk.shelf.restore([document_id])
    desk.importer.wake()
    assert desk.idle()
    assert desk.state(document_id) == READY
