"""The program's side of the memory child: typed calls, and long work sent in small pieces.

The child answers one call at a time. A document's passages therefore go to it in batches of about 120 ms each, so that
a question asked during an import waits for one batch and not for the document.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from engine.cancellation import CancelToken
from engine.memory import messages as m
from engine.memory.chunking import SECTION_SEPARATOR
from engine.memory.model_folder import embedder_id, weights_file
from engine.types import Chunk, DocumentText
from engine.workers.client import WorkerClient
from engine.workers.protocol import Empty

BATCH_SECONDS = 0.12
_FIRST_RATE = 15_000.0  # characters a second, before the first batch was timed: an ordinary office PC
_MOST_TEXTS = 64
_ADD_ROWS = 2000  # 3 MB
_LONGEST_ABOUT = 140  # characters; about 30 of the 256 word pieces that MiniLM reads


class EmbeddedDocument(Struct, frozen=True):
    """A document's passages with their vectors (float32, little endian, in the order of chunks) and what made them."""

    chunks: list[Chunk]
    vectors: bytes
    embedder: str


class MemoryClient:
    """Calls of the memory child. Thread-safe. The model is loaded at the first call that needs it, and again after the
    child was replaced."""

    def __init__(self, worker: WorkerClient, embedding_folder: Callable[[], Path]) -> None:
        """embedding_folder gives the search model's folder; it may raise ModelMissing."""
        self._worker = worker
        self._embedding_folder = embedding_folder
        self._lock = threading.Lock()
        self._embedder: str | None = None
        self._rate = _FIRST_RATE

    def on_restart(self, callback: Callable[[], None]) -> None:
        """Run callback when the child was replaced: its index is empty. It must be quick."""
        self._worker.on_restart(callback)

    def embedder(self) -> str:
        """Id of what makes the vectors now. Raises ModelMissing, ModelUnusable."""
        folder = self._embedding_folder()  # asked each time: the model may have been removed
        with self._lock:
            if self._embedder is None:
                self._embedder = embedder_id(folder)
            return self._embedder

    def start_loading(self) -> None:
        """Have the child load the model in the background. Raises ModelMissing if there is none."""
        self._worker.call(m.LOAD_EMBEDDER, m.LoadEmbedder(self._folder(), wait=False))

    def finish_loading(self, *, cancel: CancelToken | None = None) -> None:
        """Wait until the model is loaded. Raises ModelMissing, ModelUnusable, WorkerCrashed, Cancelled."""
        self._worker.call(m.LOAD_EMBEDDER, m.LoadEmbedder(self._folder()), cancel=cancel)

    def embed_document(
        self,
        document: DocumentText,
        *,
        on_progress: Callable[[int, int], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> EmbeddedDocument:
        """Cut a document into passages and embed them. on_progress(done, total) counts passages.

        Raises ModelMissing, ModelUnusable, WorkerCrashed, Cancelled.
        """
        chunks = self.chunk(document, cancel=cancel)
        texts = [embedding_text(document.title, chunk.section, chunk.shown) for chunk in chunks]
        vectors = self.embed(texts, on_progress=on_progress, cancel=cancel)
        return EmbeddedDocument(chunks, vectors, self.embedder())

    def chunk(self, document: DocumentText, *, cancel: CancelToken | None = None) -> list[Chunk]:
        """A document's passages (see engine.memory.chunking)."""
        bare = msgspec.structs.replace(document, lines=[])
        return self._worker.call(m.CHUNK_DOCUMENT, m.ChunkDocument(bare), cancel=cancel).chunks

    def embed(
        self,
        texts: Sequence[str],
        *,
        on_progress: Callable[[int, int], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> bytes:
        """Vectors of texts in their order. Texts of similar length travel together: less padding to compute."""
        folder = self._folder()
        rows: list[bytes] = [b""] * len(texts)
        done = 0
        for batch in self._batches(texts):
            part = [texts[row] for row in batch]
            reply = self._worker.call(m.EMBED_TEXTS, m.EmbedTexts(part, folder), cancel=cancel)
            self._learn_rate(sum(map(len, part)), reply.seconds)
            size = 4 * reply.dimensions
            for number, row in enumerate(batch):
                rows[row] = reply.data[number * size : (number + 1) * size]
            done += len(batch)
            if on_progress is not None:
                on_progress(done, len(texts))
        return b"".join(rows)

    def add(self, ids: Sequence[int], vectors: bytes, *, cancel: CancelToken | None = None) -> int:
        """Put vectors into the index, replacing those of the same ids; returns how many the index holds."""
        size = 0
        width = len(vectors) // max(1, len(ids))
        for start in range(0, len(ids), _ADD_ROWS):
            part = list(ids[start : start + _ADD_ROWS])
            data = vectors[start * width : (start + len(part)) * width]
            size = self._worker.call(m.ADD_VECTORS, m.AddVectors(part, data, width // 4), cancel=cancel).size
        return size

    def remove(self, ids: Sequence[int]) -> int:
        """Take vectors out of the index; returns how many it still holds."""
        return self._worker.call(m.REMOVE_VECTORS, m.RemoveVectors(list(ids))).size

    def clear(self) -> None:
        self._worker.call(m.CLEAR_INDEX, Empty())

    def query(self, text: str, k: int, *, cancel: CancelToken | None = None) -> m.Neighbours:
        """The k passages nearest in meaning."""
        question = m.QueryIndex(k, text=text, folder=self._folder())
        return self._worker.call(m.QUERY_INDEX, question, cancel=cancel)

    def nearest(self, vector: bytes, k: int) -> m.Neighbours:
        """The k passages nearest to a vector; needs no model."""
        return self._worker.call(m.QUERY_INDEX, m.QueryIndex(k, vector=vector))

    def status(self) -> m.IndexStatus:
        return self._worker.call(m.STATUS, Empty())

    def _folder(self) -> str:
        folder = self._embedding_folder()
        weights_file(folder)
        return str(folder)

    def _learn_rate(self, characters: int, seconds: float) -> None:
        if seconds > 0:
            self._rate = 0.5 * self._rate + 0.5 * characters / seconds

    def _batches(self, texts: Sequence[str]) -> Iterator[list[int]]:
        """Row numbers, longest texts first, as many as take about BATCH_SECONDS at the rate measured so far."""
        order = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
        batch: list[int] = []
        for row in order:
            if batch and (len(batch) + 1) * len(texts[batch[0]]) > self._rate * BATCH_SECONDS:
                yield batch
                batch = []
            batch.append(row)
            if len(batch) == _MOST_TEXTS:
                yield batch
                batch = []
        if batch:
            yield batch


def embedding_text(title: str, section: str, text: str) -> str:
    """What is embedded for a passage: what it is about, in a line above its text.

    A passage in the middle of a document seldom names its subject again; the title does. Of a long line the outermost
    headings go first, so that the text still fits what the model reads.
    """
    names = [name for name in (" ".join(title.split()), *section.split(SECTION_SEPARATOR)) if name]
    about = list(dict.fromkeys(names))
    while len(about) > 1 and sum(map(len, about)) > _LONGEST_ABOUT:
        del about[1 if len(about) > 2 else 0]
    line = SECTION_SEPARATOR.join(about)[:_LONGEST_ABOUT]
    return f"{line}\n{text}" if line and not text.startswith(line) else text
