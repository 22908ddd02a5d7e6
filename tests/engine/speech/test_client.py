"""The calls of the speech child."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from engine.cancellation import Cancelled
from engine.speech.client import SpeechClient
from engine.workers.client import WorkerClient


class Listening:
    """Stands for the child, and notes how long a call may take."""

    limit: float | None = None

    def call(self, _method: object, _params: object, *, deadline_s: float | None = None, **_: Any) -> None:
        self.limit = deadline_s
        raise Cancelled


@pytest.mark.parametrize(
    "ask",
    [
        lambda client: client.load(),
        lambda client: client.hear(b""),
        lambda client: client.decode(Path("visit.m4a"), lambda _sound: None),
    ],
)
def test_every_call_ends(ask: Callable[[SpeechClient], object]) -> None:
    """They are answered one by one: whoever stops a recording waits for the one that runs."""
    child = Listening()
    with pytest.raises(Cancelled):
        ask(SpeechClient(cast(WorkerClient, child), lambda: Path("model")))
    assert child.limit
