"""The recognizer with a model of the tests' own, which goes round."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.cancellation import Cancelled, CancelToken
from engine.evidence.lexicons import load_lexicons
from engine.speech.recognizer import Recognizer
from engine.speech.sound import RATE

SOUND = np.zeros(20 * RATE, np.float32)


class Model:
    """Writes a word in each of its first passes, and then nothing, over and over."""

    def __init__(self, words: int) -> None:
        self.words = words
        self.encoded = 0

    def encode(self, _features: NDArray[np.float32]) -> str:
        self.encoded += 1
        return "encoded"

    def transcribe(self, _samples: NDArray[np.float32], **_: Any) -> tuple[Iterator[Any], None]:
        return self._segments(self.encode), None

    def _segments(self, encode: Callable[[NDArray[np.float32]], str]) -> Iterator[Any]:
        at = 0
        while True:
            encode(np.full((2, 3), at, np.float32))
            at += 1
            if at <= self.words:
                word = SimpleNamespace(word=f" word{at}", start=float(at), end=at + 0.5, probability=0.9)
                yield SimpleNamespace(words=[word], avg_logprob=-0.2, no_speech_prob=0.1, compression_ratio=1.0)


def heard(recognizer: Recognizer, token: CancelToken | None = None) -> list[str]:
    check = (token or CancelToken()).check
    segments = recognizer.recognize(SOUND, language="en", hint="", check=check)
    return [word.text for segment in segments for word in segment.words]


def test_a_recognizer_that_goes_round_is_stopped_and_what_it_heard_is_kept() -> None:
    assert heard(Recognizer(Model(2), load_lexicons())) == [" word1", " word2"]


def test_one_that_goes_round_can_be_cancelled() -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        heard(Recognizer(Model(0), load_lexicons()), token)


def test_the_same_sound_is_encoded_once() -> None:
    model = Model(0)
    recognizer = Recognizer(model, load_lexicons())
    model._segments = lambda encode: iter([encode(np.ones((2, 3), np.float32))][:0])  # type: ignore[method-assign]
    assert heard(recognizer) == heard(recognizer) == []
    assert model.encoded == 1
