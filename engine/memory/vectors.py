"""Every passage's vector: the newest compared exactly, the others in Chroma's graph. Runs in the memory child only.

Building the graph takes seconds for 20,000 vectors. Until it is built they are compared one by one, which takes a
millisecond, so nobody waits for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nlargest
from typing import TYPE_CHECKING

from engine.errors import Defect
from engine.memory.exact import ExactIndex
from engine.memory.index import VectorIndex

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class PassageVectors:
    """Nearest vectors by cosine, for integer ids. Vectors have length one."""

    def __init__(self, dimensions: int) -> None:
        self.dimensions = dimensions
        self._new = ExactIndex()
        self._graph = VectorIndex()
        self._in_graph: set[int] = set()

    @property
    def size(self) -> int:
        return self._new.size + len(self._in_graph)

    @property
    def unsettled(self) -> int:
        """How many are not in the graph yet."""
        return self._new.size

    def add(self, ids: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Add or replace. Raises Defect if the shapes do not fit."""
        if vectors.shape != (len(ids), self.dimensions):
            raise Defect(f"{len(ids)} ids with vectors of shape {vectors.shape}, expected {self.dimensions} dimensions")
        self._forget(ids)
        self._new.add(ids, vectors)

    def remove(self, ids: Sequence[int]) -> None:
        """Remove those that are there."""
        self._forget(ids)
        self._new.remove(ids)

    def clear(self) -> None:
        self._new = ExactIndex()
        self._graph.clear()
        self._in_graph.clear()

    def settle(self, most: int) -> None:
        """Move at most so many vectors into the graph. Without effect where none is left."""
        if self._new.size == 0:
            return
        ids, vectors = self._new.last(most)
        self._graph.add(ids, vectors)
        self._in_graph.update(ids)
        self._new.drop_last(len(ids))

    def query(self, vector: NDArray[np.float32], k: int) -> list[tuple[int, float]]:
        """The k nearest ids with their cosine similarity, best first."""
        found = [*self._new.query(vector, k), *self._graph.query(vector, k)]
        return nlargest(k, found, key=lambda each: each[1])

    def _forget(self, ids: Sequence[int]) -> None:
        """Take ids out of the graph."""
        here = self._in_graph.intersection(ids)
        if here:
            self._graph.remove(sorted(here))
            self._in_graph -= here
