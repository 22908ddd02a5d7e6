"""Amounts planted in sentences of written guidelines: does the check of an answer see them?

Each sentence with an amount is held against the five passages around it, as an answer's sentence is: as it stands, with
the amount of another sentence of these passages in its place ("swapped"), and ten times as much ("tenfold"). A swapped
amount is the hard case, since the passages do say it, of something else.

Run: python -m tests.benchmarks.planted_amounts [--documents N] [--show N]
"""

from __future__ import annotations

import argparse
import csv
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from engine.assistant.checking import AnswerCheck
from engine.evidence.lexicons import Lexicons, load_lexicons
from engine.evidence.measures import Quantity
from engine.evidence.reading import read_statements
from engine.evidence.sentences import Span, split_sentences
from engine.evidence.statements import Statements
from engine.types import Hit, Passage, Sentence, Verdict
from tests.benchmarks.common import shared_data

ROOT = Path(__file__).parents[2]
PASSAGES, CHARACTERS = 5, 1200
SEED = 3


class Case(Struct, frozen=True):
    kind: str
    text: str
    was: str
    passages: list[str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=40, help="guidelines read (40), besides the samples and cpgqa")
    parser.add_argument("--show", type=int, default=0, help="print so many of each kind that went wrong")
    options = parser.parse_args()
    lexicons, chance = load_lexicons(), random.Random(SEED)
    verdicts: dict[str, Counter[Verdict]] = {"untouched": Counter(), "swapped": Counter(), "tenfold": Counter()}
    for text in documents(shared_data(), options.documents):
        for case in cases(text, lexicons, chance):
            checked = check(case, lexicons)
            verdict = checked.verdict or Verdict.NO_CLAIM
            verdicts[case.kind][verdict] += 1
            wrong = (verdict is Verdict.SUPPORTED) == (case.kind != "untouched")
            if wrong and verdicts[case.kind][verdict] <= options.show:
                print(f"{case.kind} {verdict}: {case.text!r} was {case.was!r}\n   {checked.findings}")
    for kind, counts in verdicts.items():
        whole = counts.total() or 1
        shares = ", ".join(f"{verdict.value} {count / whole:.1%}" for verdict, count in counts.most_common())
        print(f"{kind:10} {whole:5} sentences: {shares}")


def documents(data: Path, count: int) -> Iterator[str]:
    """The samples, the passages of cpgqa, and guidelines."""
    for path in sorted((ROOT / "resources/samples/source").glob("*.md")):
        yield path.read_text(encoding="utf-8")
    with (data / "cpgqa" / "cpgQA-v1.0.csv").open(encoding="utf-8", newline="") as file:
        yield "\n\n".join(dict.fromkeys(row["CONTEXT"].strip() for row in csv.DictReader(file)))
    for path in sorted((data / "ngc_us_gov_guidelines").glob("*.md"))[:count]:
        yield path.read_text(encoding="utf-8")


def cases(text: str, lexicons: Lexicons, chance: random.Random) -> Iterator[Case]:
    """The sentences of every five passages, untouched and changed; each sentence once."""
    passages = [text[start : start + CHARACTERS] for start in range(0, len(text), CHARACTERS)]
    for first in range(0, len(passages), PASSAGES):
        window = passages[first : first + PASSAGES]
        read = [
            (span, read_statements(span.text, lexicons))
            for passage in window
            for span in split_sentences(passage)[1:-1]  # those at its ends may be cut
            if " | " not in span.text
        ]
        amounts = [(claim, each) for _, claim in read for each in claim.quantities if _fit(each)]
        for span, claim in read:
            own = [each for each in claim.quantities if _fit(each)]
            if own:
                yield from _changed(span, claim, chance.choice(own), amounts, window, chance)


def _fit(quantity: Quantity) -> bool:
    return quantity.unit not in ("", "date", "ratio", "age") and quantity.low == quantity.high > 0


def _changed(
    span: Span,
    claim: Statements,
    quantity: Quantity,
    amounts: list[tuple[Statements, Quantity]],
    window: list[str],
    chance: random.Random,
) -> Iterator[Case]:
    start, end = claim.start(quantity.first), claim.end(quantity.last)
    yield Case("untouched", span.text, "", window)
    others = [
        source.words(each.first, each.last)
        for source, each in amounts
        if source is not claim and each.unit == quantity.unit and not any(each.equals(own) for own in claim.quantities)
    ]
    if others:
        yield Case("swapped", span.text[:start] + chance.choice(others) + span.text[end:], span.text, window)
    said = span.text[start:end]
    figure = f"{quantity.low:g}"
    if said.startswith(figure) and not any(quantity.low * 10 == each.low for each in claim.quantities):
        yield Case(
            "tenfold", f"{span.text[:start]}{quantity.low * 10:g}{said[len(figure) :]}{span.text[end:]}", said, window
        )


def check(case: Case, lexicons: Lexicons) -> Sentence:
    hits = [
        Hit(number, Passage(number, 1, "guideline", None, "", text, 0, len(text)), 1.0)
        for number, text in enumerate(case.passages, start=1)
    ]
    spans = split_sentences(case.text)
    checker = AnswerCheck(hits, lambda _document, _offset: None, lexicons)
    return checker(Span(0, len(case.text), case.text) if len(spans) != 1 else spans[0])


if __name__ == "__main__":
    main()
