"""How long acts on a visit take while there are many: python -m tests.benchmarks.visit_edits [--visits N] [--words N].

No model is needed: a note is checked without one. Times are milliseconds of whole calls of the service, each durable on
disk when it returns.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from engine.paths import Paths
from engine.types import VisitFilter
from engine.workspace import Workspace

_SAID = (
    "I have had a sore throat and a fever for three days.",
    "No, no cough, but it hurts to swallow.",
    "I take metformin 500 mg twice a day.",
    "Your blood pressure is 140 over 90.",
    "My left knee hurts when I climb stairs.",
    "We will order an x-ray of the knee.",
    "Are you allergic to anything?",
    "Yes, I am allergic to penicillin, I got a rash.",
    "My mother had a stroke when she was sixty.",
    "Please come back in two weeks if it is not better.",
)
_NOTE = "Sore throat and fever for three days. No cough. Takes metformin 500 mg twice a day. Left knee pain on stairs."


def talk(chance: random.Random, words: int) -> str:
    lines: list[str] = []
    count = 0
    while count < words:
        said = " ".join(chance.sample(_SAID, 2))
        lines.append(f"{('Doctor', 'Patient')[len(lines) % 2]}: {said}")
        count += len(said.split())
    return "\n".join(lines)


def measure(name: str, act: Callable[[int], object], times: int) -> None:
    taken = []
    for number in range(times):
        begun = time.perf_counter()
        act(number)
        taken.append((time.perf_counter() - begun) * 1000)
    rest = taken[1:] or taken
    print(f"{name:<42} first {taken[0]:7.1f}   median {statistics.median(rest):7.1f}   longest {max(rest):7.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=1000)
    parser.add_argument("--words", type=int, default=2500, help="of the visit that is worked on; others have a half")
    arguments = parser.parse_args()
    chance = random.Random(7)
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.create(Paths(Path(folder), Path(folder) / "models"), "a passphrase for this")
        visits = workspace.visits
        begun = time.perf_counter()
        for number in range(arguments.visits):
            visits.paste(visits.new(patient=f"Patient {number}").id, talk(chance, arguments.words // 2))
        each_ms = (time.perf_counter() - begun) * 1000 / arguments.visits
        print(f"{arguments.visits} visits begun and pasted, {each_ms:.1f} ms each")
        visit_id = visits.new(patient="Ann Example").id
        visits.paste(visit_id, talk(chance, arguments.words))
        texts = [_NOTE]
        for number in range(40):
            texts.append(f"{texts[-1]} More of it {number}.")
        measure(
            "a pause in typing: stored and checked", lambda n: visits.edit_section(visit_id, "history", texts[n]), 40
        )
        measure(
            "words of the transcript corrected", lambda n: visits.edit_utterance(visit_id, 4, text=f"Well {n}."), 15
        )
        measure("opened", lambda _n: visits.get(visit_id), 20)
        measure("listed, all", lambda _n: visits.list(), 20)
        measure("searched, two words", lambda _n: visits.list(VisitFilter(query="patient 77")), 20)
        measure("searched, words of every visit", lambda _n: visits.list(VisitFilter(query="knee fever")), 20)
        size = workspace.vault().size / 2**20
        print(f"workspace: {size:.0f} MB")
        workspace.close()


if __name__ == "__main__":
    main()
