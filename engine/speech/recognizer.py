"""Whisper through faster-whisper. With voice_activity the only module that imports it."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import ModelUnusable
from engine.evidence.lexicons import Lexicons, load_lexicons
from engine.speech.hinted import bettered, could_help
from engine.speech.messages import HeardWord
from engine.speech.segments import Segment
from engine.speech.sound import RATE
from engine.speech.split_numbers import with_doubts
from engine.speech.vocabulary import plain

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_logger = logging.getLogger(__name__)

_BEAM = 5
# A higher one is tried where the text repeats itself or the recognizer doubts it.
_TEMPERATURES = (0.0, 0.2, 0.4, 0.6)
# Whisper takes short or noisy English for other languages now and then.
_SURE = 0.8
_USUAL_LANGUAGE = "en"
# Whisper's own measures of a bad text (Radford et al. 2022, section 4.5).
_REPETITIVE, _DOUBTFUL = 2.4, -1.0
_TAIL_S = 0.6
# A window takes one to three.
_MOST_PASSES = 6
# What a window is encoded in: more than one piece where the recognizer stops early. 4 MB each.
_REMEMBERED = 3
_ECHO = 4  # words of the hint in its order
# Of a loop no more is written than fast speech needs; the prompt takes half of the model's 448 tokens.
_LEAST_TOKENS, _TOKENS_PER_S, _MOST_TOKENS = 24, 10, 200


class Recognizer:
    """A loaded speech model. One call at a time."""

    def __init__(self, model: Any, lexicons: Lexicons) -> None:
        self._model = model
        self._encoder = self._model.encode = _Encoder(model.encode)
        self._lexicons = lexicons

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
        return cls(model, load_lexicons())

    def language(self, samples: NDArray[np.float32]) -> str:
        """What is spoken, "en" for example."""
        self._encoder.begin(lambda: None)
        language, probability, _ = self._model.detect_language(samples)
        return str(language) if probability >= _SURE else _USUAL_LANGUAGE

    def recognize(
        self, samples: NDArray[np.float32], *, language: str, hint: str, check: Callable[[], None]
    ) -> list[Segment]:
        """The text of up to 30 s of speech; what nobody said may be among it. check is called now and then."""
        return with_doubts(self._heard(samples, language, hint, check), self._lexicons)

    def _heard(
        self, samples: NDArray[np.float32], language: str, hint: str, check: Callable[[], None]
    ) -> list[Segment]:
        """A hint helps with the words in it, and does harm to others: what is heard without it stands, and the same
        sound is recognized with it too only where that could better something (see engine.speech.hinted).
        """
        bare = self._attempt(samples, language, "", _TEMPERATURES, check)
        if not hint or not could_help(bare, hint, self._lexicons):
            return bare
        hinted = self._attempt(samples, language, hint, _TEMPERATURES[:1], check)
        if any(_led_astray(segment, hint) for segment in hinted):
            return bare
        return bettered(bare, hinted, hint, self._lexicons)

    def _attempt(
        self,
        samples: NDArray[np.float32],
        language: str,
        hint: str,
        temperatures: tuple[float, ...],
        check: Callable[[], None],
    ) -> list[Segment]:
        self._encoder.begin(check)
        segments, _ = self._model.transcribe(
            samples,
            language=language,
            beam_size=_BEAM,
            temperature=temperatures,
            condition_on_previous_text=False,  # it carries loops on
            no_speech_threshold=None,  # we judge that ourselves, and say what was left out
            word_timestamps=True,
            hotwords=hint or None,
            max_new_tokens=min(_MOST_TOKENS, _LEAST_TOKENS + int(_TOKENS_PER_S * len(samples) / RATE)),
        )
        found: list[Segment] = []
        for segment in self._until_it_goes_round(segments):
            words = [
                HeardWord(word.word, float(word.start), float(word.end), float(word.probability))
                for word in segment.words or []
            ]
            found.append(
                Segment(
                    words, float(segment.avg_logprob), float(segment.no_speech_prob), float(segment.compression_ratio)
                )
            )
            if words and words[-1].ends_s >= len(samples) / RATE - _TAIL_S:
                break  # what is left would cost another pass, in which a hint is written down as if it had been said
        return found

    @staticmethod
    def _until_it_goes_round(segments: Iterable[Any]) -> Iterator[Any]:
        try:
            yield from segments
        except _GoesRound:
            _logger.warning("recognizer_went_round")


class _GoesRound(Exception):
    """The recognizer does not get on."""


class _Encoder:
    """Encodes the same sound once, for the attempts with and without a hint: that is half of the work.

    Each pass of the recognizer begins here, so that it can be stopped: where it writes next to nothing it goes on from
    there, and may do so for minutes, or for good.
    """

    def __init__(self, encode: Callable[[NDArray[np.float32]], Any]) -> None:
        self._encode = encode
        self._encoded: deque[tuple[NDArray[np.float32], Any]] = deque(maxlen=_REMEMBERED)
        self._check: Callable[[], None] = lambda: None
        self._passes = 0

    def begin(self, check: Callable[[], None]) -> None:
        """An attempt begins. check is called before each pass."""
        self._check, self._passes = check, 0

    def __call__(self, features: NDArray[np.float32]) -> Any:
        import numpy as np

        self._check()
        self._passes += 1
        if self._passes > _MOST_PASSES:
            raise _GoesRound
        for known, encoded in self._encoded:
            if np.array_equal(known, features):
                return encoded
        encoded = self._encode(features)
        self._encoded.append((features, encoded))
        return encoded


def _led_astray(segment: Segment, hint: str) -> bool:
    """Whether the hint did harm: the text repeats itself or the hint, or is doubtful."""
    if segment.compression > _REPETITIVE or segment.log_probability < _DOUBTFUL:
        return True
    words = plain("".join(word.text for word in segment.words)).split()
    known = f" {plain(hint)} "
    return any(f" {' '.join(words[at : at + _ECHO])} " in known for at in range(len(words) - _ECHO + 1))
