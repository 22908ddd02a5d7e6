"""Search end to end at 1,000, 20,000 and 100,000 passages: a real vault, the real memory child, made-up passages.

Run: python -m tests.benchmarks.search_scale [SIZE ...]
Every question is new, so nothing is answered from a cache. Vectors are random around a few hundred centres, as those of
real passages are. The share of each step is measured apart, one question after the other.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from engine.memory.client import MemoryClient
from engine.memory.lexical import analyse
from engine.memory.search import KEYWORD_CANDIDATES, HybridSearch
from engine.memory.store import VaultPassages
from engine.models.service import Models
from engine.paths import Paths
from engine.settings import SettingsStore
from engine.types import Chunk, DocumentText, PageText
from engine.vault.database import Database
from engine.vault.repositories import documents, file_contents
from engine.workers.client import WorkerClient
from engine.workers.roles import Role
from tests.fixtures.vault.ready import store_ready

SIZES = (1_000, 20_000, 100_000)
QUESTIONS = 200
_DIMENSIONS = 384
_PER_DOCUMENT = 100
_VOCABULARY = 20_000
_COMMON = "what is the recommended dose of how often should patients with be treated for when to refer".split()


class Words:
    """Made-up words with the frequencies of a language: Zipf's law."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        letters = np.array(list("abcdefghilmnoprstuv"))
        self._words = np.array(["".join(rng.choice(letters, rng.integers(4, 10))) for _ in range(_VOCABULARY)])
        shares = 1.0 / np.arange(1, _VOCABULARY + 1)
        self._shares = shares / shares.sum()
        self._rng = rng

    def some(self, count: int) -> list[str]:
        return list(self._words[self._rng.choice(_VOCABULARY, count, p=self._shares)])


def fill(database: Database, size: int, embedder: str) -> None:
    """Documents of a hundred passages of some 130 words each."""
    words = Words(size)
    rng = np.random.default_rng(size)
    centres = rng.standard_normal((300, _DIMENSIONS), dtype=np.float32)
    file_id = file_contents.store(database, [b"-"])
    for number in range(size // _PER_DOCUMENT):
        rows = centres[rng.integers(0, 300, _PER_DOCUMENT)] + rng.standard_normal((_PER_DOCUMENT, _DIMENSIONS))
        rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype("<f4")
        drawn, chunks, offset = words.some(130 * _PER_DOCUMENT), [], 0
        for ordinal in range(_PER_DOCUMENT):
            text = " ".join([*drawn[130 * ordinal : 130 * (ordinal + 1)], *random.Random(ordinal).sample(_COMMON, 6)])
            chunks.append(Chunk(offset, offset + len(text), 1, f"Section {ordinal // 10}", text))
            offset += len(text) + 1
        content = DocumentText(
            "\n".join(c.text for c in chunks), [PageText(1, 0, offset)], [], [], f"Document {number}", False
        )
        new = documents.NewDocument(f"{number}.txt", "text", str(number), offset, file_id, "2026-01-01T00:00:00Z")
        ready = (content, chunks, rows.tobytes(), embedder)

        def put(connection: object, new: object = new, ready: tuple = ready) -> None:
            store_ready(connection, documents.insert(connection, new), *ready)

        database.transaction(put)


def questions(size: int) -> list[str]:
    """Five words of a passage's kind in a sentence of question words, all different."""
    words = Words(size)
    return [f"What is the recommended {' '.join(words.some(5))} for patients?" for _ in range(QUESTIONS)]


def timed(ask: Callable[[str], object], asked: list[str]) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds."""
    taken = []
    for question in asked:
        begun = time.perf_counter()
        ask(question)
        taken.append((time.perf_counter() - begun) * 1000)
    taken.sort()
    return taken[len(taken) // 2], taken[int(len(taken) * 0.95)]


def measure(size: int, memory: MemoryClient, folder: Path) -> None:
    database = Database.open(folder / "v.db", bytearray(range(32)), backups=folder, create=True)
    fill(database, size, memory.embedder())
    store = VaultPassages(database)
    search = HybridSearch(database, memory)
    begun = time.perf_counter()
    search.start()
    while not search.status().ready:
        time.sleep(0.02)
    filled = time.perf_counter() - begun
    asked = questions(size)
    for question in asked[:10]:
        search.search(question)
    steps: dict[str, Callable[[str], object]] = {
        "search": search.search,
        "keyword part": lambda q: store.find(analyse(q).searched, KEYWORD_CANDIDATES),
        "dense part": lambda q: memory.query(q, 50),
    }
    for name, step in steps.items():
        median, p95 = timed(step, asked)
        print(f"| {size:,} | {name} | {median:.1f} | {p95:.1f} | {filled:.1f} |", flush=True)
    search.close()
    database.close()


def main() -> None:
    paths = Paths.default()
    worker = WorkerClient(Role.MEMORY)
    memory = MemoryClient(worker, Models(paths, SettingsStore(paths.settings_file)).embedding_path)
    memory.finish_loading()
    print("| passages | step | median ms | p95 ms | index filled in s |\n|---|---|---|---|---|")
    try:
        for size in [int(text) for text in sys.argv[1:]] or SIZES:
            with tempfile.TemporaryDirectory() as folder:
                measure(size, memory, Path(folder))
    finally:
        worker.close()


if __name__ == "__main__":
    main()
