"""Sentences of guidelines held against the very passage they stand in: none may be flagged.

Passages of cpgqa. Run: python -m tests.benchmarks.own_sentences [--show N]
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter

from engine.evidence.checker import CheckedSentence, Checker
from engine.evidence.lexicons import load_lexicons
from engine.evidence.sources import SourceText
from engine.types import Verdict
from tests.benchmarks.common import shared_data

_FLAGS = (Verdict.DIFFERS, Verdict.NOT_FOUND)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", type=int, default=0, help="print so many of the flagged")
    options = parser.parse_args()
    with (shared_data() / "cpgqa" / "cpgQA-v1.0.csv").open(encoding="utf-8", newline="") as file:
        passages = sorted({row["CONTEXT"] for row in csv.DictReader(file)})
    lexicons = load_lexicons()
    checked: list[CheckedSentence] = []
    for passage in passages:
        checked += Checker([SourceText("guideline", passage)], lexicons).check(passage)
    counts = Counter(sentence.verdict for sentence in checked)
    print(f"{len(passages)} passages, {len(checked)} sentences: " + ", ".join(f"{v} {n}" for v, n in counts.items()))
    for sentence in [each for each in checked if each.verdict in _FLAGS][: options.show]:
        print(f"\n{sentence.verdict}: {sentence.text}")
        print("\n".join(f"    {found.kind}: “{found.said}” / “{found.source}”" for found in sentence.findings))


if __name__ == "__main__":
    main()
