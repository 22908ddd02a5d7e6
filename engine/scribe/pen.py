"""The model as a writer of notes: what it is asked twice it writes once, and what it costs is counted."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from engine.cancellation import Cancelled, CancelToken
from engine.inference.messages import Generation, GenerationEvent, Prompt
from engine.inference.templates import find_template
from engine.models.chat_model import ChatModel
from engine.types import Sampling, Timings

_MOST_KEPT = 400
_TOKENS_PER_WORD = 1.6
_FEWEST_TOKENS, _MOST_TOKENS = 96, 640


class Asked(NamedTuple):
    """What the model is asked. alike: a prompt that begins as later ones of its kind will (see Backend.generate)."""

    prompt: Prompt
    alike: Prompt


class Kept:
    """What the model wrote for prompts, newest last: work done ahead of time, and sections not asked for anew."""

    def __init__(self) -> None:
        self._texts: OrderedDict[tuple[str, bytes], str] = OrderedDict()

    def get(self, model: str, prompt: Prompt, sampling: Sampling) -> str | None:
        return self._texts.get(_key(model, prompt, sampling))

    def put(self, model: str, prompt: Prompt, sampling: Sampling, text: str) -> None:
        self._texts[_key(model, prompt, sampling)] = text
        while len(self._texts) > _MOST_KEPT:
            self._texts.popitem(last=False)


def _key(model: str, prompt: Prompt, sampling: Sampling) -> tuple[str, bytes]:
    return model, msgspec.msgpack.encode((prompt, sampling))


@dataclass
class Counted:
    """Times and tokens of a draft so far."""

    begun: float = field(default_factory=time.perf_counter)
    first_ms: float = 0.0
    tokens: int = 0
    writing_ms: float = 0.0
    prompt_tokens: int = 0
    reused_tokens: int = 0

    def text_came(self) -> None:
        self.first_ms = self.first_ms or self.elapsed_ms()

    def add(self, generation: Generation) -> None:
        self.tokens += generation.tokens
        self.writing_ms += generation.generation_ms
        self.prompt_tokens += generation.prompt_tokens
        self.reused_tokens += generation.reused_tokens

    def elapsed_ms(self) -> float:
        return (time.perf_counter() - self.begun) * 1000

    def timings(self) -> Timings:
        speed = self.tokens / self.writing_ms * 1000 if self.writing_ms else 0.0
        return Timings(
            first_token_ms=self.first_ms,
            tokens=self.tokens,
            tokens_per_s=speed,
            prompt_tokens=self.prompt_tokens,
            reused_tokens=self.reused_tokens,
            total_ms=self.elapsed_ms(),
        )


class Pen:
    """The loaded model as a writer of notes: what it wrote before for the same words is not written again."""

    def __init__(self, chat: ChatModel, kept: Kept, cancel: CancelToken) -> None:
        """Loads the model unless it is. Raises as ChatModel.ready does."""
        loaded, self.model, name = chat.ready(cancel=cancel)
        self.template = find_template(loaded.chat_template, name)
        self._backend, self._kept, self._cancel = chat.backend, kept, cancel
        self.counted = Counted()

    def write(
        self, asked: Asked, sampling: Sampling, hear: Callable[[str], None], stop: CancelToken | None = None
    ) -> str:
        """The text for a prompt; hear gets it in pieces as it comes. stop: ends it early, what was written counts.

        Raises as Backend.generate does.
        """
        parts: list[str] = []

        def heard(event: GenerationEvent) -> None:
            if event.text:
                self.counted.text_came()
                parts.append(event.text)
                hear(event.text)

        kept = self._kept.get(self.model.sha256, asked.prompt, sampling)
        if kept is not None:
            self._cancel.check()
            heard(GenerationEvent(text=kept))
            return kept
        token = stop or CancelToken()
        forget = self._cancel.on_cancel(token.cancel)
        try:
            generation = self._backend.generate(
                asked.prompt, sampling, stop=self.template.stop, alike=asked.alike, on_event=heard, cancel=token
            )
        except Cancelled:
            self._cancel.check()
            return "".join(parts)
        finally:
            forget()
        self.counted.add(generation)
        self._kept.put(self.model.sha256, asked.prompt, sampling, generation.text)
        return generation.text


def tokens_for(said: str) -> int:
    """How much may be written of so many words: more would be a loop."""
    return max(_FEWEST_TOKENS, min(_MOST_TOKENS, round(_TOKENS_PER_WORD * len(said.split()))))
