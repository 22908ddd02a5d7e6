"""The note's model reads along while a visit is recorded, and gives way to hearing."""

from __future__ import annotations

import queue
from collections.abc import Iterator

import pytest

from engine.cancellation import CancelToken
from engine.visits.ahead import ReadingAhead

_SOON_S = 10.0


class Reader:
    """Reads until it is cancelled; tells what began and that it ended."""

    def __init__(self) -> None:
        self.begun: queue.SimpleQueue[CancelToken] = queue.SimpleQueue()
        self.ended: queue.SimpleQueue[None] = queue.SimpleQueue()

    def prepare(self, cancel: CancelToken) -> None:
        self.begun.put(cancel)
        cancel.wait(_SOON_S)
        self.ended.put(None)
        cancel.check()


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def ahead(reader: Reader) -> Iterator[ReadingAhead]:
    ahead = ReadingAhead(reader.prepare)
    yield ahead
    ahead.end()


def test_reading_ends_where_the_text_falls_behind_the_voice_and_begins_again_later(
    ahead: ReadingAhead, reader: Reader
) -> None:
    ahead.said(0.0)
    first = reader.begun.get(timeout=_SOON_S)
    ahead.said(5.0)
    assert not first.cancelled
    ahead.said(30.0)
    reader.ended.get(timeout=_SOON_S)
    assert first.cancelled
    assert reader.begun.empty()
    ahead.said(2.0)
    assert not reader.begun.get(timeout=_SOON_S).cancelled


def test_the_end_of_the_visit_ends_it(ahead: ReadingAhead, reader: Reader) -> None:
    ahead.said(0.0)
    reading = reader.begun.get(timeout=_SOON_S)
    ahead.end()
    reader.ended.get(timeout=_SOON_S)
    assert reading.cancelled
    ahead.said(0.0)
    assert reader.begun.empty()
