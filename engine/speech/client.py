"""The program's side of the speech child: typed calls. Thread-safe; the model is loaded at the first call."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from engine.cancellation import CancelToken
from engine.speech import messages as m
from engine.workers.client import WorkerClient

# A window takes seconds; a child that is silent for so long hangs in native code.
_HEAR_LIMIT_S = 240.0
# An hour of sound takes a minute. Whoever stops a recording meanwhile waits for this call to end.
_DECODE_LIMIT_S = 1_800.0


class SpeechClient:
    """Calls of the speech child. The child keeps nothing between calls but its model, so one may always be repeated."""

    def __init__(self, worker: WorkerClient, model_folder: Callable[[], Path]) -> None:
        """model_folder gives the speech model's folder; it may raise ModelMissing, ModelUnusable."""
        self._worker = worker
        self._model_folder = model_folder

    def load(self, cancel: CancelToken | None = None) -> None:
        """Load the model unless it is. Raises ModelMissing, ModelUnusable, WorkerCrashed, Cancelled."""
        self._worker.call(m.LOAD, m.LoadRecognizer(self._folder()), cancel=cancel, deadline_s=_HEAR_LIMIT_S)

    def hear(
        self,
        sound: bytes,
        *,
        last: bool = False,
        soon: bool = False,
        tentative: bool = False,
        language: str = "",
        hint: str = "",
        cancel: CancelToken | None = None,
    ) -> m.Heard:
        """Recognize sound (see messages.Hear). Raises as load(), and DeadlineExceeded."""
        request = m.Hear(self._folder(), sound, last=last, soon=soon, tentative=tentative, language=language, hint=hint)
        return self._worker.call(m.HEAR, request, cancel=cancel, deadline_s=_HEAR_LIMIT_S)

    def decode(
        self, path: Path, on_sound: Callable[[m.DecodedSound], None], cancel: CancelToken | None = None
    ) -> m.DecodedAll:
        """Read a sound or video file.

        Raises UnreadableSound, WorkerCrashed, DeadlineExceeded, Cancelled, and what on_sound raises.
        """
        request = m.DecodeSound(str(path.absolute()))
        return self._worker.call(m.DECODE, request, on_event=on_sound, cancel=cancel, deadline_s=_DECODE_LIMIT_S)

    def _folder(self) -> str:
        return str(self._model_folder())
