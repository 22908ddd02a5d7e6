"""A conversation as one prompt that fits: counted with the model's own tokenizer, and what was left out is named.

Prompts only grow at their end ([instructions][passages, question][answer][new passages, question]), so that a
follow-up evaluates only what is new.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from msgspec import Struct

from engine.inference.errors import PromptTooLong
from engine.inference.messages import Prompt, Segment
from engine.inference.prompts import PromptPack
from engine.inference.templates import ChatTemplate
from engine.types import Passage

# Old turns are dropped in steps: dropping one at every question would change the beginning of every prompt,
# and nothing evaluated could be reused.
_DROP_STEP = 4

Counter = Callable[[Sequence[Prompt]], list[int]]


class PromptTurn(Struct, frozen=True):
    """A question with the passages found for it, best first; answer None for the one to be answered now."""

    question: str
    passages: list[Passage]
    answer: str | None = None


class BuiltPrompt(Struct, frozen=True):
    """A prompt that fits. passages: all that the model sees, those of earlier turns included. left_out: what it does
    not see for lack of room, in the reader's words. budget: the tokens that it had to fit in."""

    prompt: Prompt
    tokens: int
    budget: int
    passages: list[Passage]
    left_out: list[str]
    stop: list[str]
    version: str


@dataclass(frozen=True)
class _Turn:
    """A turn as segments: new passages (one segment each) between what comes before and after them."""

    turn: PromptTurn
    shown: list[Passage]
    before: Prompt
    passages: Prompt
    after: Prompt

    def prompt(self) -> Prompt:
        return [*self.before, *self.passages, *self.after]


class PromptBuilder:
    """Builds answer prompts for one loaded model. count: the model's tokenizer (Backend.count)."""

    def __init__(self, pack: PromptPack, template: ChatTemplate, count: Counter, n_ctx: int) -> None:
        self._pack = pack
        self._template = template
        self._count = count
        self._n_ctx = n_ctx

    def build(self, turns: Sequence[PromptTurn], max_tokens: int) -> BuiltPrompt:
        """The prompt for the last of the turns, leaving room for max_tokens of answer.

        Passages shown in an earlier turn are not repeated. If all does not fit, the oldest turns are left out first,
        then the lowest ranked passages of the last turn. Raises PromptTooLong if the bare question does not fit.
        """
        budget = self._n_ctx - max_tokens
        opening = self.opening()
        counts = _Counts(self._count, opening)
        first, laid = self._choose_turns(turns, budget, counts)
        last = laid[-1]
        while counts.total(laid) > budget and last.passages:
            last = self._turn(last.turn, last.shown[:-1], first=len(laid) == 1)
            laid = [*laid[:-1], last]
        tokens = counts.total(laid)
        if tokens > budget:
            raise PromptTooLong(
                "The question is too long for this model.",
                "Ask a shorter question or choose a model with a longer context.",
                f"{tokens} of {budget} tokens",
            )
        prompt = [*opening, *(segment for turn in laid for segment in turn.prompt())]
        seen = [passage for turn in laid for passage in turn.shown]
        return BuiltPrompt(
            prompt=prompt,
            tokens=tokens,
            budget=budget,
            passages=seen,
            left_out=_left_out(turns, first, seen),
            stop=list(self._template.stop),
            version=self._pack.version,
        )

    def opening(self) -> Prompt:
        """What every prompt begins with. Evaluated ahead, it costs no question its time."""
        return self._template.opening(self._pack.system_text())

    def _choose_turns(self, turns: Sequence[PromptTurn], budget: int, counts: _Counts) -> tuple[int, list[_Turn]]:
        """The first turn to keep, and the kept turns: as many of the newest as fit with all passages of the last."""
        starts = [*range(0, len(turns) - 1, _DROP_STEP), len(turns) - 1]
        laid: list[_Turn] = []
        for first in starts:
            laid = self._lay(turns[first:])
            if counts.total(laid) <= budget:
                return first, laid
        return starts[-1], laid

    def _lay(self, turns: Sequence[PromptTurn]) -> list[_Turn]:
        shown: set[int] = set()
        laid = []
        for index, turn in enumerate(turns):
            new = [passage for passage in turn.passages if passage.id not in shown]
            shown.update(passage.id for passage in new)
            laid.append(self._turn(turn, new, first=index == 0))
        return laid

    def _turn(self, turn: PromptTurn, new: list[Passage], *, first: bool) -> _Turn:
        before, _, after = self._template.question("", first=first)
        open_, close = (self._pack.passages_open, self._pack.passages_close) if new else ("", "")
        ending = [Segment(close + self._pack.question_text(turn.question)), after]
        if turn.answer is not None:
            ending += self._template.answer(turn.answer)
        passages = [Segment(self._pack.passage_text(passage)) for passage in new]
        return _Turn(turn, new, [before, Segment(open_)], passages, ending)


class _Counts:
    """Token counts of segments. They are tokenized one by one, so the count of a prompt is the sum of its segments'
    and what the model puts before every prompt."""

    def __init__(self, count: Counter, opening: Prompt) -> None:
        self._count = count
        self._known: dict[Segment, int] = {}
        self._always, self._opening = count([[], opening])

    def total(self, turns: Sequence[_Turn]) -> int:
        segments = [segment for turn in turns for segment in turn.prompt()]
        unknown = list(dict.fromkeys(segment for segment in segments if segment not in self._known))
        if unknown:
            counted = self._count([[segment] for segment in unknown])
            self._known.update(zip(unknown, (n - self._always for n in counted), strict=True))
        return self._opening + sum(self._known[segment] for segment in segments)


def _left_out(turns: Sequence[PromptTurn], first: int, seen: Sequence[Passage]) -> list[str]:
    ids = {passage.id for passage in seen}
    named = [f"Earlier question: {turn.question}" for turn in turns[:first]]
    for passage in turns[-1].passages:
        if passage.id not in ids:
            place = f", page {passage.page}" if passage.page is not None else ""
            named.append(f"Passage: {passage.document}{place}")
    return named
