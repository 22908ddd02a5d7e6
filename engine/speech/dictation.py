"""Push to talk: speech that becomes text where the cursor is, and is stored nowhere."""

from __future__ import annotations

from engine.cancellation import CancelToken
from engine.speech.listener import text_of
from engine.speech.recorder import Recorder


class Dictation:
    """A dictation under way."""

    def __init__(self, recorder: Recorder) -> None:
        """The recorder is started."""
        self._recorder = recorder

    def stop(self, cancel: CancelToken | None = None) -> str:
        """What was said, "" for nothing; blocks until it is known. Raises Cancelled, ModelMissing, WorkerCrashed."""
        return text_of(self._recorder.stop(cancel).utterances)

    def abandon(self) -> None:
        """End it; nothing that was said is kept."""
        self._recorder.abandon()
