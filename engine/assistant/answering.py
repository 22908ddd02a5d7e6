"""One question, step by step: what to search for, what the model sees, what it writes, where each sentence stands."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property

from msgspec import structs

from engine import __version__
from engine.assistant.chat_model import ChatModel
from engine.assistant.checking import AnswerCheck
from engine.assistant.draft import Draft
from engine.assistant.followup import standalone_question
from engine.assistant.in_progress import AnswerInProgress, Writer
from engine.cancellation import CancelToken
from engine.evidence.injection import find_orders, named
from engine.evidence.lexicons import Lexicons, load_lexicons
from engine.evidence.relevance import holds_answer
from engine.inference.budget import BuiltPrompt, PromptBuilder, PromptTurn
from engine.inference.messages import Generation, LoadedModel
from engine.inference.prompts import PromptPack
from engine.inference.templates import find_template
from engine.memory.search import HybridSearch
from engine.settings import AssistantSettings
from engine.types import (
    Answer,
    AskStage,
    DocumentText,
    Hit,
    Making,
    ModelRef,
    Passage,
    Sampling,
    Sentence,
    Timings,
    Turn,
)

DEFAULT_PASSAGES = 5
_NEAREST_SHOWN = 5
_WAIT_S = 0.1


class Answering:
    """Answers questions with one search, one prompt pack and one model. One question at a time."""

    def __init__(
        self,
        search: HybridSearch,
        chat: ChatModel,
        pack: PromptPack,
        text_of: Callable[[int], DocumentText],
        settings: Callable[[], AssistantSettings],
    ) -> None:
        self._search = search
        self._chat = chat
        self._pack = pack
        self._text_of = text_of
        self._settings = settings
        self._turn = threading.Lock()

    @cached_property
    def _lexicons(self) -> Lexicons:
        return load_lexicons()

    def answer(self, progress: AnswerInProgress, earlier: Sequence[Turn], cancel: CancelToken) -> Answer:
        """Answer the question of progress.turn, which follows the earlier turns.

        Raises ModelMissing, ModelUnusable, WorkerCrashed, Cancelled; progress holds what was known by then.
        """
        cancel.check()
        self._find(progress, earlier)
        if not holds_answer(progress.answer.searched_as, progress.answer.hits):
            return self._nothing_found(progress)
        progress.tell(AskStage.LOADING_MODEL)
        with self.alone(cancel):
            generation = self._write(progress, earlier, cancel)
        return self._finish(progress, generation)

    def prepare(self, cancel: CancelToken) -> None:
        """Load the model and evaluate what every prompt begins with, so that the first question need not wait for it.

        Raises as answer() does.
        """
        with self.alone(cancel):
            builder = self._builder(*self._chat.ready(cancel=cancel))
            self._chat.backend.generate(builder.opening(), Sampling(max_tokens=1), cancel=cancel)

    @contextmanager
    def alone(self, cancel: CancelToken) -> Iterator[None]:
        """The model for one caller alone; waiting for it can be cancelled."""
        while not self._turn.acquire(timeout=_WAIT_S):
            cancel.check()
        try:
            yield
        finally:
            self._turn.release()

    def _builder(self, loaded: LoadedModel, _model: ModelRef, template: str) -> PromptBuilder:
        return PromptBuilder(
            self._pack, find_template(loaded.chat_template, template), self._chat.backend.count, loaded.n_ctx
        )

    def _find(self, progress: AnswerInProgress, earlier: Sequence[Turn]) -> None:
        progress.tell(AskStage.SEARCHING)
        asked_before = [turn.answer.searched_as or turn.question for turn in earlier if turn.answer is not None]
        query = standalone_question(progress.turn.question, asked_before)
        found = self._search.search(query, self._settings().passages or DEFAULT_PASSAGES)
        progress.know(searched_as=query, hits=found.hits, timings=Timings(search_ms=found.ms))
        progress.tell(AskStage.SEARCHING, hits=found.hits)

    def _nothing_found(self, progress: AnswerInProgress) -> Answer:
        text = self._pack.not_found
        progress.know(text=text, sentences=[Sentence(text, 0, len(text))], hits=progress.answer.hits[:_NEAREST_SHOWN])
        progress.tell(AskStage.WRITING, text=text)
        return progress.answer

    def _write(self, progress: AnswerInProgress, earlier: Sequence[Turn], cancel: CancelToken) -> Generation:
        ready = self._chat.ready(
            lambda fraction: progress.tell(AskStage.LOADING_MODEL, done=round(100 * fraction), total=100), cancel
        )
        sampling, builder = self._sampling(), self._builder(*ready)
        built = builder.build([*_as_prompt_turns(earlier), _asked(progress)], sampling.max_tokens)
        progress.know(
            model=ready[1],
            sampling=sampling,
            prompt_version=built.version,
            left_out=built.left_out + _orders(built.passages),
        )
        progress.know(making=_making(built, progress.answer.hits, ready[0]))
        seen, pages = _hits_seen(built.passages, progress.answer.hits), _Pages(self._text_of)
        writer = Writer(progress, Draft(AnswerCheck(seen, pages, self._lexicons)))
        generation = self._chat.backend.generate(
            built.prompt, sampling, stop=built.stop, on_event=writer.heard, cancel=cancel
        )
        writer.finish()
        progress.know(making=_made(progress.answer, generation))
        return generation

    def _sampling(self) -> Sampling:
        chosen = self._settings()
        wanted = {"temperature": chosen.temperature, "max_tokens": chosen.max_tokens, "seed": chosen.seed}
        return structs.replace(Sampling(), **{name: value for name, value in wanted.items() if value is not None})

    def _finish(self, progress: AnswerInProgress, generation: Generation) -> Answer:
        refused = self._pack.says_not_found(progress.answer.text) or not progress.answer.text.strip()
        timings = structs.replace(
            progress.answer.timings,
            tokens=generation.tokens,
            tokens_per_s=generation.tokens_per_s,
            prompt_tokens=generation.prompt_tokens,
            reused_tokens=generation.reused_tokens,
            total_ms=progress.elapsed_ms(),
        )
        progress.know(answered=not refused, timings=timings)
        if refused:
            progress.know(text=self._pack.not_found, sentences=[_whole(self._pack.not_found)])
        return progress.answer


class _Pages:
    """The page of an offset in a document; each document's text is fetched once."""

    def __init__(self, text_of: Callable[[int], DocumentText]) -> None:
        self._text_of = text_of
        self._known: dict[int, DocumentText] = {}

    def __call__(self, document_id: int, offset: int) -> int | None:
        document = self._known.get(document_id)
        if document is None:
            document = self._known[document_id] = self._text_of(document_id)
        if not document.paged:
            return None
        index = bisect_right(document.pages, offset, key=lambda page: page.start) - 1
        return document.pages[max(index, 0)].number


