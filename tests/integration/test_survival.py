"""A model that dies in the middle of an answer costs that answer's rest and nothing else."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from engine.types import AskEvent, ProcessInfo, TurnState
from engine.workspace import Workspace

from .conftest import CHAT_MODEL, QUESTION

pytestmark = [pytest.mark.model, pytest.mark.slow]

KILLS = int(os.environ.get("CHARTSIDE_KILLS", "2"))


def inference(workspace: Workspace) -> ProcessInfo:
    return next(process for process in workspace.processes() if process.role == "inference")


def test_killing_the_model_mid_answer_again_and_again(workspace: Workspace) -> None:
    conversation_id: int | None = None
    for _ in range(KILLS):
        killed: list[int] = []

        def kill_once(event: AskEvent, killed: list[int] = killed) -> None:
            if event.text and not killed:
                killed.append(inference(workspace).pid)
                os.kill(killed[0], signal.SIGKILL)

        turn = workspace.assistant.ask(QUESTION, conversation_id=conversation_id, on_event=kill_once)
        conversation_id = turn.conversation_id
        assert killed
        assert turn.state is TurnState.FAILED
        assert turn.error is not None
        assert turn.error.advice
        assert turn.answer is not None, "what had been written is kept"

    answered = workspace.assistant.ask(QUESTION, conversation_id=conversation_id)
    assert answered.state is TurnState.DONE
    assert answered.answer is not None
    turns = workspace.assistant.turns(answered.conversation_id)
    assert [turn.state for turn in turns] == [TurnState.FAILED] * KILLS + [TurnState.DONE]


def test_a_dead_memory_child_is_replaced_and_its_index_filled_again(workspace: Workspace) -> None:
    memory = next(process for process in workspace.processes() if process.role == "memory")
    os.kill(memory.pid, signal.SIGKILL)
    for _ in range(50):
        workspace.library.search(QUESTION, k=3)
        if workspace.library.wait_until_searchable(1):
            break
    hits = workspace.library.search(QUESTION, k=3).hits
    assert any(hit.dense_rank is not None for hit in hits)


def test_a_damaged_model_is_named_and_the_good_one_still_answers(workspace: Workspace, tmp_path: Path) -> None:
    good = workspace.models.path(CHAT_MODEL)
    broken = tmp_path / "broken.gguf"
    with good.open("rb") as file:
        broken.write_bytes(file.read(2_000_000))
    with pytest.raises(Exception, match=r"damaged|incomplete|not complete|cut") as caught:
        workspace.models.import_file(broken)
    assert getattr(caught.value, "advice", "")
    assert workspace.assistant.ask(QUESTION).state is TurnState.DONE
