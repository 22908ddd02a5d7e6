"""One answer, in the inference child: evaluate what is new of the prompt, then token after token until an end."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Protocol

from engine.errors import UserError
from engine.inference.beginnings import common
from engine.inference.errors import PromptTooLong
from engine.inference.messages import GenerateParams, Generation, GenerationEvent, Segment
from engine.inference.streaming import LoopGuard, TextStream
from engine.types import Evaluated, Sampling
from engine.workers.context import CallContext

EVENT_INTERVAL_S = 0.03
# llama.cpp computes the tokens of a step in groups of four, or eight, and those left over by another kernel. A prompt
# that is cut at whole groups comes out the same, to the last digit, as one that is read in one go (docs/adr/0012).
_ROWS = 16


class TokenSampler(Protocol):
    def next(self) -> int: ...
    def close(self) -> None: ...


class TokenModel(Protocol):
    """What generation needs of a model."""

    n_ctx: int

    def tokenize(self, text: str, *, special: bool) -> list[int]: ...
    def opening_tokens(self) -> list[int]: ...
    def ends(self, token: int) -> bool: ...
    def piece(self, token: int) -> bytes: ...
    def reuse(self, tokens: Sequence[int]) -> int: ...
    def keep(self, count: int) -> int: ...
    def remember(self) -> None: ...
    def evaluate(self, tokens: Sequence[int]) -> None: ...
    def evaluated(self) -> list[Evaluated]: ...
    def sampler(self, sampling: Sampling) -> TokenSampler: ...


def prompt_tokens(model: TokenModel, prompt: Sequence[Segment]) -> list[int]:
    """The tokens of a whole prompt; each segment is tokenized by itself, so a prompt's beginning never changes when
    something is appended to it."""
    tokens = model.opening_tokens()
    for segment in prompt:
        if segment.text:
            tokens += model.tokenize(segment.text, special=segment.special)
    return tokens


def generate(model: TokenModel, params: GenerateParams, context: CallContext, batch_tokens: int) -> Generation:
    """Answer a prompt. Raises PromptTooLong if prompt and answer do not fit the context together, Cancelled."""
    begin = time.perf_counter()
    tokens = prompt_tokens(model, params.prompt)
    room = model.n_ctx - len(tokens)
    if not tokens or room < params.sampling.max_tokens:
        raise PromptTooLong(
            "The question and its passages are too long for this model.",
            "Ask a shorter question or choose a model with a longer context.",
            f"{len(tokens)} + {params.sampling.max_tokens} of {model.n_ctx} tokens",
        )
    if params.evaluated:
        reused = 0
        _evaluate_again(model, tokens, params.evaluated, context, batch_tokens)
    else:
        alike = prompt_tokens(model, params.alike) if params.alike else []
        reused = _evaluate_prompt(model, tokens, alike, context, batch_tokens)
    steps = model.evaluated()
    sampler = model.sampler(params.sampling)
    try:
        answer = _Answer(model, sampler, params, context)
        answer.run()
    finally:
        sampler.close()
    end = time.perf_counter()
    first = answer.first_at or end
    return Generation(
        text="".join(answer.parts),
        tokens=answer.tokens,
        prompt_tokens=len(tokens),
        reused_tokens=reused,
        finish=answer.finish,
        prompt_ms=(first - begin) * 1000,
        generation_ms=(end - first) * 1000,
        evaluated=steps,
    )


def _evaluate_prompt(
    model: TokenModel, tokens: list[int], alike: list[int], context: CallContext, batch_tokens: int
) -> int:
    """Evaluate what the model does not hold yet; returns how many tokens it held.

    What will come again in prompts like `alike` is remembered. Then no more than that is reused, so that the answer
    does not depend on what was asked before it.
    """
    again = _whole_groups(common(tokens[:-1], alike))
    reused = model.reuse(tokens[: again + 1] if alike else tokens)
    if alike and reused != _whole_groups(reused):
        reused = model.keep(_whole_groups(reused))
    context.emit(GenerationEvent(evaluated=reused, prompt_tokens=len(tokens)))
    done, last = reused, time.perf_counter()
    while done < len(tokens):
        context.check()
        if done == again > 0:
            model.remember()
        end = min(done + batch_tokens, again if done < again else len(tokens))
        model.evaluate(tokens[done:end])
        done = end
        if done == len(tokens) or time.perf_counter() - last >= EVENT_INTERVAL_S:
            context.emit(GenerationEvent(evaluated=done, prompt_tokens=len(tokens)))
            last = time.perf_counter()
    return reused


def _whole_groups(count: int) -> int:
    return count // _ROWS * _ROWS


def _evaluate_again(
    model: TokenModel, tokens: list[int], steps: Sequence[Evaluated], context: CallContext, batch_tokens: int
) -> None:
    """Read a prompt from nothing in the steps of an earlier time. What did not stay of a step is made up: it has no
    influence on what stayed, only the step's size has. Raises UserError for steps that are not this prompt's."""
    sound = all(step.times > 0 and 0 < step.kept <= step.size <= batch_tokens for step in steps)
    if not sound or sum(step.times * step.kept for step in steps) != len(tokens):
        raise UserError(
            "The record of this answer does not fit the model's own way of reading.",
            "Replay it with the version of Chartside that saved it.",
            "the steps of evaluation do not add up to the prompt",
        )
    model.keep(0)
    at, last = 0, 0.0
    for step in steps:
        for _ in range(step.times):
            context.check()
            model.evaluate([*tokens[at : at + step.kept], *[tokens[at]] * (step.size - step.kept)])
            at += step.kept
            if step.kept < step.size:
                model.keep(at)
            if at == len(tokens) or time.perf_counter() - last >= EVENT_INTERVAL_S:
                context.emit(GenerationEvent(evaluated=at, prompt_tokens=len(tokens)))
                last = time.perf_counter()


class _Answer:
    """The state of an answer in the making."""

    def __init__(self, model: TokenModel, sampler: TokenSampler, params: GenerateParams, context: CallContext) -> None:
        self._model = model
        self._sampler = sampler
        self._most = params.sampling.max_tokens
        self._context = context
        self._stream = TextStream(params.stop)
        self._guard = LoopGuard()
        self._pending = ""
        self._sent_at = 0.0
        self.parts: list[str] = []
        self.tokens = 0
        self.first_at: float | None = None
        self.finish = "length"

    def run(self) -> None:
        while self.tokens < self._most:
            self._context.check()
            token = self._sampler.next()
            self.first_at = self.first_at or time.perf_counter()
            self.tokens += 1
            if self._model.ends(token):
                self.finish = "end"
                break
            if self._take(self._stream.feed(self._model.piece(token))):
                break
            if self.tokens < self._most:
                self._model.evaluate([token])
        self._take(self._stream.finish())
        self._send()

    def _take(self, text: str) -> bool:
        """Pass on new text; true if the answer ends here."""
        if text:
            self.parts.append(text)
            self._pending += text
            if time.perf_counter() - self._sent_at >= EVENT_INTERVAL_S:
                self._send()
            if self._guard.loops(text):
                self.finish = "repetition"
                return True
        if self._stream.stopped:
            self.finish = "stop"
        return self._stream.stopped

    def _send(self) -> None:
        if self._pending:
            self._context.emit(GenerationEvent(text=self._pending, tokens=self.tokens))
            self._pending = ""
            self._sent_at = time.perf_counter()
