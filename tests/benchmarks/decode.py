"""Decoding speed through the inference child against the bare binding, in turns within one run.

Run: python -m tests.benchmarks.decode [--model FILE] [--tokens 128] [--rounds 5]
The bare binding is llama_cpp.Llama in a process of its own, greedy, with the same threads and OpenMP settings.
Goal: the median of the rounds' ratios is at least 0.97. One warm-up round is not counted.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from engine.inference.backend import ModelFile, Segment
from engine.inference.client import LlamaBackend
from engine.inference.worker import physical_cores
from engine.paths import Paths
from engine.types import Sampling
from engine.workers.client import WorkerClient
from engine.workers.main import FIXED_ENVIRONMENT
from engine.workers.roles import Role

PROMPT = "Write a long and detailed description of how a small clinic organises its working day, hour by hour:"
STARTER = "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"


def find_model() -> Path | None:
    return next(Paths.default().models.rglob(STARTER), None)


def bare(model: str, tokens: int) -> None:
    """Serve one measurement per line of input: the speed of the binding's own loop, in tokens a second."""
    from llama_cpp import Llama

    llama = Llama(model, n_ctx=2048, n_threads=physical_cores(), n_threads_batch=physical_cores(), verbose=False)
    prompt = llama.tokenize(PROMPT.encode())
    for _ in sys.stdin:
        stream = llama.generate(prompt, temp=0.0, repeat_penalty=1.0, reset=True)
        next(stream)
        begin = time.perf_counter()
        for _ in range(tokens - 1):
            llama.detokenize([next(stream)])
        print((tokens - 1) / (time.perf_counter() - begin), flush=True)


def through_worker(backend: LlamaBackend, tokens: int) -> float:
    sampling = Sampling(max_tokens=tokens, repeat_penalty=1.0)
    generation = backend.generate([Segment(PROMPT)], sampling, on_event=lambda _event: None)
    if generation.tokens < tokens // 2:
        print(f"only {generation.tokens} tokens ({generation.finish})", file=sys.stderr)
    return generation.tokens_per_s


def compare(model: Path, tokens: int, rounds: int) -> list[tuple[float, float]]:
    program = [sys.executable, "-m", "tests.benchmarks.decode", "--bare"]
    client = WorkerClient(Role.INFERENCE)
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            [*program, "--model", str(model), "--tokens", str(tokens)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | FIXED_ENVIRONMENT,
        ) as other,
    ):
        assert other.stdin is not None and other.stdout is not None
        backend = LlamaBackend(client, Path(folder) / "devices.json", context_tokens=2048)
        backend.load(ModelFile(model, "benchmark"))
        pairs = []
        for number in range(rounds + 1):
            ours = through_worker(backend, tokens)
            print("go", file=other.stdin, flush=True)
            pairs.append((ours, float(other.stdout.readline())))
            if number:
                print(f"round {number}: worker {pairs[-1][0]:.1f}, bare {pairs[-1][1]:.1f} tokens/s", file=sys.stderr)
        client.close()
    return pairs[1:]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=find_model())
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--bare", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.model is None:
        print(f"skipped: no {STARTER} in {Paths.default().models}")
        return 0
    if options.bare:
        bare(str(options.model), options.tokens)
        return 0
    pairs = compare(options.model, options.tokens, options.rounds)
    ratio = statistics.median(ours / theirs for ours, theirs in pairs)
    worker, binding = (statistics.median(values) for values in zip(*pairs, strict=True))
    print(f"{options.model.name}: worker {worker:.1f}, bare {binding:.1f} tokens/s; ratio {ratio:.3f} (goal >= 0.97)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
