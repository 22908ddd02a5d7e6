"""The graph of vectors: Chroma in memory, holding ids and vectors only. Runs in the memory child only.

Everything in it is rebuilt from the vault after unlock; it opens no file and no socket.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from engine.errors import Defect

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Chroma refuses larger batches: SQLite's limit on bound values, see its get_max_batch_size.
MAX_BATCH = 5461
_NAME = "passages"
# Chroma's own effort when building and twice its effort when searching: of 50 neighbours among 14,000 real passages
# 98 in 100 were then the exact ones, and 97 with its own. More costs more than the embedding of the question.
_CONSTRUCTION_EFFORT = 100
_SEARCH_EFFORT = 200


def import_all() -> None:
    """Import all of Chroma now, for a caller about to import other libraries on another thread.

    Chroma and torch both import NumPy; two threads that do so at once see it half made (ImportError).
    """
    _client()


def _client() -> Any:
    """Clients of one process share their store."""
    import chromadb
    from chromadb.config import Settings

    return chromadb.EphemeralClient(settings=Settings(anonymized_telemetry=False, is_persistent=False))


class VectorIndex:
    """Nearest vectors by cosine, for integer ids. One at a time: a new one empties those before it."""

    def __init__(self) -> None:
        self._client = _client()
        self._collection: Any = None
        self.clear()

    @property
    def size(self) -> int:
        return int(self._collection.count())

    def clear(self) -> None:
        """Forget every vector."""
        if any(collection.name == _NAME for collection in self._client.list_collections()):
            self._client.delete_collection(_NAME)
        self._collection = self._client.create_collection(
            _NAME,
            embedding_function=None,
            configuration={
                "hnsw": {"space": "cosine", "ef_construction": _CONSTRUCTION_EFFORT, "ef_search": _SEARCH_EFFORT}
            },
        )

    def add(self, ids: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Add or replace."""
        for start in range(0, len(ids), MAX_BATCH):
            part = ids[start : start + MAX_BATCH]
            self._collection.upsert(ids=[str(item) for item in part], embeddings=vectors[start : start + MAX_BATCH])

    def remove(self, ids: Sequence[int]) -> None:
        """Remove those that are there."""
        for start in range(0, len(ids), MAX_BATCH):
            self._collection.delete(ids=[str(item) for item in ids[start : start + MAX_BATCH]])

    def query(self, vector: NDArray[np.float32], k: int) -> list[tuple[int, float]]:
        """The k nearest ids with their cosine similarity, best first.

        Raises Defect if the index gives fewer than it holds: a damaged graph answers short without an error.
        """
        expected = min(k, self.size)
        if expected <= 0:
            return []
        found = self._collection.query(query_embeddings=[vector], n_results=expected, include=["distances"])
        ids, distances = found["ids"][0], found["distances"][0]
        if len(ids) != expected:
            raise Defect(f"the vector index returned {len(ids)} of {expected} neighbours")
        return [(int(item), 1.0 - float(distance)) for item, distance in zip(ids, distances, strict=True)]
