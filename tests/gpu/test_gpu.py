from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.workers.client import WorkerClient
from engine.workers.roles import Role
from tests.benchmarks.decode import find_model
from tests.engine.inference.tiny_gguf import write_tiny_model
from tests.gpu import check

pytestmark = [pytest.mark.gpu, pytest.mark.slow]


@pytest.fixture
def client(tmp_path: Path) -> Iterator[WorkerClient]:
    """An inference child on a machine with a GPU; skips elsewhere."""
    client = WorkerClient(Role.INFERENCE)
    gpus = check.inspect(client, write_tiny_model(tmp_path / "tiny.gguf")).gpus
    if not gpus:
        client.close()
        pytest.skip("no GPU that this build of llama.cpp can use")
    yield client
    client.close()


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return find_model() or write_tiny_model(tmp_path / "model.gguf", layers=12, width=1024, heads=8, context=4096)


def test_the_gpu_tells_its_memory(client: WorkerClient, model: Path) -> None:
    assert all(gpu.name and 0 < gpu.free <= gpu.total for gpu in check.inspect(client, model).gpus)


def test_same_greedy_tokens_on_every_number_of_layers(client: WorkerClient, model: Path) -> None:
    texts = check.same_tokens(client, model)
    assert len(set(texts.values())) == 1, texts


def test_a_model_too_large_for_the_gpu_goes_down_the_ladder(client: WorkerClient, tmp_path: Path) -> None:
    planned, worked = check.ladder(client, tmp_path)
    assert 0 <= worked < planned


def test_speed_through_the_worker(client: WorkerClient, model: Path) -> None:
    found = check.speeds(client, model)
    assert found["decode"] >= 0.97 * found["bare decode"]
    assert found["prompt"] >= 0.9 * found["bare prompt"]
