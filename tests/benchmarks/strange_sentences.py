"""Sentences of other visits' notes: all true of somebody, but not said at this visit. They must not be supported.

Each visit of the development part is given sentences of other visits, drawn by chance (seeded). flagged: differs or not
found, of those that claim anything. A few are true of both visits ("Hypertension.").

Run: python -m tests.benchmarks.strange_sentences [--a-visit N] [--show N]
"""

from __future__ import annotations

import argparse
import random
from collections import Counter

from engine.evidence.checker import Checker
from engine.evidence.lexicons import load_lexicons
from engine.types import Verdict
from tests.benchmarks.common import shared_data
from tests.benchmarks.planted.visits import Part, load_visits


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--a-visit", type=int, default=40)
    parser.add_argument("--show", type=int, default=0, help="print so many of the supported")
    options = parser.parse_args()
    chance = random.Random(1)
    lexicons = load_lexicons()
    visits = [visit for visit in load_visits(shared_data()) if visit.part is Part.DEVELOPMENT]
    counts: Counter[Verdict] = Counter()
    supported = []
    for visit in visits:
        checker = Checker([visit.transcript], lexicons)
        others = [span for other in visits if other is not visit for span in other.claims]
        for span in chance.sample(others, options.a_visit):
            checked = checker.check_sentence(span)
            counts[checked.verdict] += 1
            supported += [checked] if checked.verdict is Verdict.SUPPORTED else []
    claims = counts.total() - counts[Verdict.NO_CLAIM]
    flagged = (claims - counts[Verdict.SUPPORTED]) / claims
    print(f"{claims} strange sentences with a claim: flagged {flagged:.1%} (differs {counts[Verdict.DIFFERS]})")
    for sentence in supported[: options.show]:
        print(f"\n{sentence.text}\n  from “{' … '.join(each.quote[:90] for each in sentence.evidence)}”")


if __name__ == "__main__":
    main()
