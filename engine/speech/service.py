"""Speech: what the window and the command line use to listen, to dictate and to read sound files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from engine.cancellation import CancelToken
from engine.errors import ModelMissing, UserError
from engine.models.service import Models
from engine.speech import playing
from engine.speech import sound as sounds
from engine.speech.client import SpeechClient
from engine.speech.dictation import Dictation
from engine.speech.errors import NothingHeard, UnreadableSound
from engine.speech.listener import Listener, Listening
from engine.speech.messages import DecodedSound
from engine.speech.recorder import OnEvent, Recorder
from engine.speech.sound import MemoryStore, SoundStore
from engine.speech.sources import SoundSources
from engine.speech.vocabulary import hint_with
from engine.types import Microphone, ModelRef, TranscribeProgress, Transcript, TranscriptOrigin
from engine.workers.client import WorkerClient

OnTranscribed = Callable[[TranscribeProgress], None]

# The loudest sample of a file that holds nothing but the noise of its own making.
_SILENT = 0.003


class Speech:
    """Sound into text. Thread-safe. Nothing is stored but in the stores that it is given."""

    def __init__(self, worker: WorkerClient, models: Models, sources: SoundSources | None = None) -> None:
        self._models = models
        self._client = SpeechClient(worker, models.speech_path)
        self._sources = sources or SoundSources()

    def available(self) -> str:
        """ "" where speech can be recognized, else why not, in words for the reader."""
        try:
            self._models.speech_path()
        except UserError as error:
            return str(error)
        return ""

    def microphones(self) -> list[Microphone]:
        """The sound inputs, the usual one first; none where nothing is plugged in.

        Raises NoMicrophone where sound input cannot work at all.
        """
        return self._sources.microphones()

    def warm_up(self, cancel: CancelToken | None = None) -> None:
        """Load the model ahead of its use. Raises ModelMissing, ModelUnusable, WorkerCrashed, Cancelled."""
        self._client.load(cancel)

    def record(
        self,
        store: SoundStore,
        *,
        microphone: str = "",
        on_event: OnEvent = lambda _event: None,
        after_s: float = 0.0,
        first_id: int = 1,
        hint: str = "",
    ) -> Recorder:
        """Record into a store, from its end on; the text comes with the events.

        after_s: so far of what is stored already is text. Times count from the beginning of the store, utterances from
        first_id. hint: words that may occur, beside those of the domain pack. Raises NoMicrophone, ModelMissing,
        ModelUnusable.
        """
        how = Listening(soon=True, hint=hint_with(hint))
        return self._recorder(
            store, Listener(self._client, store, how, after_s=after_s, first_id=first_id), microphone, on_event
        )

    def dictate(self, *, microphone: str = "", on_event: OnEvent = lambda _event: None, hint: str = "") -> Dictation:
        """Push to talk: listens until Dictation.stop(). The events' utterances hold the text so far.

        Raises NoMicrophone, ModelMissing, ModelUnusable.
        """
        store = MemoryStore()
        how = Listening(soon=True, tentative=True, hint=hint_with(hint))
        return Dictation(self._recorder(store, Listener(self._client, store, how), microphone, on_event))

    def transcribe(
        self,
        path: Path,
        *,
        report: OnTranscribed | None = None,
        cancel: CancelToken | None = None,
        hint: str = "",
        language: str = "",
        store: SoundStore | None = None,
    ) -> Transcript:
        """Make text of a sound or video file (WAV, MP3, M4A, OGG, FLAC, MP4 and what else FFmpeg reads); blocks.

        store, which must be empty, keeps its sound. Raises UnreadableSound (no such file, no sound in it, silent),
        NothingHeard, ModelMissing, ModelUnusable, WorkerCrashed, Cancelled, and what the store raises.
        """
        self._models.speech_path()
        kept = store if store is not None else MemoryStore()
        self._decode(path, kept, cancel)
        transcript = self.transcribe_stored(
            kept, report=report, cancel=cancel, hint=hint, language=language, origin=TranscriptOrigin.SOUND_FILE
        )
        if not transcript.utterances:
            raise NothingHeard(
                f"Nobody could be heard speaking in {path.name}.",
                "Play it and check that it is the right recording; noise alone gives no text.",
            )
        return transcript

    def transcribe_stored(
        self,
        store: SoundStore,
        *,
        report: OnTranscribed | None = None,
        cancel: CancelToken | None = None,
        after_s: float = 0.0,
        first_id: int = 1,
        hint: str = "",
        language: str = "",
        origin: TranscriptOrigin = TranscriptOrigin.RECORDED,
    ) -> Transcript:
        """Make text of stored sound, from after_s on: of a recording that was cut off, for example; blocks.

        No utterances where nobody speaks. Raises ModelMissing, ModelUnusable, WorkerCrashed, Cancelled, and what the
        store raises.
        """
        listener = Listener(
            self._client, store, Listening(hint=hint_with(hint), language=language), after_s=after_s, first_id=first_id
        )
        total = store.samples()
        while listener.heard < total:
            changed = listener.step(ended=True, cancel=cancel)
            if report is not None:
                report(TranscribeProgress(sounds.seconds(listener.heard), sounds.seconds(total), changed))
        return Transcript(
            utterances=listener.utterances,
            origin=origin,
            seconds=sounds.seconds(total),
            dropped=listener.dropped,
            model=self._model(),
        )

    def wav(self, store: SoundStore, begins_s: float, ends_s: float) -> bytes:
        """A stretch of stored sound as a WAV file."""
        return sounds.wav(store, begins_s, ends_s)

    def play(self, wav: bytes, cancel: CancelToken | None = None) -> None:
        """Play a WAV file; blocks until its end. Raises UserError where nothing can be played, Cancelled."""
        playing.play(wav, cancel or CancelToken())

    def _recorder(self, store: SoundStore, listener: Listener, microphone: str, on_event: OnEvent) -> Recorder:
        self._models.speech_path()
        recorder = Recorder(self._sources.open(microphone), store, listener, on_event, self._model())
        recorder.start()
        return recorder

    def _decode(self, path: Path, store: SoundStore, cancel: CancelToken | None) -> None:
        def keep(stretch: DecodedSound) -> None:
            store.append(stretch.sound)

        decoded = self._client.decode(path, keep, cancel)
        if decoded.loudest < _SILENT:
            raise UnreadableSound(
                f"{path.name} is silent.", "Play it and check that it is the right recording.", f"{decoded.samples=}"
            )

    def _model(self) -> ModelRef | None:
        try:
            info = self._models.speech()
        except ModelMissing:
            return None
        return ModelRef(info.id, info.sha256, info.name)
