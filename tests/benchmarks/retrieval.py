"""Retrieval on questions that others wrote: keyword, dense and hybrid search side by side, through vault and child.

cpgqa: its questions over its passages among the first 2,000 answers of medquad. medquad: its own questions over all its
answers, once bare and once with the title of the page they stand on. Every passage or answer is one document; a
document counts as found at the place of its first passage.

Run: python -m tests.benchmarks.retrieval [--vectors FILE.npz] [--half dev|test|all]
--vectors keeps the embeddings for the next run (embedding takes 10 to 20 minutes). dev is the half of the questions on
which the weights were chosen, test the other half.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import math
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from msgspec import Struct

from engine.memory.chunking import chunk_document
from engine.memory.client import MemoryClient, embedding_text
from engine.memory.lexical import match_any
from engine.memory.search import HybridSearch
from engine.memory.store import VaultPassages
from engine.memory.terms import words
from engine.models.service import Models
from engine.paths import Paths
from engine.settings import SettingsStore
from engine.types import Chunk, DocumentText, PageText
from engine.vault.database import Database
from engine.vault.repositories import chunks, documents, file_contents
from engine.workers.client import WorkerClient
from engine.workers.roles import Role
from tests.benchmarks.common import shared_data
from tests.fixtures.vault.ready import store_ready

FIRST = 2000
DEPTH = 40
SPLIT_SEED = 7
FIGURES = ("hit@1", "hit@5", "hit@10", "MRR", "nDCG@10")


class Item(Struct, frozen=True):
    key: str
    title: str
    text: str


class Case(Struct, frozen=True):
    question: str
    gold: frozenset[str]


def cpgqa(data: Path) -> tuple[list[Item], list[Case]]:
    with (data / "cpgqa" / "cpgQA-v1.0.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    keys = {text: f"cpgqa {n}" for n, text in enumerate(dict.fromkeys(row["CONTEXT"].strip() for row in rows))}
    items = [Item(key, "", text) for text, key in keys.items()] + medquad_items(data, titles=False)[:FIRST]
    return items, [Case(row["QUESTION"], frozenset([keys[row["CONTEXT"].strip()]])) for row in rows]


def medquad_items(data: Path, *, titles: bool) -> list[Item]:
    lines = (data / "medquad" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    return [Item(row["id"], row["focus"] if titles else "", row["answer"]) for row in map(json.loads, lines)]


def medquad(data: Path, *, titles: bool) -> tuple[list[Item], list[Case]]:
    lines = (data / "medquad" / "queries_500.jsonl").read_text(encoding="utf-8").splitlines()
    return medquad_items(data, titles=titles), [
        Case(row["question"], frozenset(row["gold"])) for row in map(json.loads, lines)
    ]


class Vectors:
    """Embeddings by text, kept in a file between runs if one is named."""

    def __init__(self, memory: MemoryClient, file: Path | None) -> None:
        self._memory = memory
        self._file = file
        self._known: dict[str, bytes] = {}
        if file is not None and file.is_file():
            with np.load(file) as stored:
                self._known = dict(zip(stored["keys"].tolist(), map(bytes, stored["rows"].astype("<f4")), strict=True))

    def of(self, texts: Sequence[str]) -> list[bytes]:
        keys = [hashlib.sha256(f"{self._memory.embedder()}\n{text}".encode()).hexdigest() for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if new:
            data = self._memory.embed(list(new.values()), on_progress=_tell)
            width = len(data) // len(new)
            self._known |= {key: data[n * width : (n + 1) * width] for n, key in enumerate(new)}
            if self._file is not None:
                rows = np.array([np.frombuffer(row, "<f4") for row in self._known.values()])
                np.savez(self._file, keys=np.array(list(self._known)), rows=rows)
        return [self._known[key] for key in keys]


def _tell(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\rembedding {done} of {total}", end="", file=sys.stderr)


class Library:
    """One set in a vault, and the three ways to search it."""

    def __init__(self, items: Sequence[Item], memory: MemoryClient, vectors: Vectors, folder: Path) -> None:
        self._memory = memory
        self._database = Database.open(folder / "v.db", bytearray(range(32)), backups=folder, create=True)
        self._store = VaultPassages(self._database)
        self._key_of: dict[int, str] = {}
        self.passages = 0
        cut = [(item, _document(item)) for item in items]
        parts = [chunk_document(document) for _, document in cut]
        texts = [
            embedding_text(document.title, chunk.section, chunk.shown)
            for (_, document), part in zip(cut, parts, strict=True)
            for chunk in part
        ]
        rows = iter(vectors.of(texts))
        file_id = file_contents.store(self._database, [b"-"])
        for (item, document), part in zip(cut, parts, strict=True):
            self._put(item, document, part, b"".join(next(rows) for _ in part), file_id)
        memory.clear()
        self.keywords_only = HybridSearch(self._database, memory)  # never started
        self.search = HybridSearch(self._database, memory)
        self.search.start()
        while not self.search.status().ready or memory.status().unsettled:  # figures are those of the graph
            time.sleep(0.05)

    def _put(self, item: Item, document: DocumentText, chunks: list[Chunk], vectors: bytes, file_id: int) -> None:
        new = documents.NewDocument("document.txt", "text", item.key, len(item.text), file_id, "2026-01-01T00:00:00Z")

        def put(connection: object) -> int:
            document_id = documents.insert(connection, new)
            store_ready(connection, document_id, document, chunks, vectors, self._memory.embedder())
            return document_id

        self._key_of[self._database.transaction(put)] = item.key
        self.passages += len(chunks)

    def keyword(self, question: str) -> list[str]:
        """BM25 of FTS5 over every word of the question, the usual baseline."""
        match = match_any(dict.fromkeys(words(question)))
        return self._keys([key for key, _ in self._database.read(lambda c: chunks.keyword_search(c, match, DEPTH))])

    def dense(self, question: str) -> list[str]:
        return self._keys(self._memory.query(question, DEPTH).ids)

    def judged(self, question: str) -> list[str]:
        """The keyword search of the program, as it answers before the index is filled."""
        return [self._key_of[hit.passage.document_id] for hit in self.keywords_only.search(question, DEPTH).hits]

    def hybrid(self, question: str) -> list[str]:
        found = self.search.search(question, DEPTH)
        assert found.dense
        return [self._key_of[hit.passage.document_id] for hit in found.hits]

    def _keys(self, ids: Sequence[int]) -> list[str]:
        stored = self._store.passages(list(ids))
        return [self._key_of[stored[key].passage.document_id] for key in ids if key in stored]

    def close(self) -> None:
        self.search.close()
        self.keywords_only.close()
        self._database.close()


def _document(item: Item) -> DocumentText:
    return DocumentText(item.text, [PageText(1, 0, len(item.text))], [], [], item.title, False)


def figures(search: Callable[[str], list[str]], cases: Sequence[Case]) -> list[float]:
    """Means over the cases, in percent, of FIGURES; hit@5 and hit@10 count documents."""
    rows = []
    for case in cases:
        found = [key in case.gold for key in dict.fromkeys(search(case.question))][:10]
        first = found.index(True) if True in found else None
        gain = sum(1 / math.log2(place + 2) for place, right in enumerate(found) if right)
        best = sum(1 / math.log2(place + 2) for place in range(min(10, len(case.gold))))
        rows.append([any(found[:1]), any(found[:5]), any(found), 0 if first is None else 1 / (first + 1), gain / best])
    return [100 * statistics.mean(column) for column in zip(*rows, strict=True)]


def part_of(cases: Sequence[Case], half: str) -> list[Case]:
    numbers = list(range(len(cases)))
    random.Random(SPLIT_SEED).shuffle(numbers)
    middle = len(numbers) // 2
    chosen = {"dev": numbers[:middle], "test": numbers[middle:], "all": numbers}[half]
    return [cases[number] for number in sorted(chosen)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--half", choices=["dev", "test", "all"], default="all")
    options = parser.parse_args()
    data = shared_data()
    paths = Paths.default()
    worker = WorkerClient(Role.MEMORY)
    memory = MemoryClient(worker, Models(paths, SettingsStore(paths.settings_file)).embedding_path)
    vectors = Vectors(memory, options.vectors)
    sets = {
        "cpgqa": lambda: cpgqa(data),
        "medquad": lambda: medquad(data, titles=False),
        "medquad with titles": lambda: medquad(data, titles=True),
    }
    print("| set | search | " + " | ".join(FIGURES) + " |\n|---|---|" + "---|" * len(FIGURES))
    try:
        for name, load in sets.items():
            items, cases = load()
            asked = part_of(cases, options.half)
            with tempfile.TemporaryDirectory() as folder:
                library = Library(items, memory, vectors, Path(folder))
                for way in ("keyword", "dense", "judged", "hybrid"):
                    row = " | ".join(f"{value:.1f}" for value in figures(getattr(library, way), asked))
                    print(
                        f"| {name} ({len(asked)} questions, {library.passages} passages) | {way} | {row} |", flush=True
                    )
                library.close()
    finally:
        worker.close()


if __name__ == "__main__":
    main()
