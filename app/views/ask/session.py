"""Asking: one question at a time, off the GUI thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.views.ask.live import LiveAnswer
from engine.types import Answer, ModelRef, Problem, Timings, Turn, TurnState

if TYPE_CHECKING:
    from app.context import AppContext
    from app.operations import Operation
    from engine.errors import UserError
    from engine.types import AskEvent


class AskSession(QObject):
    """changed: the live answer went on. ended: it is complete, stopped or failed; carries it and the turn."""

    changed = Signal(object)
    ended = Signal(object, object)

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._operation: Operation[Turn] | None = None
        self.live: LiveAnswer | None = None

    def ask(self, question: str, conversation_id: int | None, replaces: int | None = None) -> None:
        """Start a question; only when none is running."""
        live = self.live = LiveAnswer(question, conversation_id, replaces)
        assistant = self._context.workspace.assistant
        self._operation = self._context.operations.start(
            lambda job: assistant.ask(
                question,
                conversation_id=conversation_id,
                replaces=replaces,
                on_event=job.report,
                cancel=job.token,
            ),
            owner=self,
            on_events=self._take,
            on_success=self._end,
            on_failure=lambda error: self._end(_unstored(live, TurnState.FAILED, error)),
            on_cancelled=lambda: self._end(_unstored(live, TurnState.STOPPED)),
        )
        self.changed.emit(live)

    def stop(self) -> bool:
        """Stop the answer that is being written; what there is of it is kept. False if none is."""
        if self.live is None or self._operation is None:
            return False
        self.live.stopping = True
        self._operation.cancel()
        self.changed.emit(self.live)
        return True

    def _take(self, events: list[AskEvent]) -> None:
        if self.live is not None:
            self.live.take(events)
            self._context.status.show_speed(self.live.tokens_per_s)
            self.changed.emit(self.live)

    def _end(self, turn: Turn) -> None:
        live, self.live, self._operation = self.live, None, None
        self.ended.emit(live, turn)


def _unstored(live: LiveAnswer, state: TurnState, error: UserError | None = None) -> Turn:
    """What there is of an answer whose call ended without a turn."""
    answer = Answer(live.text, True, live.sentences, live.hits, ModelRef("", ""), Timings(), stopped=True)
    return Turn(
        id=live.turn_id or 0,
        conversation_id=live.conversation_id or 0,
        question=live.question,
        state=state,
        created_at="",
        answer=answer if live.text or live.hits else None,
        error=Problem(error.message, error.advice, error.details) if error else None,
    )
