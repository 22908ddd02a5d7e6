"""The memory role's own thread that moves vectors into the graph, with a stand-in for the embedding model."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from engine.cancellation import CancelToken
from engine.memory import messages as m
from engine.memory import settling
from engine.memory.embedder import Embedder
from engine.memory.vectors import PassageVectors
from engine.memory.worker import MemoryWorker
from engine.workers.context import CallContext
from engine.workers.protocol import Empty

CONTEXT = CallContext(lambda event: None, CancelToken())
ROWS = np.eye(4, dtype="<f4")


class Model:
    """Embeds every text as the first axis."""

    dimensions = 4
    max_tokens = 8

    def embed(self, texts: list[str], check: Callable[[], None] | None = None) -> np.ndarray:
        return np.repeat(ROWS[:1], len(texts), axis=0)


@pytest.fixture
def role(monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryWorker]:
    monkeypatch.setattr(Embedder, "load", lambda folder: Model())
    monkeypatch.setattr(settling, "_QUIET_S", 0.05)
    role = MemoryWorker()
    yield role
    role.close()


def added(role: MemoryWorker, *ids: int) -> m.IndexStatus:
    return role.add(m.AddVectors(list(ids), ROWS[[key % 4 for key in ids]].tobytes(), 4), CONTEXT)


def settled(role: MemoryWorker, within_s: float = 5.0) -> bool:
    end = time.monotonic() + within_s
    while role.status(Empty(), CONTEXT).unsettled and time.monotonic() < end:
        time.sleep(0.01)
    return role.status(Empty(), CONTEXT).unsettled == 0


def test_vectors_wait_for_the_model_and_are_found_meanwhile(role: MemoryWorker) -> None:
    assert (added(role, 0, 1, 2).size, settled(role, 0.2)) == (3, False)
    assert role.query(m.QueryIndex(1, vector=ROWS[2].tobytes()), CONTEXT).ids == [2]
    role.load(m.LoadEmbedder("folder"), CONTEXT)
    assert settled(role)
    found = role.query(m.QueryIndex(1, text="anything", folder="folder"), CONTEXT)
    assert (found.ids, found.size) == ([0], 3)


def test_later_vectors_settle_too(role: MemoryWorker) -> None:
    role.load(m.LoadEmbedder("folder"), CONTEXT)
    for key in range(3):
        added(role, key)
        assert settled(role)


def test_a_series_of_questions_is_not_held_up(role: MemoryWorker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "_QUIET_S", 60.0)
    role.load(m.LoadEmbedder("folder"), CONTEXT)
    role.query(m.QueryIndex(1, text="anything", folder="folder"), CONTEXT)
    added(role, 0, 1)
    assert not settled(role, 0.2)


def test_a_graph_that_cannot_be_built_is_told_once(role: MemoryWorker, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("full")

    role.load(m.LoadEmbedder("folder"), CONTEXT)
    with monkeypatch.context() as patched:
        patched.setattr(PassageVectors, "settle", refuse)
        added(role, 0, 1)
        end = time.monotonic() + 5
        with pytest.raises(RuntimeError, match="full"):
            while time.monotonic() < end:
                added(role, 2)
                time.sleep(0.01)
    added(role, 3)
    assert settled(role)
    assert role.query(m.QueryIndex(4, vector=ROWS[0].tobytes()), CONTEXT).size == 4
