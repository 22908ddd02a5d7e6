"""What a context holds, and the steps that are recorded of it."""

from __future__ import annotations

from engine.inference.held import Held
from engine.types import Evaluated


def test_equal_steps_are_counted() -> None:
    held = Held()
    for tokens in ([1, 2], [3, 4], [5]):
        held.add(tokens)
    assert held.tokens == [1, 2, 3, 4, 5]
    assert held.evaluated() == [Evaluated(2, 2, 2), Evaluated(1, 1, 1)]


def test_of_a_step_that_is_cut_its_size_stays() -> None:
    held = Held([1, 2, 3, 4, 5, 6, 7], [(3, 3), (3, 3), (1, 1)])
    held.cut(4)
    assert held.tokens == [1, 2, 3, 4]
    assert held.evaluated() == [Evaluated(1, 3, 3), Evaluated(1, 3, 1)]
    held.add([8])
    held.cut(3)
    assert (held.tokens, held.steps) == ([1, 2, 3], [(3, 3)])


def test_cutting_at_or_behind_the_end_changes_nothing() -> None:
    held = Held([1, 2], [(2, 2)])
    held.cut(2)
    held.cut(5)
    assert (held.tokens, held.steps) == ([1, 2], [(2, 2)])


def test_nothing_is_left_of_nothing() -> None:
    held = Held([1, 2], [(2, 2)])
    held.cut(0)
    assert held.tokens == [] and held.evaluated() == []
