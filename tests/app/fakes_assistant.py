"""An assistant of the test seam: answers by a script, at the pace the test sets."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from engine.assistant.replay import ReplayResult
from engine.assistant.why import WhyRecord, why
from engine.assistant.why_file import encoded
from engine.cancellation import Cancelled, CancelToken
from engine.errors import UserError
from engine.exports import Protection
from engine.types import (
    Answer,
    AskEvent,
    AskStage,
    Change,
    Conversation,
    Hit,
    Making,
    ModelRef,
    Problem,
    Segment,
    Sentence,
    Source,
    Timings,
    Topic,
    Turn,
    TurnState,
)

MODEL = ModelRef("qwen2.5-coder-1.5b", "0" * 64, "Qwen 1.5B")
NOW = "2026-11-21T08:00:00Z"


def source_of(hit: Hit) -> Source:
    """The whole passage of a hit as a source."""
    passage = hit.passage
    return Source(
        passage.document_id, passage.document, passage.page, passage.text, passage.start, passage.end, passage.id, 0.9
    )


def sentences_of(text: str, hits: list[Hit]) -> list[Sentence]:
    """Cut at full stops; the sentences take the hits as sources in turn."""
    found = list(re.finditer(r"[A-Z].*?(?<!\d)[.!?](?=\s|$)", text, re.DOTALL))
    return [
        Sentence(match.group(), match.start(), match.end(), [source_of(hits[number % len(hits)])] if hits else [])
        for number, match in enumerate(found)
    ]


class FakeAssistant:
    """answer_text is streamed in pieces; hold, where set, stops the stream there until released."""

    def __init__(self, publish: Callable[[Change], None] = lambda _change: None) -> None:
        self.publish = publish
        self.answer_text = "Give adrenaline 0.5 mg into the outer thigh at once. Repeat after 5 minutes."
        self.hits: list[Hit] = []
        self.check: Callable[[Sentence], Sentence] = lambda sentence: sentence
        self.answered = True
        self.unmentioned: list[str] = []
        self.failure: UserError | None = None
        self.replayed = self.answer_text
        self.piece_s = 0.0
        self.hold: threading.Event | None = None
        self.hold_after = 3
        self.asked: list[tuple[str, int | None, int | None]] = []
        self.store: dict[int, tuple[Conversation, list[Turn]]] = {}
        self.deleted: dict[int, tuple[Conversation, list[Turn]]] = {}
        self.kept_drafts: dict[int | None, str] = {}
        self._next = 1

    def ask(
        self,
        question: str,
        *,
        conversation_id: int | None = None,
        replaces: int | None = None,
        on_event: Callable[[AskEvent], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> Turn:
        self.asked.append((question, conversation_id, replaces))
        number = self._open(question, conversation_id, replaces)
        turn_id = self._next = self._next + 1
        turn = Turn(turn_id, number, question, TurnState.PENDING, NOW)
        self.store[number][1].append(turn)
        emit = on_event or (lambda _event: None)
        written, state, error = "", TurnState.DONE, None
        try:
            for piece in self._stream(turn_id, emit, cancel or CancelToken()):
                written += piece
        except Cancelled:
            state = TurnState.STOPPED
        except UserError as failed:
            state, error = TurnState.FAILED, Problem(failed.message, failed.advice, failed.details)
        answer = Answer(
            written,
            self.answered,
            [self.check(each) for each in sentences_of(written, self.hits)],
            self.hits,
            MODEL,
            Timings(search_ms=4, first_token_ms=90, tokens=len(written.split()), tokens_per_s=31.4),
            stopped=state is TurnState.STOPPED,
            unmentioned=self.unmentioned,
        )
        done = msgspec.structs.replace(turn, state=state, answer=answer, error=error)
        self.store[number][1][-1] = done
        self.publish(Change(Topic.CONVERSATIONS, [number]))
        return done

    def _open(self, question: str, conversation_id: int | None, replaces: int | None) -> int:
        if conversation_id is None:
            conversation_id = max([*self.store, *self.deleted], default=0) + 1
            self.store[conversation_id] = (Conversation(conversation_id, question[:60], NOW, NOW), [])
        turns = self.store[conversation_id][1]
        turns[:] = [turn for turn in turns if turn.id != replaces]
        self.publish(Change(Topic.CONVERSATIONS, [conversation_id]))
        return conversation_id

    def _stream(self, turn_id: int, emit: Callable[[AskEvent], None], cancel: CancelToken) -> list[str]:
        emit(AskEvent(AskStage.SEARCHING, turn_id, total=12))
        emit(AskEvent(AskStage.READING, turn_id, hits=self.hits, done=300, total=900))
        if self.failure:
            raise self.failure
        return self._pieces(turn_id, emit, cancel)  # type: ignore[return-value]

    def _pieces(self, turn_id: int, emit: Callable[[AskEvent], None], cancel: CancelToken):
        written = ""
        closed = 0
        for number, piece in enumerate(re.findall(r"\s*\S+\s*", self.answer_text)):
            if self.hold is not None and number == self.hold_after:
                while not self.hold.wait(0.005):
                    cancel.check()
            cancel.check()
            time.sleep(self.piece_s)
            written += piece
            emit(AskEvent(AskStage.WRITING, turn_id, text=piece, tokens_per_s=31.4))
            yield piece
            ready = sentences_of(written, self.hits)
            for sentence in ready[closed:]:
                emit(AskEvent(AskStage.WRITING, turn_id, sentence=self.check(sentence), tokens_per_s=31.4))
            closed = len(ready)

    def conversations(self, query: str = "") -> list[Conversation]:
        return [
            conversation
            for conversation, turns in sorted(self.store.values(), key=lambda pair: pair[0].updated_at, reverse=True)
            if query.lower() in (conversation.title + " ".join(turn.question for turn in turns)).lower()
        ]

    def drafts(self) -> dict[int | None, str]:
        return dict(self.kept_drafts)

    def keep_drafts(self, drafts: Mapping[int | None, str]) -> None:
        self.kept_drafts = dict(drafts)

    def turns(self, conversation_id: int) -> list[Turn]:
        return list(self.store[conversation_id][1])

    def why(self, turn_id: int) -> WhyRecord:
        turn = next(turn for _each, turns in self.store.values() for turn in turns if turn.id == turn_id)
        answer = turn.answer
        assert answer is not None
        making = Making(prompt=[Segment("<s>", True), Segment("Answer from the passages.")], program="1.0")
        return why(msgspec.structs.replace(turn, answer=msgspec.structs.replace(answer, making=making)))

    def save_why(self, turn_id: int, path: Path, protection: Protection | None = None) -> None:
        self.protection = protection
        path.write_bytes(encoded(self.why(turn_id)))

    def replay(
        self,
        record: WhyRecord,
        on_event: Callable[[AskEvent], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> ReplayResult:
        if self.failure:
            raise self.failure
        if on_event is not None:
            on_event(AskEvent(AskStage.WRITING, record.turn_id, text=self.replayed))
        same = self.replayed == record.written
        return ReplayResult(same, self.replayed, record.written, None if same else 5, True, [])

    def rename(self, conversation_id: int, title: str) -> None:
        conversation, turns = self.store[conversation_id]
        self.store[conversation_id] = (msgspec.structs.replace(conversation, title=title), turns)
        self.publish(Change(Topic.CONVERSATIONS, [conversation_id]))

    def delete(self, conversation_id: int) -> None:
        self.deleted[conversation_id] = self.store.pop(conversation_id)
        self.publish(Change(Topic.CONVERSATIONS, [conversation_id]))

    def restore(self, conversation_id: int) -> None:
        self.store[conversation_id] = self.deleted.pop(conversation_id)
        self.publish(Change(Topic.CONVERSATIONS, [conversation_id]))
