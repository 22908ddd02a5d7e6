"""Where a page is scrolled to: points on a page of 612, in a view that shows 300 of them."""

from __future__ import annotations

from PySide6.QtCore import QRectF

from app.widgets.page_goal import goal_of

WIDTH = 300


def line(x: float, y: float, width: float) -> QRectF:
    return QRectF(x, y, width, 12)


def test_a_passage_that_begins_at_the_left_is_shown_from_its_left_edge() -> None:
    goal = goal_of({2: [line(72, 100, 460), line(72, 114, 200)]}, [])
    assert goal is not None
    assert (goal.index, goal.left_edge(1.0, WIDTH)) == (1, 72 - 24)


def test_a_passage_that_begins_at_the_end_of_a_line_is_seen() -> None:
    goal = goal_of({1: [line(500, 100, 40), line(72, 114, 60)]}, [])
    assert goal is not None and goal.line is not None
    assert goal.line.y() == 100
    left = goal.left_edge(1.0, WIDTH)
    assert left <= 500 - 24 and left + WIDTH >= 540


def test_the_underlined_words_are_seen() -> None:
    goal = goal_of({1: [line(72, 100, 460)]}, [{1: [line(400, 100, 30)]}])
    assert goal is not None
    left = goal.left_edge(1.0, WIDTH)
    assert left > 72
    assert left + WIDTH >= 430


def test_words_wider_than_the_view_are_seen_from_their_beginning() -> None:
    goal = goal_of({1: [line(72, 100, 460)]}, [{1: [line(100, 100, 400)]}])
    assert goal is not None
    assert goal.left_edge(1.0, WIDTH) == 100 - 24


def test_without_marks_there_is_nothing_to_go_to() -> None:
    assert goal_of({}, []) is None
