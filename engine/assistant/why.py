"""Why an answer is what it is: everything that made it, as one record that can be read, saved and replayed."""

from __future__ import annotations

import msgspec
from msgspec import Struct, field

from engine.errors import UserError
from engine.types import (
    Answer,
    DeviceInfo,
    Evaluated,
    Hit,
    Making,
    ModelRef,
    Passage,
    Sampling,
    Segment,
    Sentence,
    Timings,
    Turn,
    TurnState,
)

FORMAT, FORMAT_VERSION = "chartside-why", 1
NOTICE = (
    "This file holds a question, an answer and passages of the clinic's documents as plain, unencrypted text. "
    "Keep it as carefully as the documents themselves."
)


class WhyPassage(Struct, frozen=True):
    """A passage that was found. Ranks count from 1; None where that kind of search did not return it.

    earlier: an earlier question of the conversation had found it, and it was still in the prompt (rank 0, no score).
    """

    document_id: int
    document: str
    page: int | None
    section: str
    text: str
    start: int
    end: int
    rank: int
    score: float
    keyword_rank: int | None
    dense_rank: int | None
    similarity: float | None
    in_prompt: bool
    earlier: bool = False


class WhyRecord(Struct, frozen=True):
    """Everything that made an answer. prompt is empty where no model was asked, and in answers of older versions.

    prompt: the pieces as they went to the model; the tokens follow from them exactly, since each is tokenized alone
    and only special ones may hold control tokens. evaluated: the steps in which the model read it. written: what the
    model wrote, which differs from answer where a refusal was put into the program's own words. second_look: the model
    refused at first, and went on from the words with which the prompt ends; answer holds those words too.
    """

    turn_id: int
    conversation_id: int
    state: TurnState
    asked_at: str
    question: str
    searched_as: str
    answer: str
    answered: bool
    sentences: list[Sentence]
    passages: list[WhyPassage]
    left_out: list[str]
    prompt: list[Segment]
    prompt_version: str
    stop: list[str]
    evaluated: list[Evaluated]
    written: str
    finish: str
    model: ModelRef
    sampling: Sampling
    device: DeviceInfo | None
    runtime: str
    program: str
    timings: Timings
    stopped: bool = False
    unmentioned: list[str] = field(default_factory=list)
    second_look: bool = False
    format: str = FORMAT
    version: int = FORMAT_VERSION
    notice: str = field(default=NOTICE)

    @property
    def prompt_text(self) -> str:
        """The whole prompt as the model saw it, scaffold included."""
        return "".join(segment.text for segment in self.prompt)

    @property
    def replayable(self) -> bool:
        """Whether there is enough to have the answer written again."""
        return bool(self.prompt and self.model.sha256)


def why(turn: Turn) -> WhyRecord:
    """The record of a stored turn. Raises UserError where nothing was answered yet."""
    answer = turn.answer
    if answer is None:
        raise UserError("This question has no answer yet, so there is nothing to explain.", "Ask it again.")
    making = answer.making or Making()
    return WhyRecord(
        turn_id=turn.id,
        conversation_id=turn.conversation_id,
        state=turn.state,
        asked_at=turn.created_at,
        question=turn.question,
        searched_as=answer.searched_as,
        answer=answer.text,
        answered=answer.answered,
        sentences=answer.sentences,
        passages=_passages(answer, making),
        left_out=answer.left_out,
        prompt=making.prompt,
        prompt_version=answer.prompt_version,
        stop=making.stop,
        evaluated=making.evaluated,
        written=making.written or answer.text,
        finish=making.finish,
        model=answer.model,
        sampling=answer.sampling,
        device=making.device,
        runtime=making.runtime,
        program=making.program,
        timings=answer.timings,
        stopped=answer.stopped,
        unmentioned=answer.unmentioned,
        second_look=making.second_look,
    )


def _passages(answer: Answer, making: Making) -> list[WhyPassage]:
    seen = set(making.seen)
    found = [_passage(hit, in_prompt=hit.passage.id in seen) for hit in answer.hits]
    return found + [_carried(passage) for passage in making.carried]


def _carried(passage: Passage) -> WhyPassage:
    return msgspec.structs.replace(_passage(Hit(0, passage, 0.0), in_prompt=True), earlier=True)


def _passage(hit: Hit, *, in_prompt: bool) -> WhyPassage:
    passage = hit.passage
    return WhyPassage(
        document_id=passage.document_id,
        document=passage.document,
        page=passage.page,
        section=passage.section,
        text=passage.text,
        start=passage.start,
        end=passage.end,
        rank=hit.rank,
        score=hit.score,
        keyword_rank=hit.keyword_rank,
        dense_rank=hit.dense_rank,
        similarity=hit.similarity,
        in_prompt=in_prompt,
    )
