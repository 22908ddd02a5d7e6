"""Keyword search, passages and vectors, through everything that documents go through."""

from __future__ import annotations

import pytest

from engine.types import Chunk
from engine.vault.database import Database
from engine.vault.repositories import chunks, documents, lifecycle
from engine.vault.repositories.chunks import Weights
from tests.engine.vault.conftest import DIMENSIONS, EMBEDDER, NOW, add, indexed, queue, store, vectors
from tests.fixtures.vault.ready import store_ready


def found(database: Database, match: str, limit: int = 10, weights: Weights = chunks.EQUAL) -> list[str]:
    """Texts of the passages that match, best first."""
    hits = database.read(lambda c: chunks.keyword_search(c, match, limit, weights))
    assert [score for _, score in hits] == sorted((score for _, score in hits), reverse=True)
    passages = database.read(lambda c: chunks.passages(c, [chunk_id for chunk_id, _ in hits]))
    return [passages[chunk_id].text for chunk_id, _ in hits]


def check_index(database: Database) -> None:
    """FTS5's own comparison of the index with what it should hold; raises where they differ."""
    database.transaction(
        lambda c: c.execute("INSERT INTO chunk_search (chunk_search, rank) VALUES ('integrity-check', 1)")
    )


def all_vectors(database: Database, size: int = 3) -> dict[int, bytes]:
    width = DIMENSIONS * 4
    result: dict[int, bytes] = {}
    for batch in chunks.vector_batches(database, EMBEDDER, size):
        assert len(batch.ids) <= size
        assert len(batch.data) == len(batch.ids) * width
        result |= {each: batch.data[n * width : (n + 1) * width] for n, each in enumerate(batch.ids)}
    return result


def test_words_are_stemmed_and_accents_do_not_matter(database: Database) -> None:
    add(database, "a.pdf", ["Vaccinations for naïve patients", "Opening hours"])
    assert found(database, "vaccination") == ["Vaccinations for naïve patients"]
    assert found(database, "naive AND patient") == ["Vaccinations for naïve patients"]
    assert found(database, "closing") == []


def test_title_and_section_are_searched_with_their_weights(database: Database) -> None:
    add(database, "a.pdf", ["in the text: anaphylaxis"], title="Allergy")
    add(database, "b.pdf", ["nothing of it here"], title="Anaphylaxis")
    assert found(database, "anaphylaxis", weights=Weights(title=20)) == [
        "nothing of it here",
        "in the text: anaphylaxis",
    ]
    assert found(database, "anaphylaxis", weights=Weights(title=0.01)) == [
        "in the text: anaphylaxis",
        "nothing of it here",
    ]
    assert len(found(database, "section: adults")) == 2


def test_a_document_without_title_is_found_by_its_file_name(database: Database) -> None:
    add(database, "epinephrine dosing.pdf", ["body"])
    assert found(database, "title: epinephrine") == ["body"]


def test_a_passage_out_of_a_table_is_found_by_the_names_of_its_columns(database: Database) -> None:
    row = "Naproxen | 1,000 mg"
    text, *_ = indexed([row])
    document_id = queue(database, "doses.pdf")
    cut = [Chunk(0, len(row), 1, "Doses", row, "Medicine | Maximum in 24 hours")]
    database.transaction(lambda c: store_ready(c, document_id, text, cut, vectors(1), EMBEDDER))
    assert found(database, "naproxen AND maximum") == [row]
    (passage,) = database.read(lambda c: chunks.passages(c, chunks.ids_of(c, [document_id]))).values()
    assert passage.shown == "Medicine | Maximum in 24 hours\nNaproxen | 1,000 mg"
    assert database.read(lambda c: chunks.chunks_of(c, document_id)) == cut
    check_index(database)
    database.transaction(lambda c: lifecycle.delete(c, [document_id]))
    assert found(database, "maximum") == []
    check_index(database)


def test_a_passage_says_where_it_stands(database: Database) -> None:
    paged = add(database, "a.pdf", ["first", "second"])
    flowing = add(database, "b.md", ["third"], paged=False)
    ids = database.read(lambda c: chunks.ids_of(c, [paged, flowing]))
    result = database.read(lambda c: chunks.passages(c, [*ids, 999]))
    assert list(result) == ids
    second = result[ids[1]]
    assert (second.document_id, second.document, second.page, second.section) == (paged, "a.pdf", 1, "Dosing › Adults")
    assert (second.text, second.start, second.end) == ("second", 6, 12)
    assert result[ids[2]].page is None
    assert database.read(lambda c: chunks.chunks_of(c, flowing)) == [Chunk(0, 5, 1, "Dosing › Adults", "third")]


