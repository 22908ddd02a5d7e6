"""The memory child: cuts documents, embeds text, holds the vector index. It never sees the vault."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import Defect
from engine.memory import messages as m
from engine.memory.chunking import chunk_document
from engine.memory.embedder import Embedder
from engine.memory.index import import_all
from engine.memory.settling import Settler
from engine.memory.vectors import PassageVectors
from engine.workers.context import AnyBinding, Binding, CallContext
from engine.workers.protocol import Empty

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_POLL_S = 0.05


def bindings() -> list[AnyBinding]:
    """The calls that this role answers."""
    memory = MemoryWorker()
    return [
        Binding(m.LOAD_EMBEDDER, memory.load),
        Binding(m.CHUNK_DOCUMENT, memory.chunk),
        Binding(m.EMBED_TEXTS, memory.embed),
        Binding(m.ADD_VECTORS, memory.add),
        Binding(m.REMOVE_VECTORS, memory.remove),
        Binding(m.QUERY_INDEX, memory.query),
        Binding(m.CLEAR_INDEX, memory.clear),
        Binding(m.STATUS, memory.status),
    ]


class MemoryWorker:
    """The child's state: one embedding model and the vectors. Calls come one by one."""

    def __init__(self) -> None:
        self._loading: _Loading | None = None
        self._vectors: PassageVectors | None = None
        self._settler = Settler()

    def close(self) -> None:
        """End the thread that settles vectors. (The child itself just ends.)"""
        self._settler.close()

    def load(self, params: m.LoadEmbedder, context: CallContext) -> m.EmbedderInfo:
        """Load the model on a thread of its own, so that vectors can come in meanwhile."""
        if self._loading is not None and self._loading.failed:
            self._loading = None  # it may have been fetched again
        if params.wait:
            return _info(self._embedder(params.folder, context))
        self._load(params.folder)
        return m.EmbedderInfo()

    def chunk(self, params: m.ChunkDocument, context: CallContext) -> m.Chunks:
        context.check()
        return m.Chunks(chunk_document(params.document))

    def embed(self, params: m.EmbedTexts, context: CallContext) -> m.Vectors:
        embedder = self._embedder(params.folder, context)
        with self._settler.turn:
            begun = time.perf_counter()
            vectors = embedder.embed(params.texts, check=context.check)
            seconds = time.perf_counter() - begun
        return m.Vectors(vectors.astype("<f4").tobytes(), embedder.dimensions, seconds)

    def add(self, params: m.AddVectors, context: CallContext) -> m.IndexStatus:
        """Raises, once, what moving the vectors of earlier calls into the graph failed with."""
        context.check()
        with self._settler.turn:
            if self._vectors is None or (self._vectors.dimensions != params.dimensions and self._vectors.size == 0):
                self._vectors = PassageVectors(params.dimensions)
            self._vectors.add(params.ids, _rows(params.data, params.dimensions))
            self._settler.settle(self._vectors)
        return self._status()

    def remove(self, params: m.RemoveVectors, context: CallContext) -> m.IndexStatus:
        context.check()
        with self._settler.turn:
            if self._vectors is not None:
                self._vectors.remove(params.ids)
        return self._status()

    def query(self, params: m.QueryIndex, context: CallContext) -> m.Neighbours:
        embedder = None if params.vector else self._embedder(params.folder, context)
        with self._settler.turn:
            begun = time.perf_counter()
            if embedder is None:
                vector = _rows(params.vector, len(params.vector) // 4)[0]
            else:
                vector = embedder.embed([params.text])[0]
            embedded = time.perf_counter()
            found = self._vectors.query(vector, params.k) if self._vectors is not None else []
            self._settler.put_off()
            return m.Neighbours(
                ids=[item for item, _ in found],
                similarities=[similarity for _, similarity in found],
                size=self._status().size,
                vector=vector.astype("<f4").tobytes(),
                embedding_s=embedded - begun,
                search_s=time.perf_counter() - embedded,
            )

    def clear(self, _: Empty, context: CallContext) -> m.IndexStatus:
        context.check()
        with self._settler.turn:
            if self._vectors is not None:
                self._vectors.clear()
        return self._status()

    def status(self, _: Empty, context: CallContext) -> m.IndexStatus:
        context.check()
        return self._status()

    def _status(self) -> m.IndexStatus:
        embedder = self._loading.loaded if self._loading is not None else None
        info = _info(embedder) if embedder is not None else m.EmbedderInfo()
        with self._settler.turn:  # while a vector moves it counts twice
            if self._vectors is None:
                return m.IndexStatus(size=0, unsettled=0, embedder=info)
            return m.IndexStatus(size=self._vectors.size, unsettled=self._vectors.unsettled, embedder=info)

    def _load(self, folder: str) -> _Loading:
        if self._loading is None or self._loading.folder != Path(folder):
            import_all()
            self._loading = _Loading(Path(folder))
        return self._loading

    def _embedder(self, folder: str, context: CallContext) -> Embedder:
        embedder = self._load(folder).result(context)
        with self._settler.turn:
            self._settler.begin()  # not while the model is loading: nobody can ask a question before that
        return embedder


class _Loading:
    """A model being loaded; result waits for it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.loaded: Embedder | None = None
        self._error: BaseException | None = None
        self._done = threading.Event()
        threading.Thread(target=self._run, name="load-embedder", daemon=True).start()

    @property
    def failed(self) -> bool:
        return self._error is not None

    def result(self, context: CallContext) -> Embedder:
        while not self._done.wait(_POLL_S):
            context.check()
        if self._error is not None:
            raise self._error
        if self.loaded is None:
            raise Defect("the search model finished loading without a result")
        return self.loaded

    def _run(self) -> None:
        try:
            self.loaded = Embedder.load(self.folder)
        except BaseException as error:  # noqa: BLE001 - raised again to every call that waits
            self._error = error
        finally:
            self._done.set()


def _info(embedder: Embedder) -> m.EmbedderInfo:
    return m.EmbedderInfo(embedder.dimensions, embedder.max_tokens)


def _rows(data: bytes, dimensions: int) -> NDArray[np.float32]:
    import numpy as np

    if dimensions <= 0 or len(data) % (4 * dimensions):
        raise Defect(f"{len(data)} bytes are no rows of {dimensions} float32")
    return np.frombuffer(data, dtype="<f4").reshape(-1, dimensions).astype(np.float32, copy=False)
