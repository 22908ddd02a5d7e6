"""Beginnings that come again are read once: bounds of what is kept, and that it is the very state of reading it."""

from __future__ import annotations

import ctypes
import os
import signal
from pathlib import Path

import pytest
from msgspec import structs

from engine.cancellation import Cancelled, CancelToken
from engine.errors import WorkerCrashed
from engine.inference.backend import Generation, ModelFile, Prompt, Segment
from engine.inference.beginnings import Beginning, Beginnings
from engine.inference.client import LlamaBackend
from engine.types import Sampling
from engine.workers.client import WorkerClient
from tests.engine.inference.tiny_gguf import write_tiny_model

GREEDY = Sampling(max_tokens=12, repeat_penalty=1.0)
ONE = [Segment("w1 w2 w3 w4 w5 " * 16)]
OTHER = [Segment("w9 w8 w7 w6 w9 " * 16)]
LEAST_SAVED = 64  # of the 80 words that a beginning has, rounded down


def kept(*tokens: int, size: int = 10) -> Beginning:
    return Beginning(tokens, ((len(tokens), len(tokens)),), bytearray(size))


def put(beginnings: Beginnings, beginning: Beginning) -> bool:
    if not beginnings.room_for(beginning.tokens, len(beginning.state)):
        return False
    beginnings.put(beginning)
    return True


@pytest.fixture
def fresh(backend: LlamaBackend, tiny_model: Path) -> LlamaBackend:
    """The tiny model, which has read nothing yet."""
    backend.unload()
    backend.load(ModelFile(tiny_model, "tiny"))
    return backend


def ask(backend: LlamaBackend, beginning: Prompt, end: str) -> Generation:
    return backend.generate([*beginning, Segment(end)], GREEDY, alike=[*beginning, Segment(" w20")])


class TestBounds:
    def test_the_copy_that_most_tokens_begin_with_is_found(self) -> None:
        beginnings = Beginnings(100)
        one, other = kept(1, 2, 3, 4), kept(1, 2, 7, 8)
        assert put(beginnings, one) and put(beginnings, other)
        assert beginnings.nearest([1, 2, 3, 4, 5]) == (one, 4)
        assert beginnings.nearest([1, 2, 7]) == (other, 3)
        assert beginnings.nearest([5])[1] == 0

    def test_nothing_is_found_where_nothing_is_kept(self) -> None:
        assert Beginnings(100).nearest([1, 2]) == (None, 0)

    def test_the_copy_not_used_for_longest_goes_first(self) -> None:
        beginnings = Beginnings(20)
        put(beginnings, kept(1, 1))
        put(beginnings, kept(2, 2))
        beginnings.nearest([1, 1, 5])
        put(beginnings, kept(3, 3))
        assert [beginnings.nearest([n, n])[1] for n in (1, 2, 3)] == [2, 0, 2]

    def test_what_is_larger_than_all_room_pushes_nothing_out(self) -> None:
        beginnings = Beginnings(20)
        put(beginnings, kept(1, 1))
        assert not put(beginnings, kept(2, 2, size=21))
        assert beginnings.nearest([1, 1])[1] == 2

    def test_nothing_is_kept_where_memory_is_short(self) -> None:
        free = 39
        beginnings = Beginnings(20, lambda: free)
        assert not put(beginnings, kept(1, 1))
        free = 40
        assert put(beginnings, kept(1, 1))

    def test_what_a_longer_copy_holds_is_not_kept_again(self) -> None:
        beginnings = Beginnings(100)
        put(beginnings, kept(1, 2, 3))
        assert not put(beginnings, kept(1, 2))
        assert put(beginnings, kept(1, 2, 3, 4))


