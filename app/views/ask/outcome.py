"""What is said about an answer that did not end as hoped."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.i18n import tr
from app.widgets.feedback import ErrorPanel, Notice
from app.widgets.labels import label
from app.widgets.verdicts import PROBLEMS
from engine.errors import UserError
from engine.types import TurnState, Verdict

if TYPE_CHECKING:
    from app.theme import Theme
    from engine.types import Answer, Turn


def failure_of(turn: Turn) -> UserError | None:
    """Why there is no answer, None where there is one or it was stopped by the reader."""
    if turn.state is TurnState.FAILED:
        problem = turn.error
        if problem is None:
            return UserError(tr("Ask", "The answer could not be written."), tr("Ask", "Try again."))
        return UserError(problem.message, problem.advice or tr("Ask", "Try again."), problem.details)
    if turn.state is TurnState.PENDING:
        return UserError(
            tr("Ask", "This answer was interrupted when the program closed."), tr("Ask", "Ask the question again.")
        )
    return None


def is_unsupported(turn: Turn) -> bool:
    """Whether a finished answer makes claims of which its sources support none."""
    if turn.state is not TurnState.DONE or turn.answer is None or not turn.answer.answered:
        return False
    verdicts = {sentence.verdict for sentence in turn.answer.sentences}
    return Verdict.SUPPORTED not in verdicts and bool(verdicts & set(PROBLEMS))


def outcome_notice(theme: Theme, turn: Turn, retry: Callable[[], None] | None) -> QWidget | None:
    """A failure with its advice, "Your documents do not say", or "Stopped"; None for an ordinary answer."""
    failure = failure_of(turn)
    if failure is not None:
        return ErrorPanel(theme, failure, on_retry=retry)
    if turn.state is TurnState.STOPPED:
        kept = bool(turn.answer and turn.answer.text)
        return label(tr("Ask", "Stopped. What was written is kept.") if kept else tr("Ask", "Stopped."), "muted")
    if turn.answer is not None and not turn.answer.answered:
        return _not_answered(theme, turn.answer)
    if is_unsupported(turn):
        return Notice(
            theme,
            ("warning", "warn"),
            tr("Ask", "Your documents do not support the answer that the model wrote."),
            tr("Ask", "None of its claims was found in them. Read the passages themselves instead."),
        )
    if turn.answer is not None and turn.answer.unmentioned:
        return Notice(
            theme,
            ("warning", "warn"),
            _unmentioned(turn.answer),
            tr("Ask", "The answer does not take it into account. Check whether it matters here."),
        )
    return None


def _not_answered(theme: Theme, answer: Answer) -> QWidget:
    advice = (
        tr("Ask", "These are the nearest passages. Try other words, or add the document that holds the answer.")
        if answer.hits
        else tr("Ask", "Nothing near it was found. Try other words, or add the document that holds the answer.")
    )
    if answer.unmentioned:
        advice = f"{_unmentioned(answer)} {advice}"
    return Notice(theme, ("info", "muted"), tr("Ask", "Your documents do not say."), advice)


def _unmentioned(answer: Answer) -> str:
    words = ", ".join(f"“{word}”" for word in answer.unmentioned)
    return tr("Ask", "No passage found mentions {words}.", words=words)
