"""Why an answer is what it is, and the same answer once more: with the 0.5B model and a real vault."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import structs

from engine.assistant.why import WhyRecord
from engine.assistant.why_file import load_record
from engine.errors import ModelMissing, UserError
from engine.exports import Protection
from engine.types import AskEvent, AskStage, ModelRef
from engine.workspace import Workspace

from .conftest import QUESTION

pytestmark = pytest.mark.model

PLAIN = Protection(reason="to replay it in a test")


@pytest.fixture(scope="module")
def record(workspace: Workspace) -> WhyRecord:
    """Of an answer by itself."""
    return workspace.assistant.why(workspace.assistant.ask(QUESTION).id)


def test_a_follow_up_is_recorded_whole_and_replayed_word_for_word(workspace: Workspace, tmp_path: Path) -> None:
    assistant = workspace.assistant
    first = assistant.ask(QUESTION)
    second = assistant.ask("And when is it repeated?", conversation_id=first.conversation_id)
    record = assistant.why(second.id)
    assert record.searched_as.startswith(QUESTION)
    assert any(each.earlier for each in record.passages) or all(each.in_prompt for each in record.passages)
    assert QUESTION in record.prompt_text and first.answer is not None and first.answer.text in record.prompt_text
    assert sum(step.times * step.kept for step in record.evaluated) == record.timings.prompt_tokens
    assert any(step.size == 1 for step in record.evaluated), "the first answer was written, not read"
    assert record.device is not None and record.runtime and record.program

    file = tmp_path / "why.json"
    assistant.save_why(second.id, file, PLAIN)
    # What the answer was made of may go: the record stands for itself.
    documents = [document.id for document in workspace.library.documents()]
    workspace.library.remove(documents)
    assistant.delete(first.conversation_id)
    events: list[AskEvent] = []
    assert load_record(file) == record
    result = assistant.replay(file, on_event=events.append)
    assert result.same and result.text == record.written
    assert result.first_difference is None and result.changed == []
    assert {AskStage.READING, AskStage.WRITING} <= {event.stage for event in events}
    workspace.library.restore(documents)


def test_another_model_is_refused(workspace: Workspace, record: WhyRecord) -> None:
    other = structs.replace(record, model=ModelRef("x", "0" * 64, "Other"))
    with pytest.raises(ModelMissing, match="Other"):
        workspace.assistant.replay(other)


def test_steps_that_are_not_the_prompts_are_refused(workspace: Workspace, record: WhyRecord) -> None:
    with pytest.raises(UserError, match="does not fit"):
        workspace.assistant.replay(structs.replace(record, evaluated=record.evaluated[:-1]))


def test_an_answer_without_a_model_has_a_record_but_no_replay(workspace: Workspace, tmp_path: Path) -> None:
    turn = workspace.assistant.ask("Who won the football world cup in 1974?")
    record = workspace.assistant.why(turn.id)
    assert not record.answered
    if not record.prompt:
        workspace.assistant.save_why(turn.id, tmp_path / "w.json", PLAIN)
        assert load_record(tmp_path / "w.json") == record
        with pytest.raises(UserError, match="No language model"):
            workspace.assistant.replay(record)
