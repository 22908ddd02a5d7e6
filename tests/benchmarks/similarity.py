"""Whether embeddings could tell sentences that are falsely "not found" from those that are rightly so.

For every sentence of the development part (see planted/visits.py) that is not found: the highest cosine to one, two or
three neighbouring segments of the transcript. Three groups: untouched sentences (false), invented findings and plans,
and sentences that were supported before a fact in them was changed. Then what a threshold would let through of each.
Needs the search model and some minutes.

Run: python -m tests.benchmarks.similarity
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from engine.evidence.checker import Checker
from engine.evidence.lexicons import load_lexicons
from engine.evidence.segments import read_segments
from engine.evidence.sentences import Span
from engine.memory.embedder import Embedder
from engine.models.service import Models
from engine.paths import Paths
from engine.settings import SettingsStore
from engine.types import Verdict
from tests.benchmarks.common import shared_data
from tests.benchmarks.planted.generate import generate
from tests.benchmarks.planted.mutation import Mutant
from tests.benchmarks.planted.visits import Part, Visit, load_visits

_UNTOUCHED, _INVENTED, _CHANGED = "untouched", "invented", "changed"


def main() -> None:
    paths = Paths.default()
    embedder = Embedder.load(Models(paths, SettingsStore(paths.settings_file)).embedding_path())
    lexicons = load_lexicons()
    visits = [v for v in load_visits(shared_data(), excerpts=True) if v.part is Part.DEVELOPMENT]
    mutants: dict[str, list[Mutant]] = defaultdict(list)
    for mutant in generate(visits, 1):
        mutants[mutant.visit].append(mutant)
    cosines: dict[str, list[float]] = defaultdict(list)
    for visit in visits:
        groups = not_found(visit, mutants[visit.name], Checker([visit.transcript], lexicons))
        said = [segment.text for segment in read_segments([visit.transcript], lexicons)]
        if not groups or not said:
            continue
        vectors = embedder.embed([" ".join(said[i : i + n]) for n in (1, 2, 3) for i in range(len(said) - n + 1)])
        best = (embedder.embed([text for _, text in groups]) @ vectors.T).max(axis=1)
        for (group, _), cosine in zip(groups, best, strict=True):
            cosines[group].append(float(cosine))
    report({group: np.array(values) for group, values in cosines.items()})


def not_found(visit: Visit, mutants: list[Mutant], checker: Checker) -> list[tuple[str, str]]:
    """The sentences that are not found, each with its group."""
    before = {span.start: checker.check_sentence(span).verdict for span in visit.claims}
    found = [(_UNTOUCHED, span.text) for span in visit.claims if before[span.start] is Verdict.NOT_FOUND]
    for mutant in mutants:
        if mutant.original and before[mutant.note_start] is not Verdict.SUPPORTED:
            continue
        span = Span(mutant.note_start, mutant.note_start + len(mutant.text), mutant.text)
        if checker.check_sentence(span).verdict is Verdict.NOT_FOUND:
            found.append((_CHANGED if mutant.original else _INVENTED, mutant.text))
    return found


def report(cosines: dict[str, NDArray[np.float64]]) -> None:
    """Print how far the groups lie apart, and what each threshold would let through."""
    untouched = cosines[_UNTOUCHED]
    for group in (_INVENTED, _CHANGED):
        above = float((untouched[:, None] > cosines[group][None]).mean())
        print(f"{len(untouched)} untouched above {len(cosines[group])} {group}: {above:.3f}")
    print(f"{'cosine':>8}" + "".join(f"{group:>12}" for group in cosines))
    for threshold in np.arange(0.4, 0.81, 0.05):
        print(f"{threshold:8.2f}" + "".join(f"{float((v >= threshold).mean()):12.1%}" for v in cosines.values()))


if __name__ == "__main__":
    main()
