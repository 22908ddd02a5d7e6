"""One question, step by step: what to search for, what the model sees, what it writes, where each sentence stands."""

from __future__ import annotations

import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Sequence

from msgspec import structs

from engine.assistant.chat_model import ChatModel
from engine.assistant.draft import Draft
from engine.assistant.followup import standalone_question
from engine.cancellation import CancelToken
from engine.evidence.matching import match_sentence
from engine.evidence.relevance import holds_answer
from engine.inference.budget import PromptBuilder, PromptTurn
from engine.inference.messages import Generation, GenerationEvent
from engine.inference.prompts import PromptPack
from engine.inference.templates import find_template
from engine.memory.search import HybridSearch
from engine.settings import AssistantSettings
from engine.types import (
    Answer,
    AskEvent,
    AskStage,
    DocumentText,
    Hit,
    ModelRef,
    Passage,
    Sampling,
    Sentence,
    Timings,
    Turn,
)

DEFAULT_PASSAGES = 5
_NEAREST_SHOWN = 5
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

    def answer(self, progress: AnswerInProgress, earlier: Sequence[Turn], cancel: CancelToken) -> Answer:
        """Answer the question of progress.turn, which follows the earlier turns.

        Raises ModelMissing, ModelUnusable, WorkerCrashed, Cancelled; progress holds what was known by then.
        """
        with self._turn:
            cancel.check()
            self._find(progress, earlier)
            hits = progress.answer.hits
            if not holds_answer(progress.answer.searched_as, hits):
                return self._nothing_found(progress)
            generation = self._write(progress, earlier, cancel)
            return self._finish(progress, generation)

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
        progress.tell(AskStage.LOADING_MODEL)
        loaded, model, template_name = self._chat.ready(
            lambda fraction: progress.tell(AskStage.LOADING_MODEL, done=round(100 * fraction), total=100), cancel
        )
        sampling = self._sampling()
        template = find_template(loaded.chat_template, template_name)
        builder = PromptBuilder(self._pack, template, self._chat.backend.count, loaded.n_ctx)
        built = builder.build([*_as_prompt_turns(earlier), _asked(progress)], sampling.max_tokens)
        progress.know(model=model, sampling=sampling, prompt_version=built.version, left_out=built.left_out)
        seen, pages = _hits_seen(built.passages, progress.answer.hits), _Pages(self._text_of)
        writer = _Writer(progress, Draft(lambda sentence: match_sentence(sentence, seen, pages)))
        generation = self._chat.backend.generate(
            built.prompt, sampling, stop=built.stop, on_event=writer.heard, cancel=cancel
        )
        writer.finish()
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


class _Writer:
    """Turns the model's events into the answer's: counts, text, closed sentences."""

    def __init__(self, progress: AnswerInProgress, draft: Draft) -> None:
        self._progress = progress
        self._draft = draft
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
        closed = self._draft.feed(event.text)
        progress.know(text=self._draft.text, sentences=list(self._draft.sentences))
        writing_s = now - self._first_at
        speed = event.tokens / writing_s if writing_s > 0.2 else 0.0
        progress.tell(AskStage.WRITING, text=event.text, done=event.tokens, tokens_per_s=speed)
        self._tell_closed(closed)
        progress.save_now_and_then()

    def finish(self) -> None:
        closed = self._draft.finish()
        self._progress.know(text=self._draft.text, sentences=list(self._draft.sentences))
        self._tell_closed(closed)

    def _tell_closed(self, sentences: Sequence[Sentence]) -> None:
        for sentence in sentences:
            self._progress.tell(AskStage.WRITING, sentence=sentence)


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


def _whole(text: str) -> Sentence:
    return Sentence(text, 0, len(text))
