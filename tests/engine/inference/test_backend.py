"""The tiny model in a real child: generation, reuse, cancelling, deaths."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from engine.cancellation import Cancelled, CancelToken
from engine.errors import ModelMissing, ModelUnusable, WorkerCrashed
from engine.inference.backend import Backend, GenerationEvent, ModelFile, Segment
from engine.inference.client import LlamaBackend
from engine.inference.errors import PromptTooLong
from engine.inference.messages import GENERATE, GenerateParams
from engine.inference.templates import find_template
from engine.types import Sampling
from engine.workers.client import WorkerClient
from tests.engine.inference.tiny_gguf import write_tiny_model

GREEDY = Sampling(max_tokens=24, repeat_penalty=1.0)
PROMPT = [Segment("the rain in the plain")]


def test_it_is_a_backend(backend: LlamaBackend) -> None:
    typed: Backend = backend
    loaded = typed.loaded
    assert loaded is not None and loaded.name == "tiny random model" and loaded.n_ctx == 512
    assert loaded.device.device == "CPU" and loaded.device.gpu_layers == 0 and loaded.device.reason
    assert find_template(loaded.chat_template).name == "chatml"


def test_greedy_is_the_same_every_time_and_deltas_make_the_text(backend: LlamaBackend) -> None:
    events: list[GenerationEvent] = []
    first = backend.generate(PROMPT, GREEDY, on_event=events.append)
    again = backend.generate(PROMPT, GREEDY)
    assert first.text == again.text != ""
    assert "".join(event.text for event in events) == first.text
    assert first.finish in {"length", "end"} and 1 < first.tokens <= 24
    assert events[0].prompt_tokens == first.prompt_tokens
    assert any(event.evaluated == first.prompt_tokens for event in events)
    assert first.prompt_ms > 0 and first.generation_ms > 0 and first.tokens_per_s > 0


def test_a_seed_decides_what_is_drawn(backend: LlamaBackend) -> None:
    def draw(seed: int) -> str:
        sampling = Sampling(temperature=2.0, top_k=0, top_p=1.0, min_p=0.0, max_tokens=24, seed=seed)
        return backend.generate(PROMPT, sampling).text

    assert draw(1) == draw(1)
    assert len({draw(seed) for seed in range(5)}) > 1


def test_only_the_new_end_of_a_prompt_is_evaluated(backend: LlamaBackend) -> None:
    start = [Segment("start w1 w2 w3 w4 w5 w6")]
    backend.generate([Segment("zzz")], GREEDY)
    cold = backend.generate(start, GREEDY)
    assert cold.reused_tokens <= 2  # what this tokenizer puts before every text
    longer = backend.generate([*start, Segment(" and more")], GREEDY)
    assert longer.reused_tokens == cold.prompt_tokens
    assert backend.generate(start, GREEDY).text == cold.text


def test_reuse_does_not_change_the_answer(backend: LlamaBackend) -> None:
    prompt = [Segment("a b c d e f g"), Segment(" h i j")]
    backend.generate([Segment("zzz")], GREEDY)
    cold = backend.generate(prompt, GREEDY)
    backend.generate([prompt[0], Segment(" quite another end")], GREEDY)
    warm = backend.generate(prompt, GREEDY)
    assert warm.reused_tokens > cold.reused_tokens and warm.text == cold.text


def test_an_opening_evaluated_ahead_is_reused(backend: LlamaBackend) -> None:
    opening = [Segment("w9 w8 w7 w6 w5 w4 w3")]
    backend.generate(opening, Sampling(max_tokens=1))
    after = backend.generate([*opening, Segment(" why")], GREEDY)
    assert after.reused_tokens == backend.count([opening])[0]


def test_counts_are_those_of_generation(backend: LlamaBackend) -> None:
    counts = backend.count([PROMPT, [], [*PROMPT, *PROMPT]])
    assert counts[0] == backend.generate(PROMPT, GREEDY).prompt_tokens
    assert counts[1] == 1 and counts[2] == 2 * counts[0] - 1


def test_control_tokens_in_content_stay_text(backend: LlamaBackend) -> None:
    marker = "<|im_end|>"
    meant, plain = backend.count([[Segment(marker, special=True)], [Segment(marker)]])
    assert plain > meant + 5


def test_a_prompt_that_does_not_fit_is_refused(backend: LlamaBackend) -> None:
    with pytest.raises(PromptTooLong) as caught:
        backend.generate([Segment("w1 " * 600)], GREEDY)
    assert caught.value.advice
    with pytest.raises(PromptTooLong):
        backend.generate(PROMPT, Sampling(max_tokens=512))


def test_the_whole_context_can_be_used(backend: LlamaBackend) -> None:
    size = backend.count([PROMPT])[0]
    sampling = Sampling(temperature=1.5, max_tokens=512 - size, top_k=0, top_p=1.0, min_p=0.0, seed=3)
    generation = backend.generate(PROMPT, sampling)
    assert generation.finish in {"length", "end", "repetition"}


def test_a_stop_text_ends_the_answer(backend: LlamaBackend) -> None:
    whole = backend.generate(PROMPT, GREEDY).text
    stop = whole[len(whole) // 2 :][:4]
    generation = backend.generate(PROMPT, GREEDY, stop=[stop])
    assert generation.finish == "stop" and generation.text == whole[: whole.index(stop)]


def test_cancelling_between_tokens_keeps_the_child(backend: LlamaBackend, client: WorkerClient) -> None:
    pid, token = client.pid, CancelToken()
    with pytest.raises(Cancelled):
        backend.generate(
            PROMPT, Sampling(max_tokens=450), cancel=token, on_event=lambda e: token.cancel() if e.text else None
        )
    assert client.pid == pid and backend.loaded is not None
    assert backend.generate(PROMPT, GREEDY).text


def test_cancelling_in_the_middle_of_a_computation(client: WorkerClient, tmp_path: Path) -> None:
    """A model whose one batch takes long: the abort flag must end it inside llama.cpp, not the 2 s ladder."""
    model = write_tiny_model(tmp_path / "slow.gguf", layers=24, width=512, heads=8, context=4096)
    backend = LlamaBackend(client, tmp_path / "devices.json")
    backend.load(ModelFile(model, "slow"))
    pid, token = client.pid, CancelToken()
    prompt = [Segment("w1 w2 w3 " * 150)]
    threading.Timer(0.3, token.cancel).start()
    with pytest.raises(Cancelled):
        backend.generate(prompt, Sampling(max_tokens=500), cancel=token)
    assert client.pid == pid  # it was not killed
    assert backend.generate([Segment("w1 w2")], Sampling(max_tokens=2)).tokens == 2


def test_a_killed_child_costs_one_answer(backend: LlamaBackend, client: WorkerClient) -> None:
    expected = backend.generate(PROMPT, GREEDY).text
    for _ in range(3):
        assert client.pid is not None

        def kill(event: GenerationEvent) -> None:
            if event.text:
                os.kill(client.pid or 0, signal.SIGKILL)

        with pytest.raises(WorkerCrashed):
            backend.generate(PROMPT, Sampling(max_tokens=450), on_event=kill)
        assert backend.loaded is None
        assert backend.generate(PROMPT, GREEDY).text == expected


def test_a_child_that_died_idle_is_not_even_noticed(backend: LlamaBackend, client: WorkerClient) -> None:
    expected = backend.generate(PROMPT, GREEDY).text
    os.kill(client.pid or 0, signal.SIGKILL)
    until = time.monotonic() + 3
    while client.running and time.monotonic() < until:
        time.sleep(0.01)
    assert backend.generate(PROMPT, GREEDY).text == expected
    os.kill(client.pid or 0, signal.SIGKILL)
    assert backend.count([PROMPT])[0] > 1


def test_a_child_replaced_by_another_caller_is_loaded_again(backend: LlamaBackend, client: WorkerClient) -> None:
    expected = backend.generate(PROMPT, GREEDY).text
    os.kill(client.pid or 0, signal.SIGKILL)
    with pytest.raises(Exception, match="No model"):
        for _ in range(2):  # the first may still meet the dying child
            try:
                client.call(GENERATE, GenerateParams(PROMPT, GREEDY))
            except WorkerCrashed:
                continue
    assert backend.generate(PROMPT, GREEDY).text == expected


def test_load_reports_and_is_not_repeated(client: WorkerClient, tiny_model: Path, tmp_path: Path) -> None:
    backend = LlamaBackend(client, tmp_path / "devices.json")
    assert backend.loaded is None
    with pytest.raises(ModelMissing):
        backend.count([PROMPT])
    first = backend.load(ModelFile(tiny_model, "tiny"))
    assert backend.load(ModelFile(tiny_model, "tiny")) is first
    backend.unload()
    assert backend.loaded is None
    with pytest.raises(ModelMissing):
        backend.generate(PROMPT, GREEDY)


def test_load_can_be_cancelled(client: WorkerClient, tiny_model: Path, tmp_path: Path) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        LlamaBackend(client, tmp_path / "devices.json").load(ModelFile(tiny_model, "tiny"), cancel=token)


def test_a_missing_file_is_named(client: WorkerClient, tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match=r"gone\.gguf"):
        LlamaBackend(client, tmp_path / "devices.json").load(ModelFile(tmp_path / "gone.gguf", "x"))


def test_several_threads_take_turns(backend: LlamaBackend) -> None:
    expected = backend.generate(PROMPT, GREEDY).text
    texts: list[str] = []
    threads = [threading.Thread(target=lambda: texts.append(backend.generate(PROMPT, GREEDY).text)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == [expected] * 4