def test_removed_is_not_found_and_restored_is_again(database: Database) -> None:
    keep, leave = add(database, "a.pdf", ["fever one"]), add(database, "b.pdf", ["fever two"])
    assert database.transaction(lambda c: lifecycle.remove(c, [leave, 999], NOW)) == [leave]
    assert database.transaction(lambda c: lifecycle.remove(c, [leave], NOW)) == []
    assert found(database, "fever") == ["fever one"]
    assert [each.id for each in database.read(documents.list_all)] == [keep]
    assert len(all_vectors(database)) == 1
    assert database.read(lambda c: chunks.passages(c, chunks.ids_of(c, [leave]))) == {}
    check_index(database)
    assert database.transaction(lambda c: lifecycle.restore(c, [leave, keep])) == [leave]
    assert set(found(database, "fever")) == {"fever one", "fever two"}
    assert len(all_vectors(database)) == 2
    check_index(database)


def test_purging_ends_the_undo_and_leaves_no_row(database: Database) -> None:
    leave = add(database, "b.pdf", ["fever two"])
    database.transaction(lambda c: lifecycle.remove(c, [leave], NOW))
    assert database.transaction(lifecycle.purge_removed) == [leave]
    assert database.transaction(lambda c: lifecycle.restore(c, [leave])) == []
    for table in ("documents", "files", "file_parts", "document_texts", "chunks", "chunk_vectors"):
        assert database.read(lambda c, t=table: c.execute(f"SELECT count(*) FROM {t}").fetchone()) == (0,), table
    check_index(database)


def test_the_new_version_comes_and_the_old_one_goes_at_one_moment(database: Database) -> None:
    old = add(database, "a.pdf", ["dose 500 mg", "dose for adults"])
    old_chunks = database.read(lambda c: chunks.ids_of(c, [old]))
    new = queue(database, "a.pdf", replaces=old)
    assert len(found(database, "dose")) == 2
    gone = store(database, new, ["dose 250 mg"])
    assert gone == old_chunks
    assert found(database, "dose") == ["dose 250 mg"]
    assert [each.id for each in database.read(documents.list_all)] == [new]
    assert len(all_vectors(database)) == 1
    check_index(database)


def test_a_replacement_that_fails_midway_leaves_the_old_version(database: Database) -> None:
    old = add(database, "a.pdf", ["dose 500 mg"])
    new = queue(database, "a.pdf", replaces=old)
    text, cut, data, embedder = indexed(["dose 250 mg"])
    with pytest.raises(ValueError, match="one float32 vector"):
        database.transaction(lambda c: store_ready(c, new, text, cut, data[:-1], embedder))
    assert found(database, "dose") == ["dose 500 mg"]
    assert database.read(documents.queued) == [new]
    check_index(database)


def test_a_version_replaced_before_it_was_ready_takes_the_first_one_along(database: Database) -> None:
    first = add(database, "a.pdf", ["dose 1 mg"])
    second = queue(database, "a.pdf", replaces=first)
    third = queue(database, "a.pdf", replaces=second)
    store(database, third, ["dose 3 mg"])
    assert [each.id for each in database.read(documents.list_all)] == [third]
    assert found(database, "dose") == ["dose 3 mg"]
    with pytest.raises(KeyError):
        store(database, second, ["dose 2 mg"])
    check_index(database)


def test_a_document_removed_while_it_was_read_stays_out_of_search(database: Database) -> None:
    document_id = queue(database)
    database.transaction(lambda c: lifecycle.remove(c, [document_id], NOW))
    store(database, document_id, ["fever"])
    assert found(database, "fever") == []
    database.transaction(lambda c: lifecycle.restore(c, [document_id]))
    assert found(database, "fever") == ["fever"]
    check_index(database)


def test_reading_again_replaces_what_search_knows(database: Database) -> None:
    document_id = add(database, "a.pdf", ["before", "before too"], title="Old title")
    store(database, document_id, ["after"], title="New title")
    assert found(database, "before OR old") == []
    assert found(database, "after AND new") == ["after"]
    assert len(all_vectors(database)) == 1
    check_index(database)


def test_scores_forget_what_was_deleted(database: Database) -> None:
    """The same library scores the same, whether or not other documents were in it before."""

    def scores() -> list[float]:
        return [score for _, score in database.read(lambda c: chunks.keyword_search(c, "fever OR dose", 10))]

    add(database, "a.pdf", ["fever in children", "the dose", "opening hours"])
    before = scores()
    other = add(database, "b.pdf", ["fever dose " * 50] * 20)
    assert scores() != before
    database.transaction(lambda c: lifecycle.delete(c, [other]))
    assert scores() == before


