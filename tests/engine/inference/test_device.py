"""How much goes on a GPU, and the way down when it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec import structs

from engine.errors import ModelUnusable, WorkerCrashed
from engine.inference import device
from engine.inference.backend import ModelFile, Segment
from engine.inference.client import LlamaBackend
from engine.inference.messages import GpuInfo, Inspection
from engine.types import Sampling
from engine.workers.client import WorkerClient
from engine.workers.roles import Role

GIB = 1 << 30
INSPECTION = Inspection(
    architecture="llama", name="m", layers=20, train_context=32768, file_size=2 * GIB, layer_bytes=[GIB // 10] * 20,
    other_bytes=GIB // 5, cache_bytes_per_token=GIB // 8192, vocabulary=1000, chat_template="", gpus=[],
    free_memory=16 * GIB,
)  # fmt: skip
MODEL = ModelFile(Path("any.gguf"), "sha", "any")
Make = Callable[..., LlamaBackend]


def test_context_is_what_model_and_memory_allow() -> None:
    assert device.choose_context(INSPECTION) == 8192
    assert device.choose_context(structs.replace(INSPECTION, train_context=4096)) == 4096
    assert device.choose_context(structs.replace(INSPECTION, train_context=0)) == 8192
    assert device.choose_context(structs.replace(INSPECTION, free_memory=3 * GIB)) == 4096
    assert device.choose_context(structs.replace(INSPECTION, free_memory=GIB)) == 2048
    assert device.choose_context(structs.replace(INSPECTION, free_memory=GIB, train_context=512)) == 512


@pytest.mark.parametrize(("free", "layers"), [(0, 0), (1, 0), (2, 4), (8, 21), (80, 21)])
def test_layers_that_fit(free: int, layers: int) -> None:
    inspection = structs.replace(INSPECTION, gpus=[GpuInfo("G", free * GIB, 80 * GIB)])
    found = device.fitting_layers(inspection, 8192)
    assert found == layers if free != 2 else 1 <= found < 21


def test_the_ladder_goes_down_to_none() -> None:
    assert device.ladder(21) == [21, 15, 10, 5, 0]
    assert device.ladder(1) == [1, 0]
    assert device.ladder(0) == [0]


def test_memory_survives_damage(tmp_path: Path) -> None:
    memory = device.DeviceMemory(tmp_path / "devices.json")
    assert memory.limit("a", "m") is None
    memory.remember("a", "m", 5)
    memory.remember("b", "m", 0)
    assert device.DeviceMemory(tmp_path / "devices.json").limit("a", "m") == 5
    assert memory.limit("b", "m") == 0 and memory.limit("a", "other") is None
    (tmp_path / "devices.json").write_text("{broken")
    assert memory.limit("a", "m") is None
    memory.remember("a", "m", 7)
    assert memory.limit("a", "m") == 7
    assert [path.name for path in tmp_path.iterdir()] == ["devices.json"]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    clients: list[WorkerClient] = []

    def build(**environment: str) -> LlamaBackend:
        client = WorkerClient(Role.INFERENCE, environment, module="tests.engine.inference.gpu_role")
        clients.append(client)
        return LlamaBackend(client, tmp_path / "devices.json")

    yield build
    for client in clients:
        client.close()


def test_a_model_that_fits_goes_on_the_gpu_whole(make: Make, tmp_path: Path) -> None:
    loaded = make(LOAD_LIMIT="99").load(MODEL)
    assert (loaded.device.device, loaded.device.gpu_layers) == ("Test GPU", 21)
    assert "whole model" in loaded.device.reason
    assert not (tmp_path / "devices.json").exists()


def test_a_small_gpu_takes_a_part(make: Make) -> None:
    loaded = make(LOAD_LIMIT="99", FREE_GIB="2").load(MODEL)
    assert 0 < loaded.device.gpu_layers < 21
    assert f"{loaded.device.gpu_layers} of 21" in loaded.device.reason


@pytest.mark.parametrize("how", ["error", "abort"])
def test_out_of_memory_while_loading_goes_down_and_is_remembered(make: Make, how: str) -> None:
    loaded = make(LOAD_LIMIT="12", HOW=how).load(MODEL)
    assert loaded.device.gpu_layers == 10 and "remembered" in loaded.device.reason
    again = make(LOAD_LIMIT="99").load(MODEL)
    assert again.device.gpu_layers == 10
    assert make(LOAD_LIMIT="99").load(ModelFile(Path("b.gguf"), "other")).device.gpu_layers == 21


@pytest.mark.parametrize("how", ["error", "abort"])
def test_out_of_memory_while_computing_goes_down_too(make: Make, how: str) -> None:
    backend = make(LOAD_LIMIT="99", COMPUTE_LIMIT="6", HOW=how)
    backend.load(MODEL)
    assert backend.generate([Segment("q")], Sampling()).text == "yes"
    assert backend.loaded is not None and backend.loaded.device.gpu_layers <= 6
    assert make(LOAD_LIMIT="99").load(MODEL).device.gpu_layers == backend.loaded.device.gpu_layers


def test_a_gpu_that_never_works_ends_on_the_cpu(make: Make) -> None:
    loaded = make(LOAD_LIMIT="0", HOW="error").load(MODEL)
    assert (loaded.device.device, loaded.device.gpu_layers) == ("CPU", 0)


def test_two_deaths_on_the_cpu_end_it_with_advice(make: Make) -> None:
    backend = make(LOAD_LIMIT="-1", HOW="abort", FREE_GIB="0")
    with pytest.raises(ModelUnusable) as caught:
        backend.load(MODEL)
    assert (
        "twice" in caught.value.message and "Models page" in caught.value.advice and "SIGABRT" in caught.value.details
    )
    with pytest.raises(ModelUnusable):
        backend.load(MODEL)
    assert backend.loaded is None
    backend.forgive("sha")
    with pytest.raises(ModelUnusable):
        backend.load(MODEL)


def test_a_death_after_the_first_word_is_not_the_models_fault(make: Make) -> None:
    backend = make(LOAD_LIMIT="99", FREE_GIB="0", DIE_SPEAKING="1")
    backend.load(MODEL)
    for _ in range(4):
        with pytest.raises(WorkerCrashed):
            backend.generate([Segment("q")], Sampling())
