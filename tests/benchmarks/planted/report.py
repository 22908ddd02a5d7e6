"""Tables and readable cases of an outcome."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

from engine.evidence.checker import CheckedSentence
from engine.types import Verdict
from tests.benchmarks.planted.evaluate import Outcome, Reference, Trial
from tests.benchmarks.planted.mutation import FITTING, Kind

_AROUND = 90  # characters of a quote that are shown before the words in question, twice as many after


def summary(outcome: Outcome) -> dict[str, Any]:
    """Counts and shares: per kind and over all, and of the untouched sentences."""
    kinds = {
        kind.value: _row(trials) for kind in Kind if (trials := [t for t in outcome.trials if t.mutant.kind is kind])
    }
    verdicts = Counter(item.checked.verdict for item in outcome.references)
    claims = sum(verdicts.values()) - verdicts[Verdict.NO_CLAIM]
    return {
        "mutants": _row(outcome.trials),
        "kinds": kinds,
        "references": {
            "sentences": sum(verdicts.values()),
            "claims": claims,
            "no_claim": verdicts[Verdict.NO_CLAIM],
            "differs": _share(verdicts[Verdict.DIFFERS], claims),
            "not_found": _share(verdicts[Verdict.NOT_FOUND], claims),
        },
    }


def _row(trials: Sequence[Trial]) -> dict[str, Any]:
    values = [trial for trial in trials if FITTING[trial.mutant.kind]]
    literal = [trial for trial in trials if trial.mutant.literal]
    clean = [trial for trial in trials if trial.before is Verdict.SUPPORTED]
    return {
        "count": len(trials),
        "caught": _share(sum(trial.caught for trial in trials), len(trials)),
        "named": _share(sum(trial.named for trial in values), len(values)),
        "literal": len(literal),
        "caught_of_literal": _share(sum(trial.caught for trial in literal), len(literal)),
        "was_supported": len(clean),
        "caught_of_supported": _share(sum(trial.caught for trial in clean), len(clean)),
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def table(name: str, figures: dict[str, Any]) -> str:
    """The summary as a table for reading."""
    lines = [
        f"{name}",
        f"  {'planted':18}{'mutants':>8}{'caught':>9}{'named':>9}"
        f"{'literal':>9}{'caught':>9}{'supported':>11}{'caught':>9}",
    ]
    for kind, row in [*figures["kinds"].items(), ("all", figures["mutants"])]:
        lines.append(
            f"  {kind:18}{row['count']:8}{_percent(row['caught'])}{_percent(row['named'])}{row['literal']:9}"
            f"{_percent(row['caught_of_literal'])}{row['was_supported']:11}{_percent(row['caught_of_supported'])}"
        )
    refs = figures["references"]
    lines.append(
        f"  untouched: {refs['sentences']} sentences, {refs['claims']} with a claim; falsely"
        f" differs {_percent(refs['differs']).strip()}, not found {_percent(refs['not_found']).strip()}"
    )
    return "\n".join(lines)


def _percent(share: float | None) -> str:
    return "        –" if share is None else f"{share:9.1%}"


def show_misses(outcome: Outcome, count: int, seed: int) -> str:
    """Mutants that went through, for reading by eye."""
    missed = [trial for trial in outcome.trials if not trial.caught]
    chosen = random.Random(seed).sample(missed, min(count, len(missed)))
    return "\n\n".join(
        f"[{trial.mutant.kind}] {trial.mutant.visit}\n  was  {trial.mutant.original}\n  now  {trial.mutant.text}\n"
        + _judgement(trial.checked)
        for trial in sorted(chosen, key=lambda trial: trial.mutant.kind)
    )


def show_false(outcome: Outcome, count: int, seed: int) -> str:
    """Untouched sentences that were flagged, the ones that differ first, for reading by eye."""

    def flagged(verdict: Verdict) -> list[Reference]:
        return [item for item in outcome.references if item.checked.verdict is verdict]

    chance = random.Random(seed)
    differs, missing = flagged(Verdict.DIFFERS), flagged(Verdict.NOT_FOUND)
    chosen = chance.sample(differs, min(count, len(differs)))
    chosen += chance.sample(missing, min(count - len(chosen), len(missing)))
    return "\n\n".join(f"{item.visit}  {item.checked.text}\n{_judgement(item.checked)}" for item in chosen)


def _judgement(checked: CheckedSentence) -> str:
    lines = [f"  → {checked.verdict}"]
    lines += [f"    {f.kind}: said “{f.said}”, source “{f.source}”" for f in checked.findings]
    places = {f.evidence: f.source_start for f in reversed(checked.findings) if f.source}
    for number, item in enumerate(checked.evidence):
        centre = places.get(number, item.start) - item.start
        quote = item.quote[max(0, centre - _AROUND) : centre + 2 * _AROUND]
        lines.append(f"    from “{' '.join(quote.split())}” ({item.score:.2f})")
    return "\n".join(lines)
