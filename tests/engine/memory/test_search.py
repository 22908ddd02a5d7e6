"""Search over a real vault, with a stand-in for the child so that each of its failures can be had at will."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from engine.cancellation import CancelToken
from engine.errors import ModelMissing, WorkerCrashed
from engine.memory.messages import Neighbours
from engine.memory.search import HybridSearch
from engine.memory.store import Stored, VaultPassages
from engine.types import Chunk, DocumentText, MemoryStatus, PageText
from engine.vault.database import Database
from engine.vault.repositories import chunks, documents, file_contents, lifecycle
from tests.fixtures.vault.ready import store_ready

EMBEDDER = "stand-in"
ABOUT = ["asthma", "fever", "billing"]
TEXTS = {
    "asthma.md": ["Give salbutamol for asthma at once.", "Children with asthma use a spacer."],
    "fever.md": ["Paracetamol lowers fever.", "Fever in the first three months of life is an emergency."],
    "office.md": ["Billing runs on Friday.", "Opening hours are 8 to 12."],
}


def vector(text: str) -> list[float]:
    """What a text is about, in three numbers."""
    found = [1.0 if word in text.lower() else 0.0 for word in ABOUT]
    length = sum(value * value for value in found) ** 0.5 or 1.0
    return [value / length for value in found]


def packed(rows: Sequence[list[float]]) -> bytes:
    from array import array

    return array("f", [value for row in rows for value in row]).tobytes()


class Child:
    """Holds vectors as the child does, and fails as told."""

    def __init__(self) -> None:
        self.rows: dict[int, list[float]] = {}
        self.failing: list[Exception] = []
        self.missing = False
        self.slow = threading.Event()
        self.slow.set()
        self._replaced: list[Callable[[], None]] = []

    def on_restart(self, callback: Callable[[], None]) -> None:
        self._replaced.append(callback)

    def die(self) -> None:
        """The next call finds a new child without vectors."""
        self.rows.clear()
        for callback in self._replaced:
            callback()

    def embedder(self) -> str:
        self._may_fail()
        return EMBEDDER

    def start_loading(self) -> None:
        if self.missing:
            raise ModelMissing("no model")

    def finish_loading(self, *, cancel: CancelToken | None = None) -> None:
        return None

    def clear(self) -> None:
        self.rows.clear()

    def add(self, ids: Sequence[int], vectors: bytes, *, cancel: CancelToken | None = None) -> int:
        from array import array

        if cancel is not None:
            cancel.check()
        self._may_fail()
        values = array("f", vectors)
        self.rows.update((key, list(values[3 * n : 3 * n + 3])) for n, key in enumerate(ids))
        return len(self.rows)

    def remove(self, ids: Sequence[int]) -> int:
        self._may_fail()
        for key in ids:
            self.rows.pop(key, None)
        return len(self.rows)

    def query(self, text: str, k: int, *, cancel: CancelToken | None = None) -> Neighbours:
        self.slow.wait(10)
        self._may_fail()
        asked = vector(text)
        near = sorted(
            ((sum(a * b for a, b in zip(asked, row, strict=True)), key) for key, row in self.rows.items()), reverse=True
        )[:k]
        return Neighbours([key for _, key in near], [value for value, _ in near], len(self.rows), packed([asked]))

    def _may_fail(self) -> None:
        if self.failing:
            raise self.failing.pop()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database.open(tmp_path / "vault.db", bytearray(range(32)), backups=tmp_path / "backups", create=True)
    for name, texts in TEXTS.items():
        store(opened, name, texts)
    yield opened
    opened.close()


def store(database: Database, name: str, texts: Sequence[str], *, embedded: bool = True) -> list[int]:
    file_id = file_contents.store(database, [b"content"])
    new = documents.NewDocument(name, "markdown", name, 7, file_id, "2026-01-02T03:04:05Z")
    whole, cut, start = "\n".join(texts), [], 0
    for text in texts:
        cut.append(Chunk(start, start + len(text), 1, "", text))
        start += len(text) + 1
    content = DocumentText(whole, [PageText(1, 0, len(whole))], [], [], "", False)
    vectors = packed([vector(text) for text in texts])

    def run(connection: object) -> list[int]:
        document_id = documents.insert(connection, new)  # type: ignore[arg-type]
        if embedded:
            store_ready(connection, document_id, content, cut, vectors, EMBEDDER)  # type: ignore[arg-type]
        else:
            lifecycle.store_read(connection, document_id, content, cut)  # type: ignore[arg-type]
        return chunks.ids_of(connection, [document_id])  # type: ignore[arg-type]

    return database.transaction(run)


@pytest.fixture
def child() -> Child:
    return Child()


@pytest.fixture
def search(database: Database, child: Child) -> Iterator[HybridSearch]:
    hybrid = HybridSearch(database, child)  # type: ignore[arg-type]
    yield hybrid
    hybrid.close()


def until_ready(search: HybridSearch) -> MemoryStatus:
    end = time.monotonic() + 5
    while not search.status().ready and time.monotonic() < end:
        time.sleep(0.005)
    return search.status()


def found(search: HybridSearch, query: str, k: int = 10) -> list[str]:
    return [hit.passage.text for hit in search.search(query, k).hits]


def test_keyword_search_answers_before_the_index_is_filled(search: HybridSearch) -> None:
    result = search.search("How is salbutamol given?")
    assert not result.dense
    assert result.hits[0].passage.text == TEXTS["asthma.md"][0]
    assert (result.hits[0].rank, result.hits[0].keyword_rank, result.hits[0].dense_rank) == (1, 1, None)
    assert result.hits[0].similarity is None


def test_the_index_is_filled_from_the_vault(search: HybridSearch, child: Child) -> None:
    search.start()
    assert until_ready(search) == MemoryStatus(ready=True, indexed=6, total=6)
    result = search.search("asthma")
    assert result.dense
    assert {hit.dense_rank for hit in result.hits[:2]} == {1, 2}
    assert result.hits[0].similarity == pytest.approx(1.0)
    assert [hit.score for hit in result.hits] == sorted((hit.score for hit in result.hits), reverse=True)


def test_every_hit_has_its_similarity(search: HybridSearch, child: Child) -> None:
    """Also those that only keyword search found: their vectors come from the vault."""
    search.start()
    until_ready(search)
    for key in list(child.rows)[:2]:
        del child.rows[key]  # the index does not return the passages on asthma
    hits = search.search("asthma in children").hits
    assert hits[0].dense_rank is None
    assert hits[0].similarity == pytest.approx(1.0)


def test_every_passage_is_read_once(search: HybridSearch, child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    search.start()
    until_ready(search)
    read: list[tuple[list[int], bool]] = []
    passages = VaultPassages.passages

    def note(self: VaultPassages, ids: Sequence[int], *, vectors: bool = False) -> dict[int, Stored]:
        read.append((list(ids), vectors))
        return passages(self, ids, vectors=vectors)

    monkeypatch.setattr(VaultPassages, "passages", note)
    result = search.search("salbutamol")
    by_words, by_meaning = read
    assert by_words == ([1], True)
    assert by_meaning[1] is False  # the child told how near they are
    assert sorted([*by_words[0], *by_meaning[0]]) == sorted(child.rows)
    assert {hit.passage.id for hit in result.hits} == set(child.rows)


def test_a_result_tells_what_its_parts_took(search: HybridSearch) -> None:
    in_turn = {"keyword", "reading", "waiting", "ranking"}
    early = search.search("salbutamol")
    assert early.stages.keys() == in_turn
    search.start()
    until_ready(search)
    result = search.search("salbutamol")
    assert result.stages.keys() == in_turn | {"embedding", "neighbours"}
    assert 0 < sum(result.stages[stage] for stage in in_turn) <= result.ms
    assert search.search("?").stages == {}


def test_removed_documents_are_not_found(search: HybridSearch, database: Database, child: Child) -> None:
    search.start()
    until_ready(search)
    gone = database.transaction(lambda c: (lifecycle.remove(c, [1], "2026-01-02T03:04:05Z"), chunks.ids_of(c, [1]))[1])
    assert all("asthma" not in text for text in found(search, "asthma"))  # even before the index knows
    search.remove(gone)
    assert search.status() == MemoryStatus(ready=True, indexed=4, total=4)


def test_new_documents_are_found(search: HybridSearch, database: Database) -> None:
    search.start()
    until_ready(search)
    ids = store(database, "new.md", ["Asthma nurses are here on Monday."])
    search.add(ids, packed([vector("asthma")]))
    assert search.status().indexed == 7
    assert "Asthma nurses are here on Monday." in found(search, "asthma")


def test_passages_without_vectors_are_found_beside_those_that_have_them(
    search: HybridSearch, database: Database
) -> None:
    """A document that waits for its vectors is not pushed down by what only resembles the question."""
    search.start()
    until_ready(search)
    store(database, "new.md", ["The asthma nurse trains inhaler technique on Monday."], embedded=False)
    hits = search.search("Who trains inhaler technique?").hits
    assert hits[0].passage.document == "new.md"
    assert (hits[0].similarity, hits[0].dense_rank) == (None, None)
    assert any(hit.similarity is not None for hit in hits)


def test_a_new_child_is_filled_again(search: HybridSearch, child: Child) -> None:
    search.start()
    until_ready(search)
    child.die()
    assert until_ready(search).indexed == 6
    assert len(child.rows) == 6


def test_a_crash_while_filling_is_tried_again(search: HybridSearch, child: Child) -> None:
    child.failing = [WorkerCrashed("gone"), WorkerCrashed("gone")]
    search.start()
    assert until_ready(search).ready


def test_a_child_that_always_dies_leaves_keyword_search(search: HybridSearch, child: Child) -> None:
    child.failing = [WorkerCrashed("gone")] * 50
    search.start()
    search.close()
    assert not search.status().ready


def test_a_crash_during_a_query_is_answered_by_keywords(search: HybridSearch, child: Child) -> None:
    search.start()
    until_ready(search)
    child.failing = [WorkerCrashed("gone")]
    result = search.search("salbutamol")
    assert not result.dense
    assert result.hits[0].passage.text == TEXTS["asthma.md"][0]


def test_a_crash_during_an_import_fills_the_index_again(search: HybridSearch, database: Database, child: Child) -> None:
    search.start()
    until_ready(search)
    ids = store(database, "new.md", ["Asthma nurses are here on Monday."])
    child.failing = [WorkerCrashed("gone")]
    child.die()
    search.add(ids, packed([vector("asthma")]))
    until_ready(search)
    search.close()
    assert set(ids) <= set(child.rows)


def test_a_busy_child_does_not_hold_an_answer_up(
    search: HybridSearch, child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.memory.search._DENSE_WAIT_S", 0.05)
    search.start()
    until_ready(search)
    child.slow.clear()
    begun = time.monotonic()
    result = search.search("salbutamol")
    assert time.monotonic() - begun < 2
    assert not result.dense
    assert result.hits
    child.slow.set()


def test_without_a_search_model_there_is_keyword_search(search: HybridSearch, child: Child) -> None:
    child.missing = True
    search.start()
    assert found(search, "salbutamol")
    child.missing = False
    deadline = time.monotonic() + 5
    while not search.status().ready and time.monotonic() < deadline:
        search.start()  # as after the model was installed
        time.sleep(0.01)
    assert search.status().ready


@pytest.mark.parametrize("query", ["", "   ", "?!", '"', "zzzz qqqq"])
def test_queries_that_find_nothing(search: HybridSearch, query: str) -> None:
    assert search.search(query).hits == []


def test_k_limits_the_hits(search: HybridSearch) -> None:
    assert len(search.search("asthma fever", 1).hits) == 1
    assert search.search("asthma", 0).hits == []


def test_the_same_passage_in_two_files_is_one_hit(search: HybridSearch, database: Database) -> None:
    store(database, "copy.md", TEXTS["asthma.md"])
    assert found(search, "salbutamol") == [TEXTS["asthma.md"][0]]


def test_status_changes_are_told(database: Database, child: Child) -> None:
    told: list[bool] = []
    search = HybridSearch(database, child, on_change=lambda: told.append(search.status().ready))  # type: ignore[arg-type]
    search.start()
    until_ready(search)
    search.close()
    assert told[-1] is True
    assert told[0] is False


def test_closing_ends_the_filling(search: HybridSearch, child: Child) -> None:
    search.start()
    search.close()
    search.close()
    search.start()
    assert threading.active_count() < 20
