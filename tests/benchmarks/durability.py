"""What a workspace survives: kills, a full and a failing disk, power cuts, torn logs.

Run: python -m tests.benchmarks.durability [--kills 1000] [--share 1.0] [--seed 1]
Needs Linux and a C compiler. Every acknowledged act must be there afterwards, nothing may be half there, the record
must verify, and a failing disk must be told in words. share: of the power cuts, which are three at each write point.
Exit status 1 where anything went wrong.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from tests.faults import trials
from tests.faults.laboratory import Laboratory
from tests.faults.trials import Bench

_ACTS = 8


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Laboratory(Path(folder)) as laboratory:

        def bench(name: str) -> Bench:
            return Bench(laboratory, Path(folder, name), seed=options.seed)

        failing = bench("failing")
        points = range(1, trials.write_points(failing, _ACTS, options.seed) + 1)
        chance = random.Random(options.seed)
        wrong = [
            tell("torn logs", trials.torn_logs(bench("torn"), _ACTS, options.seed)),
            tell("failing disk", trials.failures(failing, points, _ACTS, options.seed)),
            tell("power cuts", trials.power_cuts(bench("power"), _ACTS, options.seed, share=options.share)),
            # Every tenth time everything is looked at; each time the workspace opens to be worked in.
            tell("kills", trials.kills(bench("kills"), options.kills, chance, look=10)),
        ]
    return 1 if any(wrong) else 0


def tell(name: str, outcomes: Iterable[tuple[str, list[str]]]) -> int:
    """Print how many went wrong, and the first of them; returns how many."""
    begin, count, wrong = time.monotonic(), 0, 0
    for count, (case, problems) in enumerate(outcomes, start=1):  # noqa: B007 - counts
        if problems:
            wrong += 1
            if wrong <= 10:
                print(f"  {case}: {'; '.join(problems)}", flush=True)
    print(f"{name}: {count} cases, {wrong} went wrong, {time.monotonic() - begin:.0f} s", flush=True)
    return wrong


if __name__ == "__main__":
    sys.exit(main())
