"""What is refused before the model is asked, of cpgqa's questions with and without the guideline that answers them.

The libraries are those of tests/benchmarks/answers.py. Of these questions, those that answers.py asks come first.

Run: python -m tests.benchmarks.refusals [--questions N]
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence

from engine.evidence.answerable import answerable
from engine.evidence.lexicons import load_lexicons
from engine.evidence.relevance import holds_answer, surely_holds_answer
from engine.types import Hit
from tests.benchmarks.answers import SEED, library_of, library_texts, questions
from tests.benchmarks.common import shared_data

PASSAGES = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=541)
    options = parser.parse_args()
    data = shared_data()
    everything = [each.text for each in questions(data)]
    first = [each.text for each in random.Random(SEED).sample(questions(data), 200)]
    chosen = list(dict.fromkeys([*first, *everything]))[: options.questions]
    lexicons = load_lexicons()
    for held in (True, False):
        found = list(search(chosen, library_texts(data, held=held)))
        near = sum(holds_answer(question, hits) for question, hits in found)
        sure = sum(surely_holds_answer(hits) for _, hits in found)
        likely = [question for question, hits in found if answerable(question, question, hits, [], lexicons).likely]
        print(f"{'with' if held else 'without'} the guideline: {len(found)} questions")
        print(
            f"  near enough {near}, surely near {sure}, put to the model {len(likely)} ({len(likely) / len(found):.1%})"
        )
        for question in sorted(set(chosen) - set(likely)) if held else []:
            print(f"    refused: {question}")


def search(chosen: Sequence[str], texts: dict[str, str]) -> Iterator[tuple[str, list[Hit]]]:
    """Each question with the passages that an answer would read."""
    with library_of(texts) as workspace:
        for question in chosen:
            yield question, workspace.library.search(question, PASSAGES).hits


if __name__ == "__main__":
    main()
