"""Questions of a conversation and the progress of answering them."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from engine.types.answers import Answer
from engine.types.documents import Problem
from engine.types.evidence import Sentence
from engine.types.search import Hit


class TurnState(StrEnum):
    PENDING = "pending"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


class Turn(Struct, frozen=True):
    """One question of a conversation and its answer; partial answers of stopped or failed turns are kept."""

    id: int
    conversation_id: int
    question: str
    state: TurnState
    created_at: str
    answer: Answer | None = None
    error: Problem | None = None


class Conversation(Struct, frozen=True):
    id: int
    title: str
    created_at: str
    updated_at: str


class AskStage(StrEnum):
    SEARCHING = "searching"
    LOADING_MODEL = "loading_model"
    READING = "reading"
    WRITING = "writing"


class AskEvent(Struct, frozen=True):
    """Progress of a question: a new stage, counted work ("done of total"), new text, or a sentence closed."""

    stage: AskStage
    turn_id: int
    text: str = ""
    sentence: Sentence | None = None
    hits: list[Hit] | None = None
    done: int = 0
    total: int = 0
    tokens_per_s: float = 0.0
