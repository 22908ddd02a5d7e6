"""How often a statement gets its source, and how often a wrong one: expert-checked answers of cpgqa as statements.

with: the five best passages of the program's own search, which hold the answer nearly always; a source is right where
it overlaps the answer in its passage or quotes the same words elsewhere. without: the passages that hold the answer's
very words are taken away. altered: a number of the answer is changed; the original may not be named.

Run: python -m tests.benchmarks.citations [--vectors FILE.npz]
"""

from __future__ import annotations

import argparse
import csv
import re
import tempfile
from pathlib import Path

from engine.evidence.matching import match_sentence
from engine.memory.client import MemoryClient
from engine.models.service import Models
from engine.paths import Paths
from engine.settings import SettingsStore
from engine.types import Hit, Source
from engine.workers.client import WorkerClient
from engine.workers.roles import Role
from tests.benchmarks.common import shared_data
from tests.benchmarks.retrieval import Library, Vectors, cpgqa

PASSAGES = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vectors", type=Path)
    options = parser.parse_args()
    data = shared_data()
    with (data / "cpgqa" / "cpgQA-v1.0.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    paths = Paths.default()
    worker = WorkerClient(Role.MEMORY)
    memory = MemoryClient(worker, Models(paths, SettingsStore(paths.settings_file)).embedding_path)
    try:
        with tempfile.TemporaryDirectory() as folder:
            library = Library(cpgqa(data)[0], memory, Vectors(memory, options.vectors), Path(folder))
            found = [(row, library.search.search(row["QUESTION"], PASSAGES).hits) for row in rows]
            library.close()
    finally:
        worker.close()
    report(found)


def report(found: list[tuple[dict[str, str], list[Hit]]]) -> None:
    long_enough = [(row, hits) for row, hits in found if len(row["ANSWER"].split()) >= 4]
    held, named, right, wrong_without, altered, caught = 0, 0, 0, 0, 0, 0
    for row, hits in long_enough:
        answer = row["ANSWER"].strip()
        own = [hit for hit in hits if hit.passage.text in row["CONTEXT"]]
        others = [hit for hit in hits if hit not in own and plain(answer) not in plain(hit.passage.text)]
        wrong_without += bool(sources(answer, others))
        if not any(answer in hit.passage.text for hit in own):
            continue
        held += 1
        matched = sources(answer, hits)
        named += bool(matched)
        right += bool(matched) and overlaps(matched[0], answer, own)
        changed = re.sub(r"\d+", lambda number: str(int(number[0]) + 3), answer, count=1)
        if changed != answer:
            altered += 1
            caught += not any(overlaps(source, answer, own) for source in sources(changed, hits))
    print(f"answers of four words or more: {len(long_enough)}; in one of the {PASSAGES} passages: {held}")
    print(f"with the passage:    source named {named / held:.1%}; of these the first is right {right / named:.1%}")
    print(f"without it:          source named {wrong_without / len(long_enough):.1%}")
    print(f"a number changed:    {altered} answers, the original not named {caught / altered:.1%}")


def sources(answer: str, hits: list[Hit]) -> list[Source]:
    return match_sentence(answer, hits, lambda *_: None)


def overlaps(source: Source, answer: str, own: list[Hit]) -> bool:
    """Whether the source quotes part of the answer where the experts marked it, or says the same words elsewhere."""
    for hit in own:
        if hit.passage.document_id == source.document_id and answer in hit.passage.text:
            start = hit.passage.start + hit.passage.text.index(answer)
            if source.start < start + len(answer) and start < source.end:
                return True
    return plain(answer) in plain(source.quote)


def plain(text: str) -> str:
    """Words and numbers only, so that line breaks and spaces do not count."""
    return " ".join(re.findall(r"\w+", text.lower()))


if __name__ == "__main__":
    main()
