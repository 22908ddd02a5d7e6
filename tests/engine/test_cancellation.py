"""The token that stops long calls."""

from __future__ import annotations

import pytest

from engine.cancellation import Cancelled, CancelToken


def test_check_raises_only_after_cancel() -> None:
    token = CancelToken()
    token.check()
    token.cancel()
    with pytest.raises(Cancelled):
        token.check()


def test_callbacks_run_once() -> None:
    token, ran = CancelToken(), list[str]()
    token.on_cancel(lambda: ran.append("early"))
    token.cancel()
    token.cancel()
    token.on_cancel(lambda: ran.append("late"))
    assert ran == ["early", "late"]


def test_an_unregistered_callback_does_not_run() -> None:
    token, ran = CancelToken(), list[str]()
    token.on_cancel(lambda: ran.append("x"))()
    token.cancel()
    assert ran == []