class TestInItsChild:
    def test_beginnings_that_take_turns_are_read_once(self, fresh: LlamaBackend) -> None:
        first = [ask(fresh, ONE, " w30 w31"), ask(fresh, OTHER, " w30 w31")]
        assert all(each.reused_tokens < LEAST_SAVED for each in first)
        for _ in range(2):
            again = [ask(fresh, ONE, " w40 w41"), ask(fresh, OTHER, " w40 w41")]
            assert all(each.reused_tokens >= LEAST_SAVED for each in again)

    def test_the_answer_does_not_depend_on_what_was_asked_before(self, fresh: LlamaBackend) -> None:
        cold = ask(fresh, ONE, " w30 w31")
        ask(fresh, OTHER, " w30")
        taken_up = ask(fresh, ONE, " w30 w31")
        going_on = ask(fresh, ONE, " w30 w31")
        assert cold.reused_tokens < LEAST_SAVED <= taken_up.reused_tokens == going_on.reused_tokens
        assert cold.text == taken_up.text == going_on.text
        assert cold.evaluated == taken_up.evaluated == going_on.evaluated

    def test_a_part_of_a_beginning_is_taken_up(self, fresh: LlamaBackend) -> None:
        ask(fresh, ONE, " w30")
        ask(fresh, OTHER, " w30")
        assert ask(fresh, [*ONE, Segment("w33 w34 w35")], " w30").reused_tokens >= LEAST_SAVED

    def test_the_steps_give_the_same_answer_once_more(self, fresh: LlamaBackend) -> None:
        ask(fresh, ONE, " w30")
        ask(fresh, OTHER, " w30")
        prompt, drawn = [*ONE, Segment(" w31 w32")], Sampling(temperature=2.0, top_k=0, top_p=1.0, min_p=0.0, seed=5)
        drawn = structs.replace(drawn, max_tokens=24)
        answer = fresh.generate(prompt, drawn, alike=[*ONE, Segment(" w20")])
        assert answer.reused_tokens >= LEAST_SAVED
        again = fresh.generate(prompt, drawn, evaluated=answer.evaluated)
        assert again.reused_tokens == 0
        assert (again.text, again.evaluated) == (answer.text, answer.evaluated)

    def test_a_cancelled_answer_leaves_a_sound_state(self, fresh: LlamaBackend, tiny_model: Path) -> None:
        expected = [ask(fresh, ONE, " w30").text, ask(fresh, OTHER, " w30").text]
        fresh.unload()
        fresh.load(ModelFile(tiny_model, "tiny"))
        token = CancelToken()
        with pytest.raises(Cancelled):
            fresh.generate(
                [*ONE, Segment(" w31")],
                Sampling(max_tokens=100),
                alike=[*ONE, Segment(" w20")],
                on_event=lambda _event: token.cancel(),
                cancel=token,
            )
        assert [ask(fresh, ONE, " w30").text, ask(fresh, OTHER, " w30").text] == expected

    def test_nothing_is_left_after_a_death(self, fresh: LlamaBackend, client: WorkerClient) -> None:
        ask(fresh, ONE, " w30")
        assert ask(fresh, ONE, " w31").reused_tokens >= LEAST_SAVED
        os.kill(client.pid or 0, signal.SIGKILL)
        try:
            after = ask(fresh, ONE, " w30")
        except WorkerCrashed:  # the call met the dying child
            after = ask(fresh, ONE, " w30")
        assert after.reused_tokens < LEAST_SAVED

    def test_nothing_is_left_where_the_model_is_unloaded(self, fresh: LlamaBackend, tmp_path: Path) -> None:
        ask(fresh, ONE, " w30")
        fresh.load(ModelFile(write_tiny_model(tmp_path / "other.gguf", seed=8), "other"))
        assert ask(fresh, ONE, " w30").reused_tokens < LEAST_SAVED


@pytest.mark.model
def test_a_beginning_put_back_is_the_very_state_of_reading_it(chat_model_path: Path) -> None:
    """To the last bit, also of the part of one, and also where the prompt is cut at whole groups of tokens instead."""
    from llama_cpp import llama_cpp as native

    from engine.inference.llama_cpp import Library, LlamaModel

    model = LlamaModel(
        Library(),
        str(chat_model_path),
        n_ctx=512,
        gpu_layers=0,
        threads=1,
        on_progress=lambda _part: None,
        cancelled=lambda: False,
    )
    one = model.tokenize("The knee was swollen on Monday and hurts on the stairs. " * 4, special=False)[:24]
    other = model.tokenize("Blood is taken for the kidneys, and the pressure is measured. " * 4, special=False)[:16]
    end = model.tokenize(" What is to be done about it now?", special=False)

    def logits() -> bytes:
        size = native.llama_vocab_n_tokens(model._vocabulary)
        return ctypes.string_at(native.llama_get_logits_ith(model._context, -1), 4 * size)

    try:
        for tokens in (one, other):
            model.keep(0)
            model.evaluate(tokens)
            model.remember()
        assert model.reuse(one + end) == len(one)
        steps = model.evaluated()
        model.evaluate(end)
        put_back = logits()
        model.keep(0)
        model.evaluate(one)
        assert model.evaluated() == steps
        model.evaluate(end)
        assert logits() == put_back
        model.keep(0)
        model.evaluate(one + end)
        assert logits() == put_back

        part = one[:16] + end
        assert model.reuse(other + end) == len(other)
        assert model.reuse(part) == 16
        model.evaluate(end)
        put_back = logits()
        model.keep(0)
        model.evaluate(part)
        assert logits() == put_back
    finally:
        model.close()
