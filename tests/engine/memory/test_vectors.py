"""Vectors are found at once and stay found while they move into Chroma's graph."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.errors import Defect
from engine.memory.exact import ExactIndex
from engine.memory.vectors import PassageVectors

WIDTH = 16


def unit_rows(count: int, seed: int = 1) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).standard_normal((count, WIDTH)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def nearest(rows: NDArray[np.float32], vector: NDArray[np.float32], k: int) -> list[int]:
    return [int(place) for place in np.argsort(-(rows @ vector), kind="stable")[:k]]


def test_the_exact_index_gives_what_a_full_comparison_gives() -> None:
    rows = unit_rows(500)
    index = ExactIndex()
    for start in range(0, 500, 130):
        index.add(range(start, min(500, start + 130)), rows[start : start + 130])
    vector = unit_rows(1, seed=2)[0]
    found = index.query(3 * vector, 20)
    assert [key for key, _ in found] == nearest(rows, vector, 20)
    assert [similarity for _, similarity in found] == pytest.approx(sorted(rows @ vector, reverse=True)[:20], abs=1e-6)


def test_the_exact_index_replaces_removes_and_gives_up() -> None:
    rows = unit_rows(10)
    index = ExactIndex()
    index.add([1, 2, 3], rows[:3])
    index.add([2, 4], rows[3:5])
    assert index.size == 4
    assert index.query(rows[3], 1) == [(2, pytest.approx(1.0, abs=1e-6))]
    index.remove([1, 77])
    assert {key for key, _ in index.query(rows[0], 9)} == {2, 3, 4}
    ids, last = index.last(1)
    assert ids == [4]
    assert np.array_equal(last, rows[4:5])
    index.drop_last(1)
    assert index.size == 2
    index.remove([2, 3])
    assert index.query(rows[0], 5) == []


def test_vectors_are_found_before_while_and_after_they_settle() -> None:
    rows = unit_rows(60)
    vectors = PassageVectors(WIDTH)
    vectors.add(range(60), rows)
    asked = unit_rows(1, seed=3)[0]
    expected = nearest(rows, asked, 10)
    for unsettled in (60, 35, 10, 0, 0):
        assert (vectors.size, vectors.unsettled) == (60, unsettled)
        found = vectors.query(asked, 10)
        assert [key for key, _ in found] == expected
        assert [similarity for _, similarity in found] == pytest.approx(
            [float(rows[key] @ asked) for key in expected], abs=1e-5
        )
        vectors.settle(25)


def test_settled_and_new_vectors_are_replaced_and_removed_alike() -> None:
    rows = unit_rows(8)
    vectors = PassageVectors(WIDTH)
    vectors.add([1, 2, 3, 4], rows[:4])
    vectors.settle(2)  # 3 and 4
    vectors.add([4, 1], rows[4:6])
    assert vectors.size == 4
    assert vectors.query(rows[4], 1)[0][0] == 4
    assert vectors.query(rows[5], 1)[0][0] == 1
    assert sorted(key for key, _ in vectors.query(rows[0], 9)) == [1, 2, 3, 4]
    vectors.remove([3, 1, 99])
    assert sorted(key for key, _ in vectors.query(rows[0], 9)) == [2, 4]
    while vectors.unsettled:
        vectors.settle(99)
    assert sorted(key for key, _ in vectors.query(rows[0], 9)) == [2, 4]
    vectors.clear()
    assert (vectors.size, vectors.query(rows[0], 5)) == (0, [])


def test_what_the_graph_refuses_stays_found(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = unit_rows(4)
    vectors = PassageVectors(WIDTH)
    vectors.add(range(4), rows)

    def refuse(*_: object) -> None:
        raise RuntimeError("full")

    monkeypatch.setattr("engine.memory.index.VectorIndex.add", refuse)
    with pytest.raises(RuntimeError):
        vectors.settle(4)
    assert (vectors.size, vectors.unsettled) == (4, 4)
    assert vectors.query(rows[2], 1)[0][0] == 2


def test_vectors_of_another_width_are_a_defect() -> None:
    with pytest.raises(Defect):
        PassageVectors(WIDTH).add([1], np.zeros((1, WIDTH + 1), dtype=np.float32))
