"""A speech child of the tests' own, a source that is led by hand, and the real child where a test is marked "model"."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from engine.cancellation import CancelToken
from engine.errors import UserError
from engine.models.service import Models
from engine.paths import Paths
from engine.settings import SettingsStore
from engine.speech.client import SpeechClient
from engine.speech.messages import Heard, HeardWord, Stretch
from engine.speech.service import Speech
from engine.speech.sound import RATE, SAMPLE_BYTES
from engine.speech.sources import Deliver, Failed, SoundSources
from engine.workers.client import WorkerClient
from engine.workers.roles import Role


def tone(seconds: float, hertz: float = 440.0, rate: int = RATE, loud: float = 0.5) -> bytes:
    times = np.arange(int(seconds * rate)) / rate
    return (np.sin(2 * np.pi * hertz * times) * loud * 32_767).astype("<i2").tobytes()


class FakeClient:
    """Hears a word in each whole second, numbered through its calls; may be told to fail."""

    def __init__(self) -> None:
        self.failing: list[Exception] = []
        self.unloadable: Exception | None = None
        self.loaded = False
        self.calls: list[tuple[int, bool]] = []
        self._words = 0  # heard and done with
        self.blocked = threading.Event()
        self.blocked.set()

    def as_client(self) -> SpeechClient:
        return cast(SpeechClient, self)

    def load(self, cancel: CancelToken | None = None) -> None:
        if self.unloadable is not None:
            raise self.unloadable
        self.loaded = True

    def hear(self, sound: bytes, *, last: bool, cancel: CancelToken | None = None, **_: Any) -> Heard:
        self.calls.append((len(sound) // SAMPLE_BYTES, last))
        while not self.blocked.wait(0.01):
            if cancel is not None:
                cancel.check()
        if self.failing:
            raise self.failing.pop(0)
        count = len(sound) // SAMPLE_BYTES // RATE
        words = [HeardWord(f" word{self._words + at}", at + 0.1, at + 0.9, 0.9) for at in range(count)]
        self._words += count
        done = len(sound) // SAMPLE_BYTES if last else count * RATE
        return Heard(done, [Stretch(words)] if words else [], speech=bool(words))


class FakeSource:
    """Gives what it is told to, when it is told to."""

    def __init__(self) -> None:
        self.running = False
        self.refuses: UserError | None = None
        self._deliver: Deliver = lambda _: None
        self._failed: Failed = lambda _: None

    def start(self, deliver: Deliver, failed: Failed) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.running, self._deliver, self._failed = True, deliver, failed

    def stop(self) -> None:
        self.running = False

    def give(self, sound: bytes) -> None:
        assert self.running
        step = RATE // 10 * SAMPLE_BYTES
        for begin in range(0, len(sound), step):
            self._deliver(sound[begin : begin + step])

    def fail(self, error: UserError) -> None:
        self._failed(error)


@pytest.fixture
def fake_client() -> FakeClient:
    return FakeClient()


@pytest.fixture
def source() -> FakeSource:
    return FakeSource()


@pytest.fixture(scope="session")
def speech_worker() -> Iterator[WorkerClient]:
    worker = WorkerClient(Role.SPEECH)
    yield worker
    worker.close()


@pytest.fixture
def speech(speech_worker: WorkerClient, tmp_path: Path) -> Speech:
    """The real thing, with the installed model."""
    paths = Paths.default()
    models = Models(paths, SettingsStore(tmp_path / "settings.json"))
    return Speech(speech_worker, models, SoundSources({}))
