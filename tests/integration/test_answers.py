"""The main job with real parts: sample documents, SQLCipher, MiniLM, Chroma and the 0.5B model."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest

from engine.cancellation import CancelToken
from engine.types import AskEvent, AskStage, Turn, TurnState
from engine.workspace import Workspace

from .conftest import QUESTION

pytestmark = pytest.mark.model

QUESTIONS: list[dict[str, Any]] = json.loads(
    files("resources").joinpath("samples/questions.json").read_text(encoding="utf-8")
)["questions"]
ANSWERABLE = [case for case in QUESTIONS if case["answered"]]
UNANSWERABLE = [case for case in QUESTIONS if not case["answered"]]


@pytest.fixture(scope="module")
def asked(workspace: Workspace) -> tuple[Turn, list[AskEvent]]:
    """An answered question, and what was told meanwhile: answers are what these tests spend their time on."""
    events: list[AskEvent] = []
    return workspace.assistant.ask(QUESTION, on_event=events.append), events


@pytest.fixture(scope="module")
def followed(workspace: Workspace, asked: tuple[Turn, list[AskEvent]]) -> tuple[Turn, Turn]:
    """The same question, and the one that follows it in its conversation."""
    first, _events = asked
    return first, workspace.assistant.ask("And for how long?", conversation_id=first.conversation_id)


def test_the_model_is_shown_the_facts_of_every_sample_question(workspace: Workspace) -> None:
    """The passages that go into the prompt (five) hold what a right answer needs, wherever the clinic wrote it down."""
    missed = []
    for case in ANSWERABLE:
        texts = [" ".join(hit.passage.text.split()) for hit in workspace.library.search(case["question"], k=5).hits]
        if not any(all(fact in text for fact in case["facts"]) for text in texts):
            missed.append(case["id"])
    assert missed == []


def test_nine_in_ten_sample_questions_find_their_page_among_the_first_three(workspace: Workspace) -> None:
    found = 0
    for case in ANSWERABLE:
        hits = workspace.library.search(case["question"], k=3).hits
        found += (case["document"], case["page"]) in [(hit.passage.document, hit.passage.page) for hit in hits]
    assert found >= 0.9 * len(ANSWERABLE)


def test_an_answer_streams_and_every_source_is_exact(workspace: Workspace, asked: tuple[Turn, list[AskEvent]]) -> None:
    turn, events = asked
    assert turn.state is TurnState.DONE
    answer = turn.answer
    assert answer is not None
    assert answer.answered
    assert "".join(event.text for event in events if event.stage is AskStage.WRITING) == answer.text
    sources = [source for sentence in answer.sentences for source in sentence.sources]
    assert sources
    for source in sources:
        text = workspace.library.text(source.document_id)
        assert text.text[source.start : source.end] == source.quote
        if text.paged:
            page = next(page for page in text.pages if page.number == source.page)
            assert page.start <= source.start <= page.end
    assert answer.model.sha256
    assert answer.timings.tokens > 0
    assert workspace.device() is not None


@pytest.mark.parametrize("case", UNANSWERABLE, ids=lambda case: case["id"])
def test_what_the_library_does_not_hold_is_said_to_be_missing(workspace: Workspace, case: dict[str, Any]) -> None:
    answer = workspace.assistant.ask(case["question"]).answer
    assert answer is not None
    assert not answer.answered
    assert answer.hits, "the nearest passages are shown all the same"


def test_nonsense_is_refused_without_asking_the_model(workspace: Workspace) -> None:
    answer = workspace.assistant.ask("Who won the football world cup in 1974?").answer
    assert answer is not None
    assert not answer.answered


def test_the_same_question_gives_the_same_answer(workspace: Workspace, asked: tuple[Turn, list[AskEvent]]) -> None:
    first, second = asked[0].answer, workspace.assistant.ask(QUESTION).answer
    assert first is not None
    assert second is not None
    assert first.text == second.text


def test_a_follow_up_is_searched_with_its_question_and_reuses_the_prompt(
    workspace: Workspace, followed: tuple[Turn, Turn]
) -> None:
    first, second = followed
    assert second.answer is not None
    assert first.question in second.answer.searched_as
    assert second.answer.timings.reused_tokens > 0
    assert [turn.id for turn in workspace.assistant.turns(first.conversation_id)] == [first.id, second.id]


def test_stopping_keeps_what_was_written(workspace: Workspace) -> None:
    token = CancelToken()

    def stop_after_some_text(event: AskEvent) -> None:
        if event.text:
            token.cancel()

    turn = workspace.assistant.ask(QUESTION, on_event=stop_after_some_text, cancel=token)
    assert turn.state is TurnState.STOPPED
    assert turn.answer is not None
    assert turn.answer.text
    assert workspace.assistant.turns(turn.conversation_id)[0].answer == turn.answer


def test_regenerating_replaces_the_turn_and_what_followed(workspace: Workspace, followed: tuple[Turn, Turn]) -> None:
    first, second = followed
    assert [turn.id for turn in workspace.assistant.turns(first.conversation_id)] == [first.id, second.id]
    again = workspace.assistant.ask(QUESTION, conversation_id=first.conversation_id, replaces=first.id)
    assert [turn.id for turn in workspace.assistant.turns(first.conversation_id)] == [again.id]


def test_conversations_are_named_found_renamed_deleted_and_restored(
    workspace: Workspace, asked: tuple[Turn, list[AskEvent]]
) -> None:
    assistant = workspace.assistant
    conversation = asked[0].conversation_id

    def shown(query: str = "") -> dict[int, str]:
        return {found.id: found.title for found in assistant.conversations(query)}

    assert conversation in shown("epinephrine")
    assert conversation not in shown("nowhere")
    assistant.rename(conversation, "Child dose")
    assert shown()[conversation] == "Child dose"
    assistant.delete(conversation)
    assert conversation not in shown()
    assistant.restore(conversation)
    assert conversation in shown()
