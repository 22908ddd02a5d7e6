"""What the benchmarks of notes share: the model, ROUGE, and drafted notes that are kept whole in a folder.

A kept draft holds the transcript, the whole note and the clinician's text, so that it can be read by eye, scored and
checked anew without the model (notes_read.py).
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from engine.inference.client import LlamaBackend
from engine.models.chat_model import ChatModel
from engine.models.service import Models
from engine.paths import Paths
from engine.scribe.checking import is_supported
from engine.scribe.scribe import Scribe
from engine.settings import SettingsStore
from engine.types import Note, NoteSentence, NoteTemplate, Transcript
from engine.workers.client import WorkerClient
from engine.workers.roles import Role

METRICS = ("rouge1", "rouge2", "rougeLsum")
ACI_FILES = {"valid": "valid.csv", "test1": "clinicalnlp_taskB_test1.csv"}
Row = dict[str, str]
T = TypeVar("T")


class Case(Struct):
    """One visit. reference: what a clinician wrote of it."""

    id: str
    said: Transcript
    reference: str


class Drafted(Case):
    """A visit with the note that the program drafted of it."""

    note: Note
    seconds: float

    @property
    def sentences(self) -> list[NoteSentence]:
        return [sentence for section in self.note.sections for sentence in section.sentences]

    @property
    def marked(self) -> int:
        """Sentences that are shown with a mark: the check does not hold them to be borne out."""
        return sum(not is_supported(sentence) for sentence in self.sentences)

    def text(self, *, titles: bool = True) -> str:
        sections = [section for section in self.note.sections if section.text]
        return "\n\n".join(f"{each.title.upper()}\n\n{each.text}" if titles else each.text for each in sections)


def drafted_once(out: Path, scribe: Scribe, template: NoteTemplate, case: Case) -> Drafted:
    """A visit as the program drafts it: the draft that is in the folder already, or else a new one, put there."""
    kept = out / f"{case.id}.json"
    if kept.exists():
        return msgspec.json.decode(kept.read_bytes(), type=Drafted)
    begun = time.monotonic()
    note = scribe.draft(case.said, template)
    done = Drafted(case.id, case.said, case.reference, note, time.monotonic() - begun)
    out.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(".part")
    part.write_bytes(msgspec.json.format(msgspec.json.encode(done)))
    part.replace(kept)
    return done


def print_checks(drafted: Sequence[Drafted]) -> None:
    """Means of what the check says, and of the time; nothing for no notes."""
    count = len(drafted)
    if not count:
        return
    sentences, removed = sum(len(each.sentences) for each in drafted), sum(len(each.note.removed) for each in drafted)
    marked, omissions = sum(each.marked for each in drafted), sum(len(each.note.omissions) for each in drafted)
    print(f"sentences per note {sentences / count:.1f}; unsupported before the check {(removed + marked) / count:.2f},")
    print(f"after it {marked / count:.2f} a note, all marked; omissions named {omissions / count:.1f}")
    print(f"seconds per note {sum(each.seconds for each in drafted) / count:.0f}")


def rouge(reference: str, text: str) -> list[float]:
    """F1 of METRICS in percent, without stemming."""
    from rouge_score.rouge_scorer import RougeScorer

    scores: dict[str, Any] = RougeScorer(list(METRICS), use_stemmer=False).score(reference, text)
    return [100 * scores[name].fmeasure for name in METRICS]


def mean(values: Sequence[Sequence[float]]) -> list[float]:
    return [sum(column) / len(column) for column in zip(*values, strict=True)] if values else []


def figures(values: Sequence[float]) -> str:
    return "/".join(f"{value:.2f}" for value in values)


def spread(rows: Sequence[T], count: int) -> list[T]:
    """So many of the rows, evenly from all of them, since the sets are in groups; 0: all."""
    return [rows[at * len(rows) // count] for at in range(min(count, len(rows)))] if count else list(rows)


@contextmanager
def scribe_and_chat(model: str = "") -> Iterator[tuple[Scribe, ChatModel]]:
    """The program's scribe with an installed chat model; model: its id, else the starter model."""
    paths = Paths.default()
    models = Models(paths, SettingsStore(paths.settings_file))
    worker = WorkerClient(Role.INFERENCE)
    chat = ChatModel(models, LlamaBackend(worker, paths.models / "devices.json"))
    chat.choose(model or models.starter().id)
    try:
        yield Scribe(chat), chat
    finally:
        worker.close()


def rows_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def arguments(text: str | None, sets: Mapping[str, str] | None = None, usual: str = "") -> argparse.ArgumentParser:
    """The options that all of these benchmarks have. sets: those to choose from."""
    parser = argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
    if sets:
        parser.add_argument("--set", choices=sorted(sets), default=usual)
    parser.add_argument("--count", type=int, default=0, help="so many visits, evenly from all; 0: all")
    parser.add_argument("--model", default="", help="id of an installed chat model (the starter model)")
    parser.add_argument("--out", type=Path, required=True, help="folder for finished visits")
    return parser
