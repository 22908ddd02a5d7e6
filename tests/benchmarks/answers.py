"""Answers of the whole program to cpgqa's questions: right, supported, and refused where nothing here answers.

The library holds the opioid guideline's passages among other guidelines and answers of medquad; the same questions
are asked of a library without that guideline, where each ought to be refused. Exact match and F1 are SQuAD's
(normalised tokens, the span marked by the experts against the whole answer); recall is the share of the span's tokens
in the answer, fairer to answers in sentences.

Run: python -m tests.benchmarks.answers [--model ID] [--questions N] [--keep FILE.jsonl]
--keep writes each answer as it comes; a run that was cut off goes on from there.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
import statistics
import string
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct
from msgspec import json as msgspec_json

from engine.paths import Paths
from engine.types import Answer, DocumentState, Verdict
from engine.workspace import Workspace
from tests.benchmarks.common import PASSPHRASE, shared_data
from tests.benchmarks.retrieval import cpgqa, medquad_items

STARTER = "qwen2.5-coder-1.5b-instruct-q4_k_m"
MEDQUAD, GUIDELINES = 300, 12
SEED = 11
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


class Question(Struct, frozen=True):
    text: str
    span: str


class Asked(Struct, frozen=True):
    """One question asked of the library with (held) or without the guideline."""

    question: str
    held: bool
    span: str
    text: str
    answered: bool
    verdicts: list[str]
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=STARTER)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    data = shared_data()
    chosen = random.Random(SEED).sample(questions(data), options.questions)
    known = _kept(options.keep)
    for held in (False, True):
        left = [each for each in chosen if (each.text, held) not in known]
        for asked in ask(left, library_texts(data, held=held), options.model, held=held):
            known[asked.question, held] = asked
            if options.keep is not None:
                with options.keep.open("ab") as file:
                    file.write(msgspec_json.encode(asked) + b"\n")
            print(f"{len(known)} asked", file=sys.stderr, flush=True)
    wanted = {each.text for each in chosen}
    report([asked for asked in known.values() if asked.question in wanted], options.model)


def questions(data: Path) -> list[Question]:
    with (data / "cpgqa" / "cpgQA-v1.0.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["QUESTION"]: row["ANSWER"] for row in csv.DictReader(file)}
    return [Question(text, span) for text, span in rows.items()]


def library_texts(data: Path, *, held: bool) -> dict[str, str]:
    """File names and texts of the library, with the guideline (held) or without."""
    others = medquad_items(data, titles=True)[:MEDQUAD]
    texts = {f"{number} {each.title[:60]}.txt".replace("/", "-"): each.text for number, each in enumerate(others)}
    for file in sorted((data / "ngc_us_gov_guidelines").glob("*.md"))[:GUIDELINES]:
        texts[file.name] = file.read_text(encoding="utf-8")
    if held:
        passages = [each for each in cpgqa(data)[0] if each.key.startswith("cpgqa ")]
        texts |= {f"Opioid guideline, part {number}.txt": each.text for number, each in enumerate(passages, 1)}
    return texts


@contextmanager
def library_of(texts: dict[str, str]) -> Iterator[Workspace]:
    """A workspace made for these files alone, read and searchable."""
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder) / "in"
        files.mkdir()
        for name, text in texts.items():
            (files / name).write_text(text, encoding="utf-8")
        workspace = Workspace.create(Paths(data=Path(folder) / "data", models=Paths.default().models), PASSPHRASE)
        try:
            workspace.library.add([files])
            if not workspace.library.wait(3600):
                raise TimeoutError("the library was not read within an hour")
            workspace.library.wait_until_searchable()
            unread = [each for each in workspace.library.documents() if each.state is not DocumentState.READY]
            if unread or len(workspace.library.documents()) != len(set(texts.values())):
                raise RuntimeError(f"not everything was read: {[(each.name, each.error) for each in unread][:3]}")
            yield workspace
        finally:
            workspace.close()


def ask(chosen: Sequence[Question], texts: dict[str, str], model: str, *, held: bool) -> Iterator[Asked]:
    """Each question in a conversation of its own."""
    if not chosen:
        return
    with library_of(texts) as workspace:
        workspace.choose_model(model)
        for each in chosen:
            answer = workspace.assistant.ask(each.text).answer
            if answer is None:
                raise RuntimeError(f"no answer to {each.text!r}")
            yield _asked(each, answer, held=held)


def _asked(question: Question, answer: Answer, *, held: bool) -> Asked:
    verdicts = [each.verdict.value for each in answer.sentences if each.verdict is not None]
    seconds = answer.timings.total_ms / 1000
    return Asked(question.text, held, question.span, answer.text, answer.answered, verdicts, seconds)


def _kept(file: Path | None) -> dict[tuple[str, bool], Asked]:
    if file is None or not file.is_file():
        return {}
    kept = (msgspec_json.decode(line, type=Asked) for line in file.read_bytes().splitlines())
    return {(each.question, each.held): each for each in kept}


def tokens(text: str) -> list[str]:
    """SQuAD's normalisation: lower case, without punctuation and articles."""
    return _ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split()


def overlap(text: str, span: str) -> tuple[float, float]:
    """F1 and recall of the tokens of span in text."""
    said, wanted = tokens(text), tokens(span)
    common = sum((Counter(said) & Counter(wanted)).values())
    if not common:
        return 0.0, 0.0
    precision, recall = common / len(said), common / len(wanted)
    return 2 * precision * recall / (precision + recall), recall


def report(asked: Iterable[Asked], model: str) -> None:
    """Print the figures; answers that were wrongly refused count as wrong."""
    asked = list(asked)
    held, missing = [each for each in asked if each.held], [each for each in asked if not each.held]
    print(f"{model}: {len(held)} questions with the guideline, {len(missing)} without")
    if held:
        pairs = [overlap(each.text, each.span) if each.answered else (0.0, 0.0) for each in held]
        exact = statistics.mean(each.answered and tokens(each.text) == tokens(each.span) for each in held)
        print(f"  exact match {exact:.1%}, F1 {_mean(f1 for f1, _ in pairs)}, recall {_mean(r for _, r in pairs)}")
        answered = [each for each in held if each.answered]
        print(f"  wrongly refused {_mean(not each.answered for each in held)}")
        print(f"  fully supported, of those answered {_mean(_supported(each) for each in answered)}")
        verdicts = Counter(verdict for each in answered for verdict in each.verdicts)
        print(f"  sentences {json.dumps(verdicts)}; seconds a question {_median(held):.0f} (median)")
    if missing:
        print(f"  without the guideline refused {_mean(not each.answered for each in missing)}")
        for each in missing:
            if each.answered:
                print(f"    {each.question!r}\n      {each.text!r} {each.verdicts}")


def _supported(asked: Asked) -> bool:
    fine = {Verdict.SUPPORTED.value, Verdict.NO_CLAIM.value}
    return Verdict.SUPPORTED.value in asked.verdicts and set(asked.verdicts) <= fine


def _mean(values: Iterable[float]) -> str:
    return f"{statistics.mean([float(value) for value in values] or [0.0]):.1%}"


def _median(asked: Sequence[Asked]) -> float:
    return statistics.median(each.seconds for each in asked)


if __name__ == "__main__":
    main()
