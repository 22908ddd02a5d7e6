"""Search end to end at 1,000, 20,000 and 100,000 passages: a real vault, the real memory child, made-up passages.

Run: python -m tests.benchmarks.search_scale [SIZE ...]
Every question is new, so nothing is answered from a cache. Vectors are random around a few hundred centres, as those of
real passages are. Two states are measured: Chroma's graph is complete, and none of it is there yet (all vectors are
compared). Stages follow one another, but for embedding and neighbours, which the child does during the first three.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil

from engine.memory.client import MemoryClient
from engine.memory.search import HybridSearch
from engine.models.service import Models
from engine.paths import Paths
from engine.settings import SettingsStore
from engine.types import Chunk, DocumentText, PageText, SearchResult
from engine.vault.database import Database
from engine.vault.repositories import documents, file_contents
from engine.workers.client import WorkerClient
from engine.workers.roles import Role
from tests.fixtures.vault.ready import store_ready

SIZES = (1_000, 20_000, 100_000)
QUESTIONS = 200
WARM_UP = 10
STAGES = ("keyword", "reading", "waiting", "ranking", "embedding", "neighbours")
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
    return [f"What is the recommended {' '.join(words.some(5))} for patients?" for _ in range(WARM_UP + 2 * QUESTIONS)]


def tell(size: int, state: str, results: list[SearchResult], cpu_ms: float) -> None:
    """One row: medians and 95th percentiles over the results, and the processors' time for one."""
    assert all(result.dense for result in results)
    columns = [[result.ms for result in results]]
    columns += [[result.stages[stage] for result in results] for stage in STAGES]
    cells = [f"{np.percentile(column, 50):.1f} / {np.percentile(column, 95):.1f}" for column in columns]
    print(f"| {size:,} | {state} | {' | '.join(cells)} | {cpu_ms:.1f} |", flush=True)


def measure(size: int, memory: MemoryClient, child: psutil.Process, folder: Path) -> None:
    database = Database.open(folder / "v.db", bytearray(range(32)), backups=folder, create=True)
    fill(database, size, memory.embedder())
    search = HybridSearch(database, memory)

    def ask(asked: list[str]) -> tuple[list[SearchResult], float]:
        begun = _cpu_seconds(child)
        results = [search.search(question) for question in asked]
        return results, (_cpu_seconds(child) - begun) * 1000 / len(asked)

    begun = time.perf_counter()
    search.start()
    while not search.status().ready:
        time.sleep(0.02)
    asked = questions(size)
    ask(asked[:WARM_UP])
    tell(size, f"exact ({memory.status().unsettled:,})", *ask(asked[WARM_UP : WARM_UP + QUESTIONS]))
    while memory.status().unsettled:
        time.sleep(0.1)
    complete = time.perf_counter() - begun
    tell(size, f"graph (complete after {complete:.0f} s)", *ask(asked[WARM_UP + QUESTIONS :]))
    search.close()
    database.close()


def _cpu_seconds(child: psutil.Process) -> float:
    """Of this process and the child together."""
    return time.process_time() + child.cpu_times().user + child.cpu_times().system


def main() -> None:
    paths = Paths.default()
    worker = WorkerClient(Role.MEMORY)
    memory = MemoryClient(worker, Models(paths, SettingsStore(paths.settings_file)).embedding_path)
    memory.finish_loading()
    assert worker.pid is not None
    child = psutil.Process(worker.pid)
    print("Milliseconds, median / 95th percentile; cpu: of both processes together, per question.")
    print(f"| passages | vectors | search | {' | '.join(STAGES)} | cpu |\n|---|---|---|{'---|' * len(STAGES)}---|")
    try:
        for size in [int(text) for text in sys.argv[1:]] or SIZES:
            with tempfile.TemporaryDirectory() as folder:
                measure(size, memory, child, Path(folder))
    finally:
        worker.close()


if __name__ == "__main__":
    main()
