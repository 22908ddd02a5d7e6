"""Time to check a sentence: notes against whole transcripts, and guideline answers against five passages.

The checker is made once for a set of sources, as an answer makes it once; what that costs is reported on its own.
Milliseconds of processor time, one thread. Run: python -m tests.benchmarks.check_speed
"""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.evidence.checker import Checker
from engine.evidence.lexicons import load_lexicons
from engine.evidence.sentences import Span, split_sentences
from engine.evidence.sources import SourceText
from tests.benchmarks.common import shared_data
from tests.benchmarks.planted.visits import load_visits

_PASSAGES = 5
_ANSWERS = 120


def main() -> None:
    data = shared_data()
    begun = time.thread_time()
    lexicons = load_lexicons()
    print(f"lexicons loaded in {(time.thread_time() - begun) * 1000:.0f} ms")
    measure("notes against transcripts", ((visit.claims, [visit.transcript]) for visit in load_visits(data)), lexicons)
    measure(f"answers against {_PASSAGES} passages", answers(data), lexicons)


def answers(data: Path) -> Iterator[tuple[list[Span], list[SourceText]]]:
    """Expert answers of cpgqa, each with its own passage and four others."""
    with (data / "cpgqa" / "cpgQA-v1.0.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    contexts = list(dict.fromkeys(row["CONTEXT"] for row in rows))
    for row in rows[:_ANSWERS]:
        first = contexts.index(row["CONTEXT"])
        passages = [contexts[(first + step) % len(contexts)] for step in range(_PASSAGES)]
        yield split_sentences(row["ANSWER"]), [SourceText(name="guideline", text=text) for text in passages]


def measure(name: str, cases: Iterator[tuple[Sequence[Span], list[SourceText]]], lexicons: object) -> None:
    """Print median, p95 and the longest time of a sentence, and of making the checker."""
    made, checked = [], []
    for spans, sources in cases:
        begun = time.thread_time()
        checker = Checker(sources, lexicons)
        made.append((time.thread_time() - begun) * 1000)
        for span in spans:
            begun = time.thread_time()
            checker.check_sentence(span)
            checked.append((time.thread_time() - begun) * 1000)
    print(f"{name}: {len(checked)} sentences")
    for what, times in (("sentence", sorted(checked)), ("sources", sorted(made))):
        p95 = times[int(len(times) * 0.95)]
        print(f"  {what:9} median {times[len(times) // 2]:7.2f}   p95 {p95:7.2f}   longest {times[-1]:7.2f} ms")


if __name__ == "__main__":
    main()
