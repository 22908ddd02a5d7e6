"""What visits need of those who write notes and of those who listen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from engine.cancellation import CancelToken
from engine.speech.sound import SoundStore
from engine.types import (
    DraftEvent,
    Mark,
    Note,
    NoteTemplate,
    RecordingEvent,
    RecordingState,
    StyleExample,
    TranscribeProgress,
    Transcript,
    Utterance,
)


class NoteWriter(Protocol):
    """Writes and checks notes; knows no visit."""

    def draft(
        self,
        transcript: Transcript,
        template: NoteTemplate,
        *,
        style: Sequence[StyleExample] = (),
        only: str = "",
        instruction: str = "",
        note: Note | None = None,
        on_event: Callable[[DraftEvent], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> Note:
        """The whole note, or with only (a section's key) note with this section written anew.

        Raises UserError and Cancelled; what was written until then was told in events.
        """

    def check(self, transcript: Transcript, template: NoteTemplate, note: Note) -> Note:
        """The note with sentences, verdicts and omissions anew, without a model."""

    def prepare(
        self, transcript: Transcript, template: NoteTemplate, cancel: CancelToken, style: Sequence[StyleExample] = ()
    ) -> None:
        """Write ahead what is known of a visit that still goes on; gives way to whoever needs the model."""


class Recorder(Protocol):
    """A recording under way; see engine.speech.recorder."""

    @property
    def state(self) -> RecordingState: ...

    @property
    def seconds(self) -> float: ...

    def pause(self) -> None: ...

    def resume(self) -> None: ...

    def mark(self, label: str = "") -> Mark: ...

    def keep(self, utterance: Utterance) -> None: ...

    def stop(self, cancel: CancelToken | None = None) -> Transcript: ...

    def transcript(self) -> Transcript: ...

    def abandon(self) -> None: ...


class Listens(Protocol):
    """The part of engine.speech.service that visits use."""

    def record(
        self,
        store: SoundStore,
        *,
        microphone: str = "",
        on_event: Callable[[RecordingEvent], None] = ...,
        after_s: float = 0.0,
        first_id: int = 1,
    ) -> Recorder: ...

    def transcribe(
        self,
        path: Path,
        *,
        report: Callable[[TranscribeProgress], None] | None = None,
        cancel: CancelToken | None = None,
        store: SoundStore | None = None,
    ) -> Transcript: ...

    def transcribe_stored(
        self,
        store: SoundStore,
        *,
        report: Callable[[TranscribeProgress], None] | None = None,
        cancel: CancelToken | None = None,
        after_s: float = 0.0,
        first_id: int = 1,
    ) -> Transcript: ...

    def wav(self, store: SoundStore, begins_s: float, ends_s: float) -> bytes: ...
