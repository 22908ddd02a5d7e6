"""Prompts that always fit, only grow at the end, and say what they leave out."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.inference.budget import PromptBuilder, PromptTurn
from engine.inference.errors import PromptTooLong
from engine.inference.messages import Prompt
from engine.inference.prompts import PromptPack, load_pack
from engine.inference.templates import CHATML, GEMMA
from engine.types import Passage

PACK = load_pack()
SHORT_PACK = PromptPack("t", "NO.", "S", "P:", "<passage>{text}</passage>", "", "Q:{question}", "So,")


def count(prompts: Sequence[Prompt]) -> list[int]:
    """A tokenizer with one token a character, and one before every prompt."""
    return [1 + sum(len(segment.text) for segment in prompt) for prompt in prompts]


def passage(number: int, size: int = 100) -> Passage:
    return Passage(number, number, f"Document {number}", number, "", f"{number}" * size, 0, size)


def text_of(prompt: Prompt) -> str:
    return "".join(segment.text for segment in prompt)


def builder(n_ctx: int, pack: PromptPack = SHORT_PACK) -> PromptBuilder:
    return PromptBuilder(pack, CHATML, count, n_ctx)


def test_all_fits() -> None:
    built = builder(5000).build([PromptTurn("why?", [passage(1), passage(2)])], 100)
    assert built.tokens == count([built.prompt])[0]
    assert built.left_out == [] and [p.id for p in built.passages] == [1, 2]
    assert built.budget == 4900 and built.version == "t" and "<|im_end|>" in built.stop


def test_lowest_ranked_passages_go_first_and_are_named() -> None:
    built = builder(500).build([PromptTurn("why?", [passage(n) for n in range(1, 6)])], 100)
    assert [p.id for p in built.passages] == [1, 2]
    assert built.left_out == [
        "Passage: Document 3, page 3",
        "Passage: Document 4, page 4",
        "Passage: Document 5, page 5",
    ]


def test_old_turns_go_before_passages_and_are_named() -> None:
    turns = [PromptTurn(f"question {n}", [passage(n)], "answer") for n in range(1, 8)]
    turns.append(PromptTurn("now", [passage(20), passage(21)]))
    whole = builder(100_000).build(turns, 100).tokens
    built = builder(whole + 50).build(turns, 100)
    assert built.left_out == [f"Earlier question: question {n}" for n in range(1, 5)]
    assert [p.id for p in built.passages] == [5, 6, 7, 20, 21]


def test_the_same_turns_stay_dropped_for_some_questions() -> None:
    turns = [PromptTurn(f"question {n}", [passage(n)], "answer") for n in range(1, 8)]
    n_ctx = builder(100_000).build([*turns, PromptTurn("now", [passage(20)])], 0).tokens - 10
    first = builder(n_ctx).build([*turns, PromptTurn("now", [passage(20)])], 0)
    turns.append(PromptTurn("now", [passage(20)], "answer"))
    second = builder(n_ctx).build([*turns, PromptTurn("then", [passage(21)])], 0)
    assert text_of(second.prompt).startswith(text_of(first.prompt))


@pytest.mark.parametrize("template", [CHATML, GEMMA], ids=lambda t: t.name)
@pytest.mark.parametrize("pack", [PACK, SHORT_PACK], ids=lambda p: p.version)
def test_a_follow_up_only_appends(pack: PromptPack, template: object) -> None:
    build = PromptBuilder(pack, template, count, 50_000).build  # type: ignore[arg-type]
    first = build([PromptTurn("one?", [passage(1), passage(2)])], 100)
    second = build([PromptTurn("one?", [passage(1), passage(2)], "An answer."), PromptTurn("two?", [passage(2)])], 100)
    assert second.prompt[: len(first.prompt)] == first.prompt
    assert [p.id for p in second.passages] == [1, 2]  # the repeated passage is not shown twice


def test_the_opening_is_how_every_prompt_begins() -> None:
    for pack in (PACK, SHORT_PACK):
        b = builder(50_000, pack)
        built = b.build([PromptTurn("one?", [passage(1)])], 10)
        assert built.prompt[: len(b.opening())] == b.opening()


def test_no_passages_left_still_asks() -> None:
    size = builder(5000).build([PromptTurn("why?", [])], 0).tokens
    built = builder(size + 20).build([PromptTurn("why?", [passage(1)])], 0)
    assert built.passages == [] and built.left_out == ["Passage: Document 1, page 1"]


def test_a_question_that_cannot_fit_is_refused() -> None:
    with pytest.raises(PromptTooLong):
        builder(200).build([PromptTurn("x" * 500, [])], 50)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.lists(st.integers(1, 9), max_size=4)), min_size=1, max_size=12),
    # The bare question always fits: what does not is another test's.
    st.integers(400, 2000),
    st.integers(1, 200),
)
def test_it_always_fits_and_nothing_is_dropped_in_silence(
    shape: list[tuple[int, list[int]]], n_ctx: int, max_tokens: int
) -> None:
    turns = [
        PromptTurn("q" * (n + 1), [passage(p) for p in dict.fromkeys(ids)], "a" * n if i < len(shape) - 1 else None)
        for i, (n, ids) in enumerate(shape)
    ]
    built = builder(n_ctx).build(turns, max_tokens)
    assert count([built.prompt])[0] == built.tokens <= n_ctx - max_tokens
    seen = {p.id for p in built.passages}
    missing = [p for p in turns[-1].passages if p.id not in seen]
    assert sum(text.startswith("Passage") for text in built.left_out) == len(missing)
    dropped = sum(text.startswith("Earlier") for text in built.left_out)
    asked = text_of(built.prompt).count("Q:")
    assert asked == len(turns) - dropped
