"""Rows of documents, their files and their text."""

from __future__ import annotations

import pytest

from engine.errors import NotEnoughSpace
from engine.types import DocumentState, DocumentText, Problem
from engine.vault.connection import Connection
from engine.vault.database import Database
from engine.vault.repositories import documents, file_contents, lifecycle
from engine.vault.repositories.lifecycle import Embedded
from tests.engine.vault.conftest import EMBEDDER, NOW, add, indexed, queue, store


def get(database: Database, document_id: int):
    return database.read(lambda connection: documents.get(connection, document_id))


def count(database: Database, table: str) -> int:
    return database.read(lambda connection: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_a_queued_document_is_listed_with_what_is_known_of_it(database: Database) -> None:
    document_id = queue(database, "fever.pdf", content=b"1234567")
    (info,) = database.read(documents.list_all)
    assert (info.id, info.name, info.kind, info.size) == (document_id, "fever.pdf", "pdf", 7)
    assert (info.state, info.added_at, info.source_path) == (DocumentState.QUEUED, NOW, "/in/fever.pdf")
    assert (info.pages, info.chunks, info.error, info.warnings) == (0, 0, None, [])
    assert database.read(documents.queued) == [document_id]


def test_a_ready_document_has_its_text_title_counts_and_warnings(database: Database) -> None:
    document_id = add(database, "fever.pdf", ["One passage.", "Another."], title="Fever – Übersicht")
    info = get(database, document_id)
    assert (info.state, info.title, info.pages, info.chunks) == (DocumentState.READY, "Fever – Übersicht", 1, 2)
    assert info.warnings == ["page 7 could not be read"]
    expected, *_ = indexed(["One passage.", "Another."], title="Fever – Übersicht")
    assert database.read(lambda connection: documents.text(connection, document_id)) == expected
    assert database.read(documents.queued) == []


def test_a_format_without_pages_counts_none(database: Database) -> None:
    info = get(database, add(database, "notes.md", ["Text."], paged=False))
    assert (info.paged, info.pages) == (False, 0)


def test_text_and_file_of_a_document_that_is_not_there(database: Database) -> None:
    for call in (documents.text, documents.file_id):
        with pytest.raises(KeyError):
            database.read(lambda connection, call=call: call(connection, 99))
    assert get(database, 99) is None


def test_failing_says_why_and_a_later_state_clears_it(database: Database) -> None:
    document_id = queue(database)
    problem = Problem("The file is protected.", "Type its password.", "pdf: encrypted")
    database.transaction(lambda connection: documents.set_failed(connection, document_id, problem, needs_password=True))
    info = get(database, document_id)
    assert (info.state, info.error, info.needs_password) == (DocumentState.FAILED, problem, True)
    database.transaction(lambda connection: documents.set_state(connection, document_id, DocumentState.QUEUED))
    info = get(database, document_id)
    assert (info.state, info.error, info.needs_password) == (DocumentState.QUEUED, None, False)


def test_found_by_content_and_by_where_it_came_from(database: Database) -> None:
    older, newer = queue(database, "fever.pdf"), queue(database, "fever.pdf")
    assert older < newer
    assert database.read(lambda c: documents.find_by_hash(c, "sha-fever.pdf")).id == newer
    assert database.read(lambda c: documents.find_by_source(c, "/in/fever.pdf")).id == newer
    assert database.read(lambda c: documents.find_by_hash(c, "sha-none")) is None


def test_documents_of_another_embedder_wait_for_new_vectors(database: Database) -> None:
    old = add(database, "old.pdf", ["x", "y"], embedder="older")
    add(database, "new.pdf", ["x"])
    queue(database, "queued.pdf")
    assert database.read(documents.without_vectors) == []
    assert database.transaction(lambda c: documents.disown_vectors(c, EMBEDDER)) == 1
    assert database.read(documents.without_vectors) == [old]
    assert database.read(documents.passages_without_vectors) == 2
    assert get(database, old).keyword_only
    assert get(database, old).state == DocumentState.READY


def test_a_document_that_waits_for_vectors_is_indexing_until_it_has_them_or_cannot(database: Database) -> None:
    text, cut, data, embedder = indexed(["one", "two"])
    first, second = queue(database, "a.pdf"), queue(database, "b.pdf")
    for document_id in (first, second):
        database.transaction(lambda c, d=document_id: lifecycle.store_read(c, d, text, cut))
    assert (get(database, first).state, get(database, first).keyword_only) == (DocumentState.INDEXING, True)
    assert database.read(documents.without_vectors) == [first, second]
    database.transaction(lambda c: lifecycle.store_embedded(c, first, Embedded(cut, data, embedder)))
    assert (get(database, first).state, get(database, first).keyword_only) == (DocumentState.READY, False)
    assert database.transaction(documents.settle_without_vectors) == 1
    assert (get(database, second).state, get(database, second).keyword_only) == (DocumentState.READY, True)
    assert database.read(documents.without_vectors) == [second]


def test_vectors_leave_a_failure_and_the_queue_as_they_are(database: Database) -> None:
    _, cut, data, embedder = indexed(["one"])
    document_id = add(database, "a.pdf", ["one"])
    for state in (DocumentState.QUEUED, DocumentState.FAILED):
        database.transaction(lambda c, s=state: documents.set_state(c, document_id, s))
        database.transaction(lambda c: lifecycle.store_embedded(c, document_id, Embedded(cut, data, embedder)))
        assert get(database, document_id).state == state
        assert database.read(documents.without_vectors) == []


@pytest.mark.parametrize("size", [0, 1, file_contents.PART_BYTES, 3 * file_contents.PART_BYTES + 17])
def test_a_file_comes_back_byte_for_byte(database: Database, tmp_path, size: int) -> None:
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    (tmp_path / "in.pdf").write_bytes(content)
    file_id = file_contents.store_path(database, tmp_path / "in.pdf")
    assert file_contents.load(database, file_id) == content


def test_a_file_whose_source_breaks_off_leaves_nothing(database: Database) -> None:
    def parts():
        yield b"a" * 1000
        raise OSError("the stick was pulled out")

    with pytest.raises(OSError, match="pulled out"):
        file_contents.store(database, parts())
    assert (count(database, "files"), count(database, "file_parts")) == (0, 0)


def test_a_file_too_large_for_the_disk_leaves_nothing(database: Database) -> None:
    database.transaction(lambda connection: connection.execute("PRAGMA max_page_count = 400").fetchone())
    with pytest.raises(NotEnoughSpace):
        file_contents.store(database, (b"x" * file_contents.PART_BYTES for _ in range(8)))
    assert (count(database, "files"), count(database, "file_parts")) == (0, 0)


def test_other_calls_get_their_turn_while_a_large_file_is_read(database: Database) -> None:
    file_id = file_contents.store(database, (b"x" * file_contents.PART_BYTES for _ in range(8)))
    order: list[str] = []
    original = database.read

    def read(function):
        order.append("part")
        if len(order) == 3:
            original(lambda connection: order.append("other"))
        return original(function)

    database.read = read  # type: ignore[method-assign]
    file_contents.load(database, file_id)
    assert order.index("other") < len(order) - 1


def test_a_text_of_many_pages_survives_packing(database: Database) -> None:
    document_id = queue(database)
    text = DocumentText("ä" * 100_000, [], [], [], "T", False)

    def put(connection: Connection) -> None:
        documents.put_text(connection, document_id, text)

    database.transaction(put)
    database.transaction(put)
    packed = database.read(lambda connection: documents.packed_text(connection, document_id))
    assert documents.unpack_text(packed) == text
    assert len(packed) < 10_000


def test_an_id_is_never_given_twice(database: Database) -> None:
    from engine.vault.repositories import lifecycle

    first = add(database, "a.pdf", ["x"])
    database.transaction(lambda connection: lifecycle.delete(connection, [first]))
    assert queue(database, "b.pdf") > first


def test_storing_again_replaces_text_and_chunks(database: Database) -> None:
    document_id = add(database, "a.pdf", ["one", "two"])
    gone = store(database, document_id, ["three"])
    assert len(gone) == 2
    assert get(database, document_id).chunks == 1
