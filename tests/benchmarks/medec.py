"""Notes with one wrong sentence, checked against the corrected note: medec_ms.

found: the wrong sentence differs or is not found. differs: it differs, with a finding. Flags on the other sentences,
which stand word for word in the source, are false. Two thirds of the errors are other diagnoses, organisms or
treatments; the rest are values and findings.

Run: python -m tests.benchmarks.medec [--limit N] [--show-misses N] [--show-false N] [--json]
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import defaultdict
from dataclasses import dataclass

from engine.evidence.checker import CheckedSentence, Checker
from engine.evidence.lexicons import load_lexicons
from engine.evidence.sources import SourceText
from engine.types import Verdict
from tests.benchmarks.common import shared_data

_FILE = "MEDEC-MS-ValidationSet-with-GroundTruth-and-ErrorType.csv"
_FLAGS = (Verdict.DIFFERS, Verdict.NOT_FOUND)


@dataclass(frozen=True)
class Result:
    """A note: what the checker made of the wrong sentence, and of the others."""

    kind: str
    wrong: list[CheckedSentence]
    corrected: str
    others: list[CheckedSentence]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--show-misses", type=int, default=0)
    parser.add_argument("--show-false", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with (shared_data() / "medec_ms" / _FILE).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["Error Flag"] == "1"]
    lexicons = load_lexicons()
    results = []
    for row in rows[: options.limit or None]:
        checker = Checker([SourceText(name="corrected note", text=row["Corrected Text"])], lexicons)
        results.append(result_of(row, checker.check(row["Text"])))
    figures = summary(results)
    print(json.dumps(figures) if options.json else table(figures))
    show(results, options.show_misses, options.show_false)


def result_of(row: dict[str, str], checked: list[CheckedSentence]) -> Result:
    """Tell the wrong sentence from the others by its place in the note."""
    text, wrong = row["Text"], row["Error Sentence"].strip()
    start = text.find(wrong)
    if start < 0:  # the set's own sentences differ from the note in white space
        start = text.find(wrong[:20])
    end = start + len(wrong)
    hit = [item for item in checked if item.start < end - 1 and start < item.end - 1]
    return Result(row["Error Type"], hit, row["Corrected Sentence"], [item for item in checked if item not in hit])


def summary(results: list[Result]) -> dict[str, object]:
    """Shares over all notes and by kind of error."""
    others = [item for result in results for item in result.others]
    kinds: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        kinds[result.kind].append(result)
    return {
        "notes": len(results),
        "found": share(results, _FLAGS),
        "differs": share(results, (Verdict.DIFFERS,)),
        "kinds": {kind: {"notes": len(of), "found": share(of, _FLAGS)} for kind, of in sorted(kinds.items())},
        "other_sentences": len(others),
        "false_flags": round(sum(item.verdict in _FLAGS for item in others) / max(1, len(others)), 4),
    }


def share(results: list[Result], verdicts: tuple[Verdict, ...]) -> float:
    return round(sum(any(i.verdict in verdicts for i in r.wrong) for r in results) / max(1, len(results)), 4)


def table(figures: dict[str, object]) -> str:
    """The figures for reading."""
    lines = [f"{figures['notes']} notes: found {figures['found']:.1%}, as a difference {figures['differs']:.1%}"]
    kinds = figures["kinds"]
    assert isinstance(kinds, dict)
    lines += [f"  {kind:20}{row['notes']:5}  found {row['found']:.1%}" for kind, row in kinds.items()]
    lines.append(f"{figures['other_sentences']} other sentences: falsely flagged {figures['false_flags']:.2%}")
    return "\n".join(lines)


def show(results: list[Result], misses: int, false: int) -> None:
    """Print missed and falsely flagged sentences for reading by eye."""
    missed = [result for result in results if not any(item.verdict in _FLAGS for item in result.wrong)]
    for result in missed[:misses]:
        print(f"\n[{result.kind}] {' | '.join(item.text for item in result.wrong)}\n  right: {result.corrected}")
    flagged = [item for result in results for item in result.others if item.verdict in _FLAGS]
    for item in flagged[:false]:
        print(f"\n{item.verdict}: {item.text}")
        print("\n".join(f"    {found.kind}: “{found.said}” / “{found.source}”" for found in item.findings))


if __name__ == "__main__":
    main()
