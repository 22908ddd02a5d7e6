from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.inference.backend import ModelFile
from engine.inference.client import LlamaBackend
from engine.workers.client import WorkerClient
from engine.workers.roles import Role
from tests.engine.inference.tiny_gguf import write_tiny_model


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real GGUF of half a megabyte with random weights."""
    return write_tiny_model(tmp_path_factory.mktemp("models") / "tiny.gguf")


@pytest.fixture(scope="module")
def client() -> Iterator[WorkerClient]:
    client = WorkerClient(Role.INFERENCE)
    yield client
    client.close()


@pytest.fixture
def backend(client: WorkerClient, tiny_model: Path, tmp_path: Path) -> LlamaBackend:
    """The tiny model, loaded in a real inference child."""
    backend = LlamaBackend(client, tmp_path / "devices.json")
    backend.load(ModelFile(tiny_model, "tiny"))
    return backend


@pytest.fixture(scope="session")
def chat_model_path(models_dir: Path) -> Path:
    """The 0.5B model, as `make test` fetches it; skips where it is not."""
    found = next(models_dir.rglob("qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"), None)
    if found is None:
        pytest.skip(f"the 0.5B model is not in {models_dir}")
    return found