def _hits_seen(passages: Sequence[Passage], hits: Sequence[Hit]) -> list[Hit]:
    """The passages of the prompt as hits; those of earlier turns, which this search did not find, without a rank."""
    found = {hit.passage.id: hit for hit in hits}
    return [found.get(passage.id) or Hit(0, passage, 0.0) for passage in passages]


def _as_prompt_turns(earlier: Sequence[Turn]) -> list[PromptTurn]:
    """Earlier turns as the model saw them, so that what it evaluated then is reused now."""
    return [
        PromptTurn(turn.question, [hit.passage for hit in turn.answer.hits], turn.answer.text)
        for turn in earlier
        if turn.answer is not None and turn.answer.answered
    ]


def _asked(progress: AnswerInProgress) -> PromptTurn:
    return PromptTurn(progress.turn.question, [hit.passage for hit in progress.answer.hits])


def _orders(passages: Sequence[Passage]) -> list[str]:
    """The sentences that the prompt keeps from the model, since they give it orders."""
    return [line for each in passages for line in named(each.document, each.page, find_orders(each.text))]


def _making(built: BuiltPrompt, hits: Sequence[Hit], loaded: LoadedModel) -> Making:
    found = {hit.passage.id for hit in hits}
    return Making(
        prompt=built.prompt,
        stop=built.stop,
        seen=[passage.id for passage in built.passages],
        carried=[passage for passage in built.passages if passage.id not in found],
        device=loaded.device,
        runtime=loaded.runtime,
        program=__version__,
    )


def _made(answer: Answer, generation: Generation) -> Making | None:
    if answer.making is None:
        return None
    return structs.replace(
        answer.making, evaluated=generation.evaluated, written=generation.text, finish=generation.finish
    )


def _whole(text: str) -> Sentence:
    return Sentence(text, 0, len(text))
