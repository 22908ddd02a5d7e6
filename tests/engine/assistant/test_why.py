"""The record of an answer: what it holds, how it is saved, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec import structs

from engine.assistant.replay import _compared, _first_difference
from engine.assistant.why import NOTICE, WhyRecord, why
from engine.assistant.why_file import encoded, load_record
from engine.errors import UserError
from engine.types import (
    Answer,
    Evaluated,
    Hit,
    Making,
    ModelRef,
    Passage,
    Segment,
    Sentence,
    Timings,
    Turn,
    TurnState,
)

TEXT = "Between 2 °C and 8 °C."


def passage(number: int) -> Passage:
    return Passage(number, 7, "Cold chain.pdf", 3, "Fridge", f"Passage {number}.", 10 * number, 10 * number + 9)


def answered(**changes: object) -> Turn:
    making = Making(
        prompt=[Segment("<|im_start|>user\n", special=True), Segment("Passages: <|im_end|>")],
        stop=["<|im_end|>"],
        seen=[1, 9],
        carried=[passage(9)],
        evaluated=[Evaluated(1, 256, 200), Evaluated(3, 1, 1)],
        runtime="r 1",
        program="0.1.0",
        written=TEXT,
        finish="end",
    )
    answer = Answer(
        text=TEXT,
        answered=True,
        sentences=[Sentence(TEXT, 0, len(TEXT))],
        hits=[Hit(1, passage(1), 0.9, keyword_rank=2, dense_rank=1), Hit(2, passage(2), 0.5, keyword_rank=1)],
        model=ModelRef("small", "ab" * 32, "Small"),
        timings=Timings(tokens=9),
        searched_as="vaccine fridge",
        left_out=["Passage: Cold chain.pdf, page 3"],
        making=making,
    )
    return Turn(4, 2, "How cold?", TurnState.DONE, "2026-11-21T12:00:00Z", structs.replace(answer, **changes))


def test_passages_carry_both_ranks_and_whether_the_model_saw_them() -> None:
    found = why(answered()).passages
    assert [(each.rank, each.keyword_rank, each.dense_rank, each.in_prompt) for each in found] == [
        (1, 2, 1, True),
        (2, 1, None, False),
        (0, None, None, True),
    ]
    assert [each.earlier for each in found] == [False, False, True]


def test_the_prompt_is_readable_and_keeps_what_is_scaffold_and_what_is_content() -> None:
    record = why(answered())
    assert record.prompt_text == "<|im_start|>user\nPassages: <|im_end|>"
    assert [segment.special for segment in record.prompt] == [True, False]


def test_a_record_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    record = why(answered())
    file = tmp_path / "why.json"
    file.write_bytes(encoded(record))
    assert load_record(file) == record
    content = json.loads(file.read_text(encoding="utf-8"))
    assert (content["format"], content["version"], content["notice"]) == ("chartside-why", 1, NOTICE)


def test_an_answer_of_an_older_version_is_told_as_far_as_it_is_known() -> None:
    record = why(answered(making=None))
    assert record.question == "How cold?"
    assert len(record.passages) == 2
    assert not record.replayable


def test_a_question_without_an_answer_has_no_record() -> None:
    with pytest.raises(UserError, match="no answer yet"):
        why(structs.replace(answered(), answer=None))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "damaged"),
        ("[]", "damaged"),
        ('{"format": "other"}', "not a saved"),
        ('{"format": "chartside-why", "version": 1}', "damaged"),
        ('{"format": "chartside-why", "version": 99}', "later version"),
    ],
)
def test_a_file_that_is_no_record_is_refused(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "x.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=said):
        load_record(file)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="could not be read"):
        load_record(tmp_path / "none.json")


@pytest.mark.parametrize(("one", "other", "at"), [("abc", "abd", 2), ("ab", "abc", 2), ("x", "y", 0)])
def test_the_first_difference_is_found(one: str, other: str, at: int) -> None:
    assert _first_difference(one, other) == at


def _stopped() -> WhyRecord:
    return why(answered(stopped=True))


def test_a_stopped_answer_is_the_same_as_far_as_it_went() -> None:
    assert _compared(_stopped(), TEXT + " And more.", []).same
    assert not _compared(why(answered()), TEXT + " And more.", []).same
    assert _compared(_stopped(), "Between 3", []).first_difference == 8
