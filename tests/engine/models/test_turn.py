"""Whose turn it is at the model."""

from __future__ import annotations

import threading
import time

import pytest

from engine.cancellation import Cancelled, CancelToken
from engine.models.turn import ModelTurn


def test_background_work_is_asked_back_as_soon_as_somebody_waits() -> None:
    turn = ModelTurn()
    order: list[str] = []
    lent = threading.Event()

    def behind() -> None:
        with turn.lent(CancelToken()) as token:
            lent.set()
            assert token.wait(10)
            order.append("given back")

    thread = threading.Thread(target=behind)
    thread.start()
    assert lent.wait(10)
    begun = time.monotonic()
    with turn.taken(CancelToken()):
        order.append("taken")
    assert time.monotonic() - begun < 1
    thread.join(10)
    assert order == ["given back", "taken"]


def test_background_work_waits_for_those_who_wait() -> None:
    turn = ModelTurn()
    order: list[str] = []

    def person() -> None:
        with turn.taken(CancelToken()):
            order.append("person")

    def behind() -> None:
        with turn.lent(CancelToken()):
            order.append("background")

    with turn.taken(CancelToken()):
        first = threading.Thread(target=behind)
        first.start()
        time.sleep(0.05)
        second = threading.Thread(target=person)
        second.start()
        time.sleep(0.05)
    first.join(10)
    second.join(10)
    assert order == ["person", "background"]


def test_waiting_can_be_cancelled() -> None:
    turn = ModelTurn()
    cancelled = CancelToken()
    cancelled.cancel()
    with turn.taken(CancelToken()):
        with pytest.raises(Cancelled), turn.taken(cancelled):
            pass
        with pytest.raises(Cancelled), turn.lent(cancelled):
            pass
    with turn.lent(CancelToken()) as token:
        assert not token.cancelled


def test_background_work_ends_with_its_own_cancel_too() -> None:
    cancel = CancelToken()
    with ModelTurn().lent(cancel) as token:
        cancel.cancel()
        assert token.cancelled
