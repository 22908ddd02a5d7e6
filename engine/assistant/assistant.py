"""Questions answered from the clinic's documents: search, prompt, stream, match, store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from engine.assistant.answering import Answering
from engine.assistant.history import History
from engine.assistant.in_progress import AnswerInProgress
from engine.assistant.replay import Replayer, ReplayResult
from engine.assistant.why import WhyRecord, why
from engine.assistant.why_file import encoded
from engine.cancellation import Cancelled, CancelToken
from engine.changes import ChangeHub
from engine.errors import UserError
from engine.exports import Exports, Protection
from engine.people.permissions import Gate
from engine.types import Answer, AskEvent, Conversation, Permission, Problem, Topic, Turn, TurnState

OnEvent = Callable[[AskEvent], None]

MAX_QUESTION_CHARACTERS = 8_000
_WHY_EXPORTED_AS = "chartside-answer.json"


class Assistant:
    """Front of the question service. Thread-safe; questions wait for each other, since one model answers them all.

    Conversations are those of who is signed in. Asking and saving raise NotAllowed where their role does not allow it.
    """

    def __init__(
        self,
        history: History,
        answering: Answering,
        replayer: Replayer,
        changes: ChangeHub,
        *,
        gate: Gate,
        exports: Exports,
    ) -> None:
        self._history = history
        self._answering = answering
        self._replayer = replayer
        self._changes = changes
        self._gate = gate
        self._exports = exports

    def ask(
        self,
        question: str,
        *,
        conversation_id: int | None = None,
        replaces: int | None = None,
        on_event: OnEvent | None = None,
        cancel: CancelToken | None = None,
    ) -> Turn:
        """Answer a question and return the turn as stored: done, stopped (with what was written), or failed.

        Without conversation_id a conversation is begun. replaces names a turn to answer anew (regenerate, or edit and
        resend); it and what followed leave the conversation. Events come on the calling thread.

        Raises UserError for an empty or over-long question or a conversation that is not there. An expected failure
        while answering does not raise: it is the turn's error, stored with what had been written.
        """
        self._gate.require(Permission.ASK)
        question = _checked(question)
        turn, earlier = self._history.begin(question, conversation_id, replaces)
        self._changes.publish(Topic.CONVERSATIONS, [turn.conversation_id])
        progress = AnswerInProgress(turn, on_event or _ignore, self._save_partial)
        try:
            answer = self._answering.answer(progress, earlier, cancel or CancelToken())
            stored = self._history.save(turn, TurnState.DONE, answer=answer)
        except Cancelled:
            stored = self._history.save(turn, TurnState.STOPPED, answer=progress.partial())
        except UserError as error:
            problem = Problem(error.message, error.advice, error.details)
            stored = self._history.save(turn, TurnState.FAILED, answer=progress.partial(), error=problem)
        except BaseException:
            problem = Problem("Something went wrong in Chartside while it answered.", "Ask again.")
            self._history.save(turn, TurnState.FAILED, answer=progress.partial(), error=problem)
            raise
        finally:
            self._changes.publish(Topic.CONVERSATIONS, [turn.conversation_id])
            self._changes.publish(Topic.STATUS)
        return stored

    def prepare(self, cancel: CancelToken | None = None) -> None:
        """Make the model ready ahead of the first question; blocks for seconds, worth calling after unlock.

        Raises ModelMissing, ModelUnusable, WorkerCrashed, Cancelled; a question would then say so too.
        """
        self._answering.prepare(cancel or CancelToken())
        self._changes.publish(Topic.STATUS)

    def conversations(self, query: str = "") -> list[Conversation]:
        """Conversations, last used first; with a query those that hold its words."""
        return self._history.conversations(query)

    def turns(self, conversation_id: int) -> list[Turn]:
        """The questions and answers of a conversation, in order."""
        return self._history.turns(conversation_id)

    def why(self, turn_id: int) -> WhyRecord:
        """Everything that made an answer. Raises UserError where there is no such answer."""
        return why(self._history.turn(turn_id))

    def save_why(self, turn_id: int, path: Path, protection: Protection = Protection()) -> None:  # noqa: B008 - immutable
        """Save why() as one JSON file, encrypted or with a reason why it is not; recorded either way.

        Raises NotAllowed, WeakPassphrase, UserError (neither passphrase nor reason), NotEnoughSpace.
        """
        self._exports.check(protection)
        content = encoded(self.why(turn_id))
        self._exports.write(path, [content], protection, name=_WHY_EXPORTED_AS, subject=f"turn:{turn_id}")

    def replay(
        self, record: WhyRecord | Path, on_event: OnEvent | None = None, cancel: CancelToken | None = None
    ) -> ReplayResult:
        """Have a recorded answer, or a saved file of one, written again and compare; blocks. See Replayer.replay."""
        return self._replayer.replay(record, on_event, cancel)

    def rename(self, conversation_id: int, title: str) -> None:
        self._history.rename(conversation_id, title)
        self._changes.publish(Topic.CONVERSATIONS, [conversation_id])

    def delete(self, conversation_id: int) -> None:
        """Take a conversation away; restore() undoes it until the workspace is closed."""
        self._history.delete(conversation_id)
        self._changes.publish(Topic.CONVERSATIONS, [conversation_id])

    def restore(self, conversation_id: int) -> None:
        self._history.restore(conversation_id)
        self._changes.publish(Topic.CONVERSATIONS, [conversation_id])

    def drafts(self) -> dict[int | None, str]:
        """Questions that were typed and not asked, by conversation; None is for a new one."""
        return self._history.drafts()

    def keep_drafts(self, drafts: Mapping[int | None, str]) -> None:
        """Keep these, and only these, in the vault."""
        self._history.keep_drafts(drafts)

    def _save_partial(self, turn: Turn, answer: Answer) -> None:
        self._history.save(turn, TurnState.PENDING, answer=answer)


def _ignore(_event: AskEvent) -> None:
    """Nobody watches this question."""


def _checked(question: str) -> str:
    question = question.strip()
    if not question:
        raise UserError("The question is empty.", "Type a question first.")
    if len(question) > MAX_QUESTION_CHARACTERS:
        raise UserError(
            f"The question is longer than {MAX_QUESTION_CHARACTERS} characters.",
            "Ask a shorter question; add long texts to the library as documents.",
        )
    return question
