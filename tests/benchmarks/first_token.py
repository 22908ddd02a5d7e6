"""Time to the first token of a follow-up question against a cold one, through the inference child.

Run: python -m tests.benchmarks.first_token [--model FILE] [--passages 5] [--rounds 3]
Cold: nothing of the prompt was evaluated before. Follow-up: a second question over the same passages (goal: at most
0.15 of cold), and one that brings one new passage.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
from pathlib import Path

from engine.inference.backend import ModelFile, Segment
from engine.inference.budget import PromptBuilder, PromptTurn
from engine.inference.client import LlamaBackend
from engine.inference.prompts import load_pack
from engine.inference.templates import find_template
from engine.types import Passage, Sampling
from engine.workers.client import WorkerClient
from engine.workers.roles import Role
from tests.benchmarks.decode import STARTER, find_model

WORDS = (
    "patient dose daily tablet kidney function review week month clinic nurse doctor fever cough chest pain referral "
    "vaccine fridge temperature record injury policy letter appointment allergy rash severe mild stop start increase"
).split()
SAMPLING = Sampling(max_tokens=48)


def passage(number: int, chance: random.Random) -> Passage:
    text = ". ".join(" ".join(chance.choices(WORDS, k=12)).capitalize() for _ in range(12)) + "."
    return Passage(number, number, f"Protocol {number}", number, "Care", text, 0, len(text))


class Bench:
    def __init__(self, backend: LlamaBackend) -> None:
        assert backend.loaded is not None
        self._backend = backend
        template = find_template(backend.loaded.chat_template)
        self._builder = PromptBuilder(load_pack(), template, backend.count, backend.loaded.n_ctx)

    def ask(self, turns: list[PromptTurn]) -> tuple[float, str, int, int]:
        built = self._builder.build(turns, SAMPLING.max_tokens)
        answer = self._backend.generate(built.prompt, SAMPLING, stop=built.stop)
        return answer.prompt_ms, answer.text, answer.prompt_tokens, answer.reused_tokens

    def round(self, count: int, seed: int) -> tuple[float, float, float]:
        chance = random.Random(seed)
        passages = [passage(seed * 1000 + number, chance) for number in range(count)]
        self._backend.generate([Segment("forget")], Sampling(max_tokens=1))
        first = PromptTurn("When is the patient reviewed?", passages)
        cold, text, size, _ = self.ask([first])
        first = PromptTurn(first.question, passages, text)
        second = PromptTurn("And who writes the letter?", passages)
        same, text, _, reused = self.ask([first, second])
        third = PromptTurn("What about a rash?", [passages[0], passage(seed * 1000 + 900, chance)])
        new, *_ = self.ask([first, PromptTurn(second.question, passages, text), third])
        print(
            f"cold {cold:.0f} ms ({size} tokens), same passages {same:.0f} ms ({reused} reused), one new {new:.0f} ms"
        )
        return cold, same / cold, new / cold


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=find_model())
    parser.add_argument("--passages", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if options.model is None:
        print(f"skipped: {STARTER} is not installed")
        return 0
    client = WorkerClient(Role.INFERENCE)
    with tempfile.TemporaryDirectory() as folder:
        backend = LlamaBackend(client, Path(folder) / "devices.json")
        backend.load(ModelFile(options.model, "benchmark"))
        bench = Bench(backend)
        rounds = [bench.round(options.passages, seed) for seed in range(1, options.rounds + 1)]
        client.close()
    cold, same, new = (statistics.median(values) for values in zip(*rounds, strict=True))
    print(
        f"{options.model.name}: cold {cold:.0f} ms; follow-up over the same passages {same:.3f} of it (goal <= 0.15), "
        f"with a new passage {new:.3f}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
