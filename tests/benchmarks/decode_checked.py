"""Decoding speed while every sentence is checked as it closes, against decoding alone, in turns within one run.

The model writes the same text greedily each time; sentences are held against the longest sample documents, cut into
passages, as an answer's sentences are. Goal: the median of the rounds' ratios is at least 0.97.

Run: python -m tests.benchmarks.decode_checked [--model FILE] [--tokens 192] [--rounds 5]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from engine.assistant.checking import AnswerCheck
from engine.assistant.draft import Draft
from engine.evidence.lexicons import load_lexicons
from engine.inference.backend import ModelFile, Segment
from engine.inference.client import LlamaBackend
from engine.inference.messages import GenerationEvent
from engine.paths import Paths
from engine.types import Hit, Passage, Sampling
from engine.workers.client import WorkerClient
from engine.workers.roles import Role
from tests.benchmarks.decode import PROMPT, find_model

SOURCES = Path(__file__).parents[2] / "resources" / "samples" / "source"
PASSAGES, CHARACTERS = 5, 1800


def hits() -> list[Hit]:
    """Five passages as long as the longest that a prompt holds."""
    texts = sorted((path.read_text(encoding="utf-8") for path in SOURCES.glob("*.md")), key=len)[-PASSAGES:]
    passages = [Passage(n, n, f"{n}.md", None, "", text[:CHARACTERS], 0, CHARACTERS) for n, text in enumerate(texts)]
    return [Hit(n + 1, passage, 1.0) for n, passage in enumerate(passages)]


def rounds_of(backend: LlamaBackend, tokens: int, rounds: int) -> list[tuple[float, float, int]]:
    """Tokens a second alone and checked, and the sentences that were checked, for each round after a first one."""
    lexicons, found, sampling = load_lexicons(), hits(), Sampling(max_tokens=tokens)

    def alone() -> tuple[float, int]:
        return backend.generate([Segment(PROMPT)], sampling, on_event=lambda _event: None).tokens_per_s, 0

    def checked() -> tuple[float, int]:
        draft = Draft(AnswerCheck(found, lambda _document, _offset: None, lexicons))

        def heard(event: GenerationEvent) -> None:
            draft.feed(event.text)

        return backend.generate([Segment(PROMPT)], sampling, on_event=heard).tokens_per_s, len(draft.sentences)

    measured = []
    for number in range(rounds + 1):
        # Whichever comes second may find the computer busier or warmer, so they take turns.
        first, second = (alone, checked) if number % 2 else (checked, alone)
        found_by = {first: first(), second: second()}
        (bare, _), (busy, sentences) = found_by[alone], found_by[checked]
        if number:
            measured.append((bare, busy, sentences))
            print(f"round {number}: alone {bare:.1f}, checked {busy:.1f} tokens/s", file=sys.stderr)
    return measured


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=find_model())
    parser.add_argument("--tokens", type=int, default=192)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    if options.model is None:
        print(f"skipped: no model in {Paths.default().models}")
        return 0
    client = WorkerClient(Role.INFERENCE)
    try:
        with tempfile.TemporaryDirectory() as folder:
            backend = LlamaBackend(client, Path(folder) / "devices.json", context_tokens=2048)
            backend.load(ModelFile(options.model, "benchmark"))
            measured = rounds_of(backend, options.tokens, options.rounds)
    finally:
        client.close()
    ratio = statistics.median(checked / alone for alone, checked, _ in measured)
    print(f"{measured[0][2]} sentences checked in {options.tokens} tokens; ratio {ratio:.3f} (goal >= 0.97)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
