"""The speech child: reads sound files and makes text of sound. It never sees the vault, and keeps only the model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.memory.embedder import usable_cores
from engine.speech.cutting import cut
from engine.speech.decoding import decode
from engine.speech.excerpt import Excerpt
from engine.speech.messages import (
    DECODE,
    HEAR,
    LOAD,
    DecodedAll,
    DecodedSound,
    DecodeSound,
    Hear,
    Heard,
    HeardWord,
    LoadRecognizer,
    Stretch,
)
from engine.speech.passed_over import passed_over, with_more
from engine.speech.plausibility import sift
from engine.speech.recognizer import Recognizer
from engine.speech.sound import RATE, samples_at
from engine.speech.vocabulary import inventions
from engine.speech.voice_activity import Run, find_speech
from engine.speech.voices import voice_of
from engine.workers.context import AnyBinding, Binding, CallContext
from engine.workers.protocol import Empty

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.speech.messages import Dropped

# With less speech its language is a guess, which the next window may better.
_TELLING = 3 * RATE


def bindings() -> list[AnyBinding]:
    """The calls that this role answers."""
    worker = SpeechWorker()
    return [Binding(LOAD, worker.load), Binding(HEAR, worker.hear), Binding(DECODE, worker.decode)]


class SpeechWorker:
    """The child's state: the model. Calls come one by one."""

    def __init__(self) -> None:
        self._folder = ""
        self._recognizer: Recognizer | None = None
        self._inventions = inventions()

    def load(self, params: LoadRecognizer, context: CallContext) -> Empty:
        context.check()
        self._loaded(params.folder)
        return Empty()

    def decode(self, params: DecodeSound, context: CallContext) -> DecodedAll:
        def deliver(sound: bytes, total_s: float) -> None:
            context.check()
            context.emit(DecodedSound(sound, total_s))

        return DecodedAll(*decode(Path(params.path), deliver))

    def hear(self, params: Hear, context: CallContext) -> Heard:
        import numpy as np

        samples = np.frombuffer(params.sound, dtype="<i2").astype(np.float32) / 32_768.0
        runs = find_speech(samples)
        context.check()
        now, done = cut(samples, runs, last=params.last, soon=params.soon)
        rest = [run for run in runs if run.end > done] if params.tentative else []
        spoken = sum(run.end - run.begin for run in now)
        language = params.language
        if (now or rest) and not language:
            language = self._language(samples, now or rest, params.folder)
            context.check()
        stretches, dropped = self._recognized(samples, now, params, language, context)
        tentative = [] if now else self._recognized(samples, rest, params, language, context)[0]
        told = language if params.language or spoken >= _TELLING else ""
        return Heard(done, stretches, tentative, dropped, bool(now), told)

    def _recognized(
        self,
        samples: NDArray[np.float32],
        runs: list[Run],
        params: Hear,
        language: str,
        context: CallContext,
        *,
        again: bool = False,
    ) -> tuple[list[Stretch], list[Dropped]]:
        """again: the second look at runs that the first one passed over."""
        if not runs:
            return [], []
        excerpt = Excerpt(samples, runs)
        recognizer = self._loaded(params.folder)
        context.check()
        segments = recognizer.recognize(excerpt.samples, language=language, hint=params.hint, check=context.check)
        words, dropped = sift(segments, params.hint, self._inventions)
        stretches = [Stretch(said, _voice(samples, said)) for said in _parted(words, excerpt)]
        dropped = [_moved(each, excerpt) for each in dropped]
        missed = [] if again else passed_over(runs, excerpt, segments)
        if missed:
            more, more_dropped = self._recognized(samples, missed, params, language, context, again=True)
            stretches = with_more(stretches, more)
            dropped += more_dropped
        return stretches, dropped

    def _language(self, samples: NDArray[np.float32], runs: list[Run], folder: str) -> str:
        return self._loaded(folder).language(Excerpt(samples, runs).samples)

    def _loaded(self, folder: str) -> Recognizer:
        if self._recognizer is None or self._folder != folder:
            self._recognizer = None  # two at once would take twice the memory
            self._recognizer, self._folder = Recognizer.load(Path(folder), usable_cores()), folder
        return self._recognizer


def _parted(words: list[HeardWord], excerpt: Excerpt) -> list[list[HeardWord]]:
    """The words at the times they were said, parted by pauses and where sentences end: speakers change there."""
    parted: list[list[HeardWord]] = []
    last_run = -1
    for word in words:
        begins, ends = excerpt.original(word.begins_s), excerpt.original(word.ends_s)
        run = excerpt.run_at(begins, ends)
        if run != last_run or parted[-1][-1].text.endswith((".", "?", "!")):
            parted.append([])
        parted[-1].append(HeardWord(word.text, begins, ends, word.probability))
        last_run = run
    return parted


def _voice(samples: NDArray[np.float32], said: list[HeardWord]) -> list[float]:
    return voice_of(samples[samples_at(said[0].begins_s) : samples_at(said[-1].ends_s)])


def _moved(dropped: Dropped, excerpt: Excerpt) -> Dropped:
    import msgspec

    return msgspec.structs.replace(dropped, begins_s=excerpt.original(dropped.begins_s))