def test_vectors_come_in_batches_without_gap_or_repeat(database: Database) -> None:
    expected: dict[int, bytes] = {}
    for number in range(4):
        document_id = add(database, f"{number}.pdf", [f"text {n}" for n in range(number * 2)])
        ids = database.read(lambda c, d=document_id: chunks.ids_of(c, [d]))
        data = vectors(len(ids))
        expected |= {each: data[n * 16 : (n + 1) * 16] for n, each in enumerate(ids)}
    add(database, "other.pdf", ["made by another embedder"], embedder="other")
    for size in (1, 5, 12, 100):
        assert all_vectors(database, size) == expected
    assert database.read(lambda c: chunks.count_vectors(c, EMBEDDER)) == len(expected) == 12


def test_vectors_of_one_document_and_of_some_chunks(database: Database) -> None:
    document_id = add(database, "a.pdf", ["one", "two", "three"])
    own = database.read(lambda c: chunks.document_vectors(c, document_id))
    assert own.data == vectors(3)
    assert database.read(lambda c: chunks.vectors_of(c, [own.ids[1], 999])) == {own.ids[1]: vectors(3)[16:32]}


def embed(database: Database, document_id: int, texts: list[str], data: bytes) -> list[int]:
    embedded = lifecycle.Embedded(indexed(texts)[1], data, EMBEDDER)
    return database.transaction(lambda c: lifecycle.store_embedded(c, document_id, embedded))


def test_another_embedder_gives_new_vectors_to_the_same_chunks(database: Database) -> None:
    document_id = add(database, "a.pdf", ["one", "two"], embedder="older")
    ids = database.read(lambda c: chunks.ids_of(c, [document_id]))
    assert all_vectors(database) == {}
    assert embed(database, document_id, ["one", "two"], vectors(2, 50)) == []
    assert b"".join(all_vectors(database).values()) == vectors(2, 50)
    assert database.read(lambda c: chunks.ids_of(c, [document_id])) == ids
    for wrong in (b"", vectors(2)[:-4], vectors(3)[:-4]):
        with pytest.raises(ValueError, match="one float32 vector"):
            embed(database, document_id, ["one", "two"], wrong)


def test_text_that_is_cut_in_another_way_gets_new_chunks(database: Database) -> None:
    document_id = add(database, "a.pdf", ["fever one", "fever two"], embedder="older")
    ids = database.read(lambda c: chunks.ids_of(c, [document_id]))
    assert embed(database, document_id, ["fever one fever two"], vectors(1, 50)) == ids
    assert found(database, "fever") == ["fever one fever two"]
    assert all_vectors(database).keys().isdisjoint(ids)
    assert database.read(lambda c: documents.get(c, document_id)).chunks == 1
    check_index(database)


def test_a_removed_document_gets_vectors_but_stays_out_of_search(database: Database) -> None:
    document_id = add(database, "a.pdf", ["fever one", "fever two"], embedder="older")
    database.transaction(lambda c: lifecycle.remove(c, [document_id], NOW))
    embed(database, document_id, ["fever one fever two"], vectors(1, 50))
    assert found(database, "fever") == []
    check_index(database)
    database.transaction(lambda c: lifecycle.restore(c, [document_id]))
    assert found(database, "fever") == ["fever one fever two"]
    assert list(all_vectors(database).values()) == [vectors(1, 50)]


def test_disowned_vectors_are_not_used(database: Database) -> None:
    document_id = add(database, "a.pdf", ["one"])
    ids = database.read(lambda c: chunks.ids_of(c, [document_id]))
    database.transaction(lambda c: documents.disown_vectors(c, "newer"))
    assert database.read(lambda c: chunks.vectors_of(c, ids)) == {}
    assert database.read(lambda c: chunks.document_vectors(c, document_id)) == chunks.Vectors([], b"")
    assert all_vectors(database) == {}
    assert found(database, "one") == ["one"]


def test_a_document_without_text_is_ready_with_no_chunks(database: Database) -> None:
    document_id = add(database, "blank.pdf", [])
    assert database.read(lambda c: documents.get(c, document_id)).chunks == 0
    with pytest.raises(ValueError, match="without chunks"):
        database.transaction(lambda c: chunks.put_vectors(c, document_id, b"1234", EMBEDDER))


def test_many_ids_in_one_call(database: Database) -> None:
    document_id = add(database, "a.pdf", ["one"])
    (chunk_id,) = database.read(lambda c: chunks.ids_of(c, [document_id]))
    ids = [chunk_id, *range(1000, 61_000)]
    assert list(database.read(lambda c: chunks.passages(c, ids))) == [chunk_id]
