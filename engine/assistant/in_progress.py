"""An answer while it is made: what is known of it, told as it comes, and saved now and then."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from msgspec import structs

from engine.assistant.draft import Draft
from engine.inference.messages import GenerationEvent
from engine.types import Answer, AskEvent, AskStage, ModelRef, Sentence, Timings, Turn

_SAVE_EVERY_S = 2.0
_NO_MODEL = ModelRef(id="", sha256="")


class AnswerInProgress:
    """What is known of an answer so far, told to a listener as it comes and saved every two seconds."""

    def __init__(self, turn: Turn, on_event: Callable[[AskEvent], None], save: Callable[[Turn, Answer], None]) -> None:
        self.turn = turn
        self._on_event = on_event
        self._save = save
        self._saved_at = time.monotonic()
        self._begun = time.perf_counter()
        self.answer = Answer(text="", answered=False, sentences=[], hits=[], model=_NO_MODEL, timings=Timings())

    def know(self, **facts: object) -> None:
        """Add facts to the answer, by field name."""
        self.answer = structs.replace(self.answer, **facts)

    def tell(self, stage: AskStage, **details: object) -> None:
        self._on_event(structs.replace(AskEvent(stage, self.turn.id), **details))

    def elapsed_ms(self) -> float:
        return (time.perf_counter() - self._begun) * 1000

    def save_now_and_then(self) -> None:
        """Store what was written so far, so that a power cut loses two seconds of it at most."""
        now = time.monotonic()
        if now - self._saved_at >= _SAVE_EVERY_S:
            self._saved_at = now
            self._save(self.turn, self.partial() or self.answer)

    def partial(self) -> Answer | None:
        """What there is when the answer ends before its time; None when nothing was written."""
        return structs.replace(self.answer, stopped=True) if self.answer.text else None


class Writer:
    """Turns the model's events into the answer's: counts, text, closed sentences.

    What may yet turn out to be a refusal (held) is not shown: a second look may find the answer.
    """

    def __init__(self, progress: AnswerInProgress, draft: Draft, held: Callable[[str], bool]) -> None:
        self._progress = progress
        self._draft = draft
        self._held = held
        self._waiting = ""
        self._first_at: float | None = None

    def heard(self, event: GenerationEvent) -> None:
        progress = self._progress
        if not event.text:
            progress.tell(AskStage.READING, done=event.evaluated, total=event.prompt_tokens)
            return
        now = time.perf_counter()
        if self._first_at is None:
            self._first_at = now
            first_ms = progress.elapsed_ms()
            progress.know(timings=structs.replace(progress.answer.timings, first_token_ms=first_ms))
        self._waiting += event.text
        if not self._draft.text and self._held(self._waiting):
            return
        writing_s = now - self._first_at
        speed = event.tokens / writing_s if writing_s > 0.2 else 0.0
        self._write(done=event.tokens, tokens_per_s=speed)
        progress.save_now_and_then()

    def finish(self, *, refused: bool = False) -> None:
        """Close what is left; what was held back of a refusal is dropped."""
        if self._waiting and not refused:
            self._write()
        closed = self._draft.finish()
        self._progress.know(text=self._draft.text, sentences=list(self._draft.sentences))
        self._tell_closed(closed)

    def _write(self, **counts: float) -> None:
        text, self._waiting = self._waiting, ""
        closed = self._draft.feed(text)
        self._progress.know(text=self._draft.text, sentences=list(self._draft.sentences))
        self._progress.tell(AskStage.WRITING, text=text, **counts)
        self._tell_closed(closed)

    def _tell_closed(self, sentences: Sequence[Sentence]) -> None:
        for sentence in sentences:
            self._progress.tell(AskStage.WRITING, sentence=sentence)
