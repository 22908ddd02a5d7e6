"""Whisper through faster-whisper. With voice_activity the only module that imports it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from engine.errors import ModelUnusable
from engine.speech.messages import HeardWord

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BEAM = 5
# A higher one is tried where the text repeats itself or the recognizer doubts it.
_TEMPERATURES = (0.0, 0.2, 0.4, 0.6)
# Whisper takes short or noisy English for other languages now and then.
_SURE = 0.8
_USUAL_LANGUAGE = "en"


class Segment(Struct, frozen=True):
    """Words that the recognizer wrote in one go. log_probability: mean of its tokens'; no_speech: how likely nobody
    spoke, by its judgement."""

    words: list[HeardWord]
    log_probability: float
    no_speech: float


class Recognizer:
    """A loaded speech model. One call at a time."""

    def __init__(self, model: Any) -> None:
        self._model = model

    @classmethod
    def load(cls, folder: Path, threads: int) -> Recognizer:
        """Raises ModelUnusable."""
        from faster_whisper import WhisperModel
        from tqdm import tqdm  # type: ignore[import-untyped]

        tqdm.set_lock(threading.RLock())  # its own is a semaphore of the system, which our end would leave behind
        try:
            model = WhisperModel(
                str(folder), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise ModelUnusable(
                "The speech model could not be loaded.", "Remove it and fetch it again.", type(error).__name__
            ) from error
        return cls(model)

    def language(self, samples: NDArray[np.float32]) -> str:
        """What is spoken, "en" for example."""
        language, probability, _ = self._model.detect_language(samples)
        return str(language) if probability >= _SURE else _USUAL_LANGUAGE

    def recognize(
        self, samples: NDArray[np.float32], *, language: str, hint: str, check: Callable[[], None]
    ) -> list[Segment]:
        """The text of up to 30 s of speech; what nobody said may be among it. check is called now and then."""
        segments, _ = self._model.transcribe(
            samples,
            language=language,
            beam_size=_BEAM,
            temperature=_TEMPERATURES,
            condition_on_previous_text=False,  # it carries loops on
            no_speech_threshold=None,  # we judge that ourselves, and say what was left out
            word_timestamps=True,
            hotwords=hint or None,
        )
        found = []
        for segment in segments:
            check()
            words = [
                HeardWord(word.word, float(word.start), float(word.end), float(word.probability))
                for word in segment.words or []
            ]
            found.append(Segment(words, float(segment.avg_logprob), float(segment.no_speech_prob)))
        return found
