"""The steps of an answer, with a model that writes what the test says. The real one is in tests/integration."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from engine.assistant.answering import Answering
from engine.assistant.in_progress import AnswerInProgress
from engine.cancellation import CancelToken
from engine.inference.messages import Generation, GenerationEvent, LoadedModel, Prompt
from engine.inference.prompts import load_pack
from engine.settings import AssistantSettings
from engine.types import (
    Answer,
    AskEvent,
    AskStage,
    DeviceInfo,
    DocumentText,
    Hit,
    ModelRef,
    PageText,
    Passage,
    SearchResult,
    Turn,
    TurnState,
    Verdict,
)

PACK = load_pack()
TEXT = "Adults with strep pharyngitis take amoxicillin 500 mg twice daily for 10 days. Children take half of it."
QUESTION = "How long do adults with strep pharyngitis take amoxicillin?"
ANSWER = " adults with strep pharyngitis take amoxicillin 500 mg twice daily for 10 days."


class ScriptedModel:
    """A backend that writes the given texts, one after the other, in small pieces."""

    def __init__(self, *texts: str) -> None:
        self._texts = list(texts)
        self.prompts: list[Prompt] = []

    def count(self, prompts: Sequence[Prompt]) -> list[int]:
        return [sum(len(segment.text.split()) for segment in prompt) for prompt in prompts]

    def generate(self, prompt: Prompt, _sampling: object, *, on_event: Any = None, **_more: object) -> Generation:
        self.prompts.append(prompt)
        text = self._texts.pop(0)
        pieces = [text[at : at + 4] for at in range(0, len(text), 4)]
        for count, piece in enumerate(pieces, start=1):
            if on_event is not None:
                on_event(GenerationEvent(text=piece, tokens=count))
        return Generation(text, len(pieces), 100, 90, "stop", 5.0, 20.0)


def ask(model: ScriptedModel, question: str = QUESTION, score: float = 0.9) -> tuple[Answer, list[AskEvent]]:
    hit = Hit(1, Passage(7, 1, "Sore throat.md", None, "", TEXT, 0, len(TEXT)), score)
    device = DeviceInfo("CPU", 0, 0, 2, 4096, "")
    loaded = LoadedModel("qwen2", "scripted", "<|im_start|>", 4096, device)
    answering = Answering(
        search=SimpleNamespace(search=lambda query, _k: SearchResult(query, [hit], 1.0, dense=True)),  # type: ignore[arg-type]
        chat=SimpleNamespace(  # type: ignore[arg-type]
            backend=model, ready=lambda *_, **__: (loaded, ModelRef("m", "00"), ""), alone=lambda _cancel: nullcontext()
        ),
        pack=PACK,
        text_of=lambda _id: DocumentText(
            text=TEXT, pages=[PageText(1, 0, len(TEXT))], headings=[], lines=[], title="", paged=False
        ),
        settings=AssistantSettings,
    )
    events: list[AskEvent] = []
    turn = Turn(1, 1, question, TurnState.PENDING, "2026-01-01T00:00:00Z")
    progress = AnswerInProgress(turn, events.append, lambda _turn, _answer: None)
    return answering.answer(progress, [], CancelToken()), events


def shown(events: Sequence[AskEvent]) -> str:
    return "".join(event.text for event in events if event.stage is AskStage.WRITING)


def test_an_ordinary_answer_is_shown_as_it_comes() -> None:
    model = ScriptedModel(ANSWER.strip().capitalize())
    answer, events = ask(model)
    assert answer.answered
    assert shown(events) == answer.text == ANSWER.strip().capitalize()
    assert [each.verdict for each in answer.sentences] == [Verdict.SUPPORTED]
    assert len([event for event in events if event.text]) > 5
    assert len(model.prompts) == 1


def test_a_refusal_of_near_passages_gets_a_second_look_that_the_evidence_decides() -> None:
    model = ScriptedModel(PACK.not_found, ANSWER)
    answer, events = ask(model)
    assert answer.answered
    assert shown(events) == answer.text == PACK.opening + ANSWER
    assert [each.verdict for each in answer.sentences] == [Verdict.SUPPORTED]
    first, second = model.prompts
    assert second[:-1] == first  # nothing evaluated is lost
    assert answer.making is not None
    assert answer.making.second_look
    assert answer.making.prompt == second
    assert answer.making.written == ANSWER


@pytest.mark.parametrize(
    "second",
    [
        " adults with strep pharyngitis take amoxicillin 500 mg twice daily for 21 days.",  # differs
        " nurses ring the hospital before lunch.",  # nowhere
        " the documents do not say.",
        "",
    ],
)
def test_what_the_evidence_does_not_hold_to_be_an_answer_stays_a_refusal(second: str) -> None:
    answer, events = ask(ScriptedModel(PACK.not_found, second))
    assert not answer.answered
    assert shown(events) == answer.text == PACK.not_found
    assert answer.making is not None
    assert answer.making.written == PACK.not_found
    assert not answer.making.second_look


def test_a_refusal_of_passages_that_are_not_near_stands() -> None:
    model = ScriptedModel(PACK.not_found)
    answer, events = ask(model, score=0.6)
    assert not answer.answered
    assert shown(events) == answer.text == PACK.not_found
    assert len(model.prompts) == 1


def test_passages_that_are_not_near_must_have_every_word_of_the_question() -> None:
    model = ScriptedModel()
    answer, _ = ask(model, "What is the price of amoxicillin?", score=0.6)
    assert not answer.answered
    assert answer.unmentioned == ["price"]
    assert model.prompts == []


def test_a_refusal_in_other_words_is_one() -> None:
    answer, events = ask(ScriptedModel("The guideline does not say."))
    assert not answer.answered
    assert shown(events) == answer.text == "The guideline does not say."


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What is the dose of amoxicillin in otitis media?", "otitis media"),
        ("What dose of amoxicillin do newborns with strep pharyngitis take?", "newborns"),
    ],
)
def test_passages_about_something_else_are_refused_without_asking_the_model(question: str, words: str) -> None:
    model = ScriptedModel()
    answer, events = ask(model, question)
    assert not answer.answered
    assert answer.unmentioned == [words]
    assert shown(events) == answer.text == PACK.not_found
    assert model.prompts == []


def test_an_answer_names_what_it_does_not_take_into_account() -> None:
    question = "How long does an adult on warfarin with strep pharyngitis take amoxicillin?"
    answer, _ = ask(ScriptedModel(ANSWER.strip()), question)
    assert answer.answered
    assert answer.unmentioned == ["warfarin"]
