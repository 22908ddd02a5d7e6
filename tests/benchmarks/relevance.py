"""Whether the program says "not found" at the right questions: those it can answer, and those nothing here answers.

answerable: cpgqa's questions over its passages and the first 2,000 answers of medquad; medquad's over its own answers.
unanswerable: cpgqa's over medquad's answers alone, medquad's over cpgqa's passages alone, and questions of daily life.
The search is asked with vectors and, as before the index is filled, without.

Run: python -m tests.benchmarks.relevance [--vectors FILE.npz]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from engine.evidence.relevance import holds_answer
from engine.memory.client import MemoryClient
from engine.memory.search import HybridSearch
from engine.models.service import Models
from engine.paths import Paths
from engine.settings import SettingsStore
from engine.workers.client import WorkerClient
from engine.workers.roles import Role
from tests.benchmarks.common import shared_data
from tests.benchmarks.retrieval import FIRST, Item, Library, Vectors, cpgqa, medquad, medquad_items

DAILY = (
    "What is the capital of France?",
    "How do I change the oil in my car?",
    "Who won the world cup in 1998?",
    "What is the best recipe for chocolate cake?",
    "How tall is Mount Everest?",
    "Write a poem about the sea",
    "When does the train to Berlin leave?",
    "How do I install Linux on a laptop?",
    "What's the weather like tomorrow?",
    "Which phone should I buy?",
    "How do I train my dog to sit?",
    "Who wrote Hamlet?",
    "How do I reset my router password?",
    "How many players are on a football team?",
    "Which antivenom is given after a rattlesnake bite?",
    "How many weeks of parental leave do employees get?",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vectors", type=Path)
    options = parser.parse_args()
    data = shared_data()
    guideline, guideline_cases = cpgqa(data)
    answers, answer_cases = medquad(data, titles=False)
    of_guideline = [case.question for case in guideline_cases]
    of_answers = [case.question for case in answer_cases]
    plan: list[tuple[str, list[Item], Sequence[str]]] = [
        ("cpgqa, answerable", guideline, of_guideline),
        ("medquad, answerable", answers, of_answers),
        ("cpgqa, without its passages", medquad_items(data, titles=False)[:FIRST], of_guideline),
        ("medquad, over cpgqa only", guideline[:-FIRST], of_answers),
        ("daily life, over cpgqa and medquad", guideline, DAILY),
    ]
    paths = Paths.default()
    worker = WorkerClient(Role.MEMORY)
    memory = MemoryClient(worker, Models(paths, SettingsStore(paths.settings_file)).embedding_path)
    vectors = Vectors(memory, options.vectors)
    print("| questions | passages | taken as answerable | by keywords alone |\n|---|---|---|---|")
    try:
        for name, items, questions in plan:
            with tempfile.TemporaryDirectory() as folder:
                library = Library(items, memory, vectors, Path(folder))
                hybrid, keywords = taken(library.search, questions), taken(library.keywords_only, questions)
                print(f"| {name} ({len(questions)}) | {library.passages} | {hybrid:.1%} | {keywords:.1%} |", flush=True)
                library.close()
    finally:
        worker.close()


def taken(search: HybridSearch, questions: Sequence[str]) -> float:
    return statistics.mean(holds_answer(question, search.search(question, 5).hits) for question in questions)


if __name__ == "__main__":
    main()
