"""Makes text of stored sound, window by window, from where it was left."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from msgspec import Struct

from engine.cancellation import CancelToken
from engine.speech.client import SpeechClient
from engine.speech.messages import WINDOW_S, Dropped
from engine.speech.sound import SoundStore, samples_at, seconds
from engine.speech.turns import Turns
from engine.types import Utterance

_KINDS = {
    "loop": "a loop of {} words at {}",
    "noise": "{} words at {} that were no speech",
    "invention": "{} words at {} that nobody said",
}


class Listening(Struct, frozen=True):
    """How to listen. soon: text is wanted quickly; tentative: also what may still change. hint: words that may occur.
    language: "en"; "" finds out."""

    soon: bool = False
    tentative: bool = False
    hint: str = ""
    language: str = ""


class Listener:
    """Turns the sound of a store into utterances. Every step is one short call of the speech child."""

    def __init__(
        self, client: SpeechClient, store: SoundStore, how: Listening, *, after_s: float = 0.0, first_id: int = 1
    ) -> None:
        """Begins after_s into the sound."""
        self._client = client
        self._store = store
        self._how = how
        self._language = how.language
        self._lock = threading.Lock()
        self._turns = Turns(first_id)
        self._heard = samples_at(after_s)
        self._dropped: list[str] = []
        self.speech = False

    @property
    def heard(self) -> int:
        """Samples that are done with."""
        return self._heard

    @property
    def dropped(self) -> list[str]:
        """What was left out, in words for the reader."""
        return list(self._dropped)

    @property
    def utterances(self) -> list[Utterance]:
        with self._lock:
            return self._turns.utterances

    def keep(self, utterance: Utterance) -> None:
        """A person corrected this utterance: it stays as it is."""
        with self._lock:
            self._turns.keep(utterance)

    def prepare(self, cancel: CancelToken | None = None) -> None:
        """Have the model loaded before the first words are there. Raises what SpeechClient.load raises."""
        self._client.load(cancel)

    def step(self, *, ended: bool, cancel: CancelToken | None = None) -> list[Utterance]:
        """Recognize the next window of what is stored. ended: nothing more will be stored.

        Returns the utterances that are new or changed; the last may be tentative, and the next step replaces it. Raises
        what SpeechClient.hear raises; then nothing is lost: the next step does it again.
        """
        available = self._store.samples()
        end = min(available, self._heard + samples_at(WINDOW_S))
        sound = self._store.read(self._heard, end)
        how = self._how
        heard = self._client.hear(
            sound,
            last=ended and end == available,
            soon=how.soon,
            tentative=how.tentative and not ended,
            language=self._language,
            hint=how.hint,
            cancel=cancel,
        )
        begin_s = seconds(self._heard)
        with self._lock:
            changed = self._turns.add(heard.stretches, begin_s) + self._turns.tentative(heard.tentative, begin_s)
        self._dropped += [_in_words(each, begin_s) for each in heard.dropped]
        self._language = self._language or heard.language
        self._heard += heard.samples
        self.speech = self.speech or heard.speech
        return changed


def _in_words(dropped: Dropped, begin_s: float) -> str:
    minutes, rest = divmod(int(begin_s + dropped.begins_s), 60)
    return _KINDS[dropped.kind].format(dropped.words, f"{minutes:02d}:{rest:02d}")


def text_of(utterances: Sequence[Utterance]) -> str:
    """What was said, one utterance after the other."""
    return " ".join(each.text for each in utterances)
