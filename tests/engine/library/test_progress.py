"""Counts shown while importing, and the watch that ends a silent reader."""

from __future__ import annotations

from engine.cancellation import CancelToken
from engine.library.progress import ProgressBoard, StallWatch
from engine.types import DocumentInfo, DocumentState


def document() -> DocumentInfo:
    return DocumentInfo(
        id=7, name="a.pdf", kind="pdf", sha256="", size=1, state=DocumentState.READING, added_at="2026-01-01T00:00:00Z"
    )


def test_counts_are_shown_until_cleared() -> None:
    board = ProgressBoard()
    board.set(7, 12, 48)
    shown = board.on(document())
    assert (shown.done, shown.total) == (12, 48)
    board.clear(7)
    assert board.on(document()) == document()


def test_silence_cancels_and_is_told_apart_from_a_cancel() -> None:
    token = CancelToken()
    with StallWatch(token, limit_s=0.05) as watch:
        assert token.wait(5)
    assert watch.stalled


def test_signs_of_life_keep_it_quiet() -> None:
    token = CancelToken()
    with StallWatch(token, limit_s=0.4) as watch:
        for _ in range(10):
            watch.heard()
            assert not token.wait(0.06)
    assert not watch.stalled
