"""A visit for the tests, and a model that writes what the test says for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from engine.cancellation import CancelToken
from engine.inference.messages import Generation, GenerationEvent, LoadedModel, Prompt
from engine.models.turn import ModelTurn
from engine.scribe.templates import builtin_template
from engine.types import DeviceInfo, ModelRef, NoteTemplate, Sampling, Transcript, Utterance

VISIT = """\
Doctor: Hello Mrs Lind, what brings you in today?
Patient: My right knee has been hurting for two weeks now, mostly on the stairs.
Doctor: Did you fall on it or twist it?
Patient: No, it just started. I take ibuprofen, 400 milligrams, and that helps a bit.
Doctor: Any fever or chills?
Patient: No.
Doctor: Are you allergic to anything?
Patient: I am allergic to penicillin.
Doctor: Okay, let me examine you. Your blood pressure is 135 over 85. \
There is some swelling of the right knee, and it is tender on the inside. The reflexes are normal.
Doctor: So I looked at your x-ray, and it shows no fracture, only mild arthritis.
Doctor: So I think you have arthritis of the knee. I'd like you to start physical therapy, \
and I'm going to prescribe naproxen 250 milligrams twice a day. \
We'll order a blood test for your kidneys. Come back in six weeks.
Patient: Okay, thank you.
"""


WALKS = "It hurts on walking, and it has hurt on walking since the summer of last year."


def visit_template() -> NoteTemplate:
    template = builtin_template("visit")
    assert template is not None
    return template


def transcript(text: str = VISIT) -> Transcript:
    lines = [line.partition(": ") for line in text.strip().splitlines()]
    said = [Utterance(n, who, words, 5.0 * n, 5.0 * n + 4) for n, (who, _, words) in enumerate(lines, start=1)]
    return Transcript(said)


def text_of(prompt: Prompt) -> str:
    return "".join(segment.text for segment in prompt)


Answer = Callable[[str], str]


class ScriptedModel:
    """A backend that answers the last question of a prompt, in small pieces."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.prompts: list[str] = []
        self.alike: list[str] = []
        self.samplings: list[Sampling] = []
        self.at_piece: Callable[[], None] = lambda: None

    def generate(
        self,
        prompt: Prompt,
        sampling: Sampling,
        *,
        alike: Prompt,
        on_event: Any = None,
        cancel: CancelToken,
        **_more: object,
    ) -> Generation:
        self.prompts.append(text_of(prompt))
        self.alike.append(text_of(alike))
        self.samplings.append(sampling)
        text = self._answer(text_of(prompt).rpartition("<|im_start|>user\n")[2])
        pieces = [text[at : at + 5] for at in range(0, len(text), 5)]
        for count, piece in enumerate(pieces, start=1):
            self.at_piece()
            cancel.check()
            if on_event is not None:
                on_event(GenerationEvent(text=piece, tokens=count))
        return Generation(text, len(pieces), 100, 20, "end", 5.0, 20.0)


class ScriptedChat:
    """ChatModel as Scribe sees it."""

    def __init__(self, answer: Answer) -> None:
        self.backend = ScriptedModel(answer)
        self._turn = ModelTurn()

    def ready(self, *_: object, **__: object) -> tuple[LoadedModel, ModelRef, str]:
        device = DeviceInfo("CPU", 0, 0, 2, 8192, "")
        return LoadedModel("qwen2", "scripted", "<|im_start|>", 8192, device), ModelRef("m", "00"), "chatml"

    @contextmanager
    def alone(self, cancel: CancelToken) -> Iterator[None]:
        with self._turn.taken(cancel):
            yield

    @contextmanager
    def in_background(self, cancel: CancelToken) -> Iterator[CancelToken]:
        with self._turn.lent(cancel) as token:
            yield token


def by_section(answers: dict[str, str], otherwise: str = "nothing") -> Answer:
    """Answers a question by the section it is for; sentences to be mended get `otherwise`."""

    def answer(question: str) -> str:
        for title, text in answers.items():
            if f"Section: {title}\n" in question:
                return text
        return otherwise

    return answer


def finished(threads: Sequence[threading.Thread]) -> bool:
    for thread in threads:
        thread.join(10)
    return not any(thread.is_alive() for thread in threads)
