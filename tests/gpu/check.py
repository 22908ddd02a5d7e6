"""The GPU checks; README.md beside this file says how to build for a GPU and run them."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from unittest import mock

from engine.inference import device
from engine.inference.backend import ModelFile, Segment
from engine.inference.client import LlamaBackend
from engine.inference.messages import GENERATE, INSPECT, LOAD, GenerateParams, Inspection, InspectParams, LoadParams
from engine.types import Sampling
from engine.workers.client import WorkerClient
from engine.workers.roles import Role
from tests.benchmarks.decode import find_model
from tests.engine.inference.tiny_gguf import write_tiny_model

PROMPT = [Segment("A clinic keeps vaccines in a fridge. Every morning the nurse reads the thermometer and")]
GREEDY = Sampling(max_tokens=48, repeat_penalty=1.0)
LONG_PROMPT = "The nurse reads the thermometer and writes it down. " * 60


def inspect(client: WorkerClient, model: Path) -> Inspection:
    return client.call(INSPECT, InspectParams(str(model)))


def greedy_text(client: WorkerClient, model: Path, layers: int) -> str:
    client.call(LOAD, LoadParams(str(model), 2048, layers))
    return client.call(GENERATE, GenerateParams(PROMPT, GREEDY)).text


def same_tokens(client: WorkerClient, model: Path) -> dict[int, str]:
    """The greedy answer by number of layers on the GPU: none, half, all."""
    total = inspect(client, model).layers + 1
    return {layers: greedy_text(client, model, layers) for layers in (0, total // 2, total)}


def speeds(client: WorkerClient, model: Path) -> dict[str, float]:
    """Tokens a second with every layer on the GPU: through the worker, then by the bare binding in this process."""
    from llama_cpp import Llama

    client.call(LOAD, LoadParams(str(model), 4096, inspect(client, model).layers + 1))
    prompt = [Segment(LONG_PROMPT)]
    client.call(GENERATE, GenerateParams([Segment("warm up")], Sampling(max_tokens=2)))
    ours = client.call(GENERATE, GenerateParams(prompt, Sampling(max_tokens=200, repeat_penalty=1.0)))
    client.close()
    llama = Llama(str(model), n_ctx=4096, n_gpu_layers=-1, verbose=False)
    tokens = llama.tokenize(LONG_PROMPT.encode())
    llama.eval(llama.tokenize(b"warm up"))
    begin = time.perf_counter()
    stream = llama.generate(tokens, temp=0.0, repeat_penalty=1.0, reset=True)
    next(stream)
    first = time.perf_counter()
    for _ in range(199):
        next(stream)
    end = time.perf_counter()
    return {
        "prompt": ours.prompt_tokens / ours.prompt_ms * 1000,
        "decode": ours.tokens_per_s,
        "bare prompt": len(tokens) / (first - begin),
        "bare decode": 199 / (end - first),
    }


def ladder(client: WorkerClient, folder: Path) -> tuple[int, int]:
    """Layers planned and layers that worked, for a random model whose cache is larger than the GPU's memory."""
    model = write_tiny_model(folder / "random.gguf", layers=16, width=512, heads=4, context=1 << 24)
    inspection = inspect(client, model)
    free = sum(gpu.free for gpu in inspection.gpus)
    n_ctx = int(1.3 * free / inspection.cache_bytes_per_token) // 256 * 256
    total = inspection.layers + 1
    backend = LlamaBackend(client, folder / "devices.json", context_tokens=n_ctx)
    with (
        mock.patch.object(device, "fitting_layers", lambda _inspection, _n_ctx: total),
        mock.patch.object(device, "choose_context", lambda _inspection, wanted: wanted),
    ):
        loaded = backend.load(ModelFile(model, "random"))
        backend.generate([Segment("the")], Sampling(max_tokens=2))
    remembered = json.loads((folder / "devices.json").read_text())["layers"]
    worked = backend.loaded.device.gpu_layers if backend.loaded else loaded.device.gpu_layers
    assert worked in remembered.values()
    return total, worked


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=find_model())
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = options.model or write_tiny_model(folder / "model.gguf", layers=12, width=1024, heads=8, context=4096)
        client = WorkerClient(Role.INFERENCE)
        gpus = inspect(client, model).gpus
        if not gpus:
            print("No GPU, or llama.cpp was built without support for it: nothing was checked.")
            client.close()
            return 0
        for gpu in gpus:
            print(f"{gpu.name}: {gpu.free / 2**30:.1f} of {gpu.total / 2**30:.1f} GiB free")
        texts = same_tokens(client, model)
        print(f"same greedy tokens on {sorted(texts)} layers: {len(set(texts.values())) == 1}")
        print("ladder: planned {}, worked {}".format(*ladder(client, folder)))
        found = speeds(client, model)
        for what in ("prompt", "decode"):
            ratio = found[what] / found[f"bare {what}"]
            print(f"{what}: worker {found[what]:.0f}, bare {found[f'bare {what}']:.0f} tokens/s; ratio {ratio:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
