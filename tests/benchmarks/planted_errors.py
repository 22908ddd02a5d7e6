"""Errors planted in clinicians' notes, and how many of them the evidence check finds.

The notes of aci_bench, primock57 and mts_dialog are changed in one fact each and checked against their transcripts.
caught: the sentence differs or is not found. named: a difference of a fitting kind at the changed words. literal: the
transcript has nearly all words of the sentence close together. supported: the sentence as the clinician wrote it was
supported, so that the change alone is what is caught. The visits are in three parts (see planted/visits.py):
development, on which rules are tuned, visits that were read in part, and visits that are held out.

Run: python -m tests.benchmarks.planted_errors [--kind K] [--limit N] [--seed S] [--show-misses N] [--show-false N]
[--part "held out"] [--jobs N] [--json] [--show-mutants N]
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

from tests.benchmarks.common import shared_data
from tests.benchmarks.planted.generate import generate
from tests.benchmarks.planted.mutation import Kind, Mutant
from tests.benchmarks.planted.visits import Part, Visit, load_visits

if TYPE_CHECKING:
    from tests.benchmarks.planted.evaluate import Outcome


def main() -> None:
    options = _parser().parse_args()
    visits = load_visits(shared_data(), excerpts=True)
    if options.part:
        visits = [visit for visit in visits if visit.part in options.part]
    kinds = frozenset(map(Kind, options.kind)) if options.kind else frozenset(Kind)
    mutants = generate(visits, options.seed, kinds)
    if options.limit:
        mutants = random.Random(options.seed).sample(mutants, min(options.limit, len(mutants)))
    if options.show_mutants:
        show_mutants(mutants, options.show_mutants, options.seed)
        return
    report(run(visits, mutants, options.jobs), options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", action="append", choices=[kind.value for kind in Kind], help="only this; repeatable")
    parser.add_argument("--limit", type=int, default=0, help="at most so many mutants, drawn by chance")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", action="append", type=Part, choices=list(Part), help="only this; repeatable")
    parser.add_argument("--show-misses", type=int, default=0, metavar="N")
    parser.add_argument("--show-false", type=int, default=0, metavar="N")
    parser.add_argument("--show-mutants", type=int, default=0, metavar="N", help="print mutants, check nothing")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--json", action="store_true")
    return parser


def show_mutants(mutants: Sequence[Mutant], count: int, seed: int) -> None:
    """Print mutants as they are made, for judging whether each is a real error."""
    print(f"{len(mutants)} mutants")
    chosen = random.Random(seed).sample(mutants, min(count, len(mutants)))
    for mutant in sorted(chosen, key=lambda mutant: mutant.kind):
        print(f"[{mutant.kind}] {mutant.visit}\n  was  {mutant.original}\n  now  {mutant.text}")


def run(visits: Sequence[Visit], mutants: Sequence[Mutant], jobs: int) -> Outcome:
    """Check everything, in as many processes as asked for."""
    from tests.benchmarks.planted.evaluate import Outcome

    if jobs <= 1:
        return _part(visits, mutants)
    outcome = Outcome()
    parts = [visits[number::jobs] for number in range(jobs)]
    names = [{visit.name for visit in part} for part in parts]
    own = [[mutant for mutant in mutants if mutant.visit in of] for of in names]
    with ProcessPoolExecutor(jobs) as pool:
        for result in pool.map(_part, parts, own):
            outcome.add(result)
    return outcome


def _part(visits: Sequence[Visit], mutants: Sequence[Mutant]) -> Outcome:
    from engine.evidence.lexicons import load_lexicons
    from tests.benchmarks.planted.evaluate import evaluate

    return evaluate(visits, mutants, load_lexicons())


def report(outcome: Outcome, options: argparse.Namespace) -> None:
    """Print the figures of every part and together, and the cases asked for."""
    from tests.benchmarks.planted.report import show_false, show_misses, summary, table

    parts = {part.value: summary(outcome.of(part)) for part in Part if outcome.of(part).references}
    figures = parts | {"all": summary(outcome)}
    ms = sorted(outcome.ms)
    figures["ms"] = {"median": round(ms[len(ms) // 2], 2), "p95": round(ms[int(len(ms) * 0.95)], 2)}
    if options.json:
        print(json.dumps(figures, indent=1))
        return
    for name in [*parts, "all"]:
        print(table(name, figures[name]))
    print(f"time of a sentence: median {figures['ms']['median']} ms, p95 {figures['ms']['p95']} ms")
    if options.show_misses:
        print("\nmissed\n" + show_misses(outcome, options.show_misses, options.seed))
    if options.show_false:
        print("\nfalsely flagged\n" + show_false(outcome, options.show_false, options.seed))


if __name__ == "__main__":
    main()
