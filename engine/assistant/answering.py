"""One question, step by step: what to search for, what the model sees, what it writes, where each sentence stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from msgspec import structs

from engine.assistant.checking import AnswerCheck
from engine.assistant.draft import Draft
from engine.assistant.followup import standalone_question
from engine.assistant.in_progress import AnswerInProgress, Writer
from engine.assistant.making import asked_of, at_second_look, hits_seen, orders_kept_back, written
from engine.assistant.pages import Pages
from engine.assistant.second_look import SecondLook
from engine.cancellation import CancelToken
from engine.evidence.answerable import answerable
from engine.evidence.lexicons import Lexicons, load_lexicons
from engine.evidence.relevance import is_refusal, surely_holds_answer
from engine.inference.budget import BuiltPrompt, PromptBuilder, PromptTurn
from engine.inference.messages import Generation, LoadedModel, Segment
from engine.inference.prompts import PromptPack
from engine.inference.templates import find_template
from engine.memory.search import HybridSearch
from engine.models.chat_model import ChatModel
from engine.settings import AssistantSettings
from engine.types import Answer, AskStage, DocumentText, ModelRef, Sampling, Sentence, Timings, Turn

DEFAULT_PASSAGES = 5
_NEAREST_SHOWN = 5
_OPENING_ROOM = 16  # tokens of the prompt pack's opening words


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

    @cached_property
    def _lexicons(self) -> Lexicons:
        return load_lexicons()

    def answer(self, progress: AnswerInProgress, earlier: Sequence[Turn], cancel: CancelToken) -> Answer:
        """Answer the question of progress.turn, which follows the earlier turns.

        Raises ModelMissing, ModelUnusable, WorkerCrashed, Cancelled; progress holds what was known by then.
        """
        cancel.check()
        self._find(progress, earlier)
        if not self._may_hold_answer(progress, earlier):
            return self._refuse(progress)
        progress.tell(AskStage.LOADING_MODEL)
        with self._chat.alone(cancel):
            self._write(progress, earlier, cancel)
        return progress.answer if progress.answer.answered else self._refuse(progress)

    def prepare(self, cancel: CancelToken) -> None:
        """Load the model and evaluate what every prompt begins with, so that the first question need not wait for it.

        Raises as answer() does.
        """
        with self._chat.alone(cancel):
            builder = self._builder(*self._chat.ready(cancel=cancel))
            self._chat.backend.generate(builder.opening(), Sampling(max_tokens=1), cancel=cancel)

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

    def _may_hold_answer(self, progress: AnswerInProgress, earlier: Sequence[Turn]) -> bool:
        answer = progress.answer
        before = [hit for turn in earlier if turn.answer is not None for hit in turn.answer.hits]
        found = answerable(progress.turn.question, answer.searched_as, answer.hits, before, self._lexicons)
        progress.know(unmentioned=list(found.unmentioned))
        return found.likely

    def _refuse(self, progress: AnswerInProgress) -> Answer:
        progress.know(answered=False, hits=progress.answer.hits[:_NEAREST_SHOWN])
        if not progress.answer.text:
            text = self._pack.not_found
            progress.know(text=text, sentences=[Sentence(text, 0, len(text))])
            progress.tell(AskStage.WRITING, text=text)
        return progress.answer

    def _write(self, progress: AnswerInProgress, earlier: Sequence[Turn], cancel: CancelToken) -> None:
        ready = self._chat.ready(
            lambda fraction: progress.tell(AskStage.LOADING_MODEL, done=round(100 * fraction), total=100), cancel
        )
        sampling, builder = self._sampling(), self._builder(*ready)
        built = builder.build([*_as_prompt_turns(earlier), _asked(progress)], sampling.max_tokens + _OPENING_ROOM)
        progress.know(
            model=ready[1],
            sampling=sampling,
            prompt_version=built.version,
            left_out=built.left_out + orders_kept_back(built.passages),
            making=asked_of(built, progress.answer.hits, ready[0]),
        )
        seen = hits_seen(built.passages, progress.answer.hits)
        check = AnswerCheck(seen, Pages(self._text_of), self._lexicons)
        writer = Writer(progress, Draft(check), self._pack.may_become_not_found)
        generation = self._chat.backend.generate(
            built.prompt, sampling, stop=built.stop, on_event=writer.heard, cancel=cancel
        )
        writer.finish(refused=self._pack.says_not_found(generation.text))
        refused = all(is_refusal(sentence.text) for sentence in progress.answer.sentences)
        _know_written(progress, generation, answered=not refused)
        if not progress.answer.text and surely_holds_answer(progress.answer.hits):
            self._look_again(progress, built, SecondLook(check, seen, self._lexicons), cancel)

    def _look_again(
        self, progress: AnswerInProgress, built: BuiltPrompt, look: SecondLook, cancel: CancelToken
    ) -> None:
        """Have the model go on from the first words of an answer; keep what the evidence holds to be one."""
        prompt = [*built.prompt, Segment(self._pack.opening)]
        generation = self._chat.backend.generate(prompt, progress.answer.sampling, stop=built.stop, cancel=cancel)
        text = self._pack.opening + generation.text
        sentences = look.sentences(progress.turn.question, text)
        if not sentences:
            return
        progress.know(text=text, sentences=sentences, making=at_second_look(progress.answer.making, prompt))
        _know_written(progress, generation, answered=True)
        progress.tell(AskStage.WRITING, text=text, done=generation.tokens, tokens_per_s=generation.tokens_per_s)
        for sentence in sentences:
            progress.tell(AskStage.WRITING, sentence=sentence)

    def _sampling(self) -> Sampling:
        chosen = self._settings()
        wanted = {"temperature": chosen.temperature, "max_tokens": chosen.max_tokens, "seed": chosen.seed}
        return structs.replace(Sampling(), **{name: value for name, value in wanted.items() if value is not None})


def _know_written(progress: AnswerInProgress, generation: Generation, *, answered: bool) -> None:
    answer = progress.answer
    timings = structs.replace(
        answer.timings,
        tokens=generation.tokens,
        tokens_per_s=generation.tokens_per_s,
        prompt_tokens=generation.prompt_tokens,
        reused_tokens=generation.reused_tokens,
        total_ms=progress.elapsed_ms(),
    )
    progress.know(answered=answered, timings=timings, making=written(answer.making, generation))


def _as_prompt_turns(earlier: Sequence[Turn]) -> list[PromptTurn]:
    """Earlier turns as the model saw them, so that what it evaluated then is reused now."""
    return [
        PromptTurn(turn.question, [hit.passage for hit in turn.answer.hits], turn.answer.text)
        for turn in earlier
        if turn.answer is not None and turn.answer.answered
    ]


def _asked(progress: AnswerInProgress) -> PromptTurn:
    return PromptTurn(progress.turn.question, [hit.passage for hit in progress.answer.hits])
