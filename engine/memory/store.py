"""What search reads from the vault, and the form in which search asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from engine.memory.lexical import match_any
from engine.types import Passage
from engine.vault.connection import Connection
from engine.vault.database import Database
from engine.vault.repositories import chunks, search_facts


class Findings(Struct, frozen=True):
    """Answer of keyword search. scores: BM25 by passage id, best first; counts: passages that hold a word."""

    scores: dict[int, float]
    counts: dict[str, int]
    passages: int


class Stored(Struct, frozen=True):
    """A passage, its document's title, and its vector (float32 little endian; empty where it was not asked for)."""

    passage: Passage
    title: str
    vector: bytes


class VectorBatch(Struct, frozen=True):
    """Passage ids with their vectors, float32 little endian, in the order of ids."""

    ids: list[int]
    data: bytes


class PassageStore(Protocol):
    """Where passages, their words and their vectors are kept."""

    def find(self, words: Sequence[str], limit: int) -> Findings:
        """Passages with any of the words, and how common each word is."""

    def passages(self, ids: Sequence[int], *, vectors: bool = False) -> dict[int, Stored]:
        """Passages by id in the order of ids; those of removed documents are left out."""

    def count_vectors(self, embedder: str) -> int:
        """How many vectors vector_batches gives."""

    def vector_batches(self, embedder: str) -> Iterator[VectorBatch]:
        """Every vector that embedder made."""


# A word in a title says more than one in the text; chosen on half of the questions of two public sets, see
# docs/benchmarks.md.
_WEIGHTS = chunks.Weights(title=4.0, section=2.0, text=1.0)
_MOST_ROWS = 10_000  # entries of the words' lists; about 1 ms for each thousand
_MOST_COUNTS = 50_000
_STALE = 0.02


def telling(words: Sequence[str], counts: Mapping[str, int]) -> list[str]:
    """The rarer words, as many as keyword search can rank in a few milliseconds; at least the rarest that is there.

    A word that a large part of the library holds costs most of the time and hardly moves BM25.
    """
    chosen: list[str] = []
    rows = 0
    for word in sorted((word for word in words if counts[word]), key=lambda word: counts[word]):
        rows += counts[word]
        if chosen and rows > _MOST_ROWS:
            break
        chosen.append(word)
    return chosen


class VaultPassages:
    """The PassageStore of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._counts: dict[str, int] = {}  # used on the vault's thread only
        self._counted_among = 0

    def find(self, words: Sequence[str], limit: int) -> Findings:
        def run(connection: Connection) -> Findings:
            passages = search_facts.passage_count(connection)
            counts = self._count(connection, words, passages)
            match = match_any(telling(words, counts))
            scores = dict(chunks.keyword_search(connection, match, limit, _WEIGHTS)) if match else {}
            return Findings(scores, counts, passages)

        return self._database.read(run)

    def _count(self, connection: Connection, words: Sequence[str], passages: int) -> dict[str, int]:
        """Counting a common word takes milliseconds in a large library, so counts are kept until it has changed."""
        if abs(passages - self._counted_among) > _STALE * self._counted_among or len(self._counts) > _MOST_COUNTS:
            self._counts.clear()
            self._counted_among = passages
        new = [word for word in words if word not in self._counts]
        self._counts |= search_facts.word_counts(connection, new)
        return {word: self._counts[word] for word in words}

    def passages(self, ids: Sequence[int], *, vectors: bool = False) -> dict[int, Stored]:
        def run(connection: Connection) -> dict[int, Stored]:
            found = chunks.passages(connection, ids)
            titles = search_facts.titles(connection, sorted({passage.document_id for passage in found.values()}))
            rows = chunks.vectors_of(connection, ids) if vectors else {}
            return {
                key: Stored(found[key], titles.get(found[key].document_id, ""), rows.get(key, b""))
                for key in ids
                if key in found
            }

        return self._database.read(run) if ids else {}

    def count_vectors(self, embedder: str) -> int:
        return self._database.read(lambda connection: chunks.count_vectors(connection, embedder))

    def vector_batches(self, embedder: str) -> Iterator[VectorBatch]:
        for batch in chunks.vector_batches(self._database, embedder):
            yield VectorBatch(batch.ids, batch.data)
