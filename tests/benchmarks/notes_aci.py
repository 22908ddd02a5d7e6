"""Whole notes from whole visits: ROUGE against clinicians' notes, what is omitted, and what is not borne out.

Each visit is drafted as the program drafts it, with the starter model. Beside it stand the published systems' notes of
the same visits, and with --once the same model's answer to one prompt with the whole transcript. ROUGE is
rouge_score's, without stemming, mean F1 of all visits that were drafted. unsupported: sentences that the check does not
hold to be borne out, in what the model wrote (before) and in the note as shown (after); each is marked there.

Run: python -m tests.benchmarks.notes_aci [--set test1|valid] [--count N] [--once] [--transcripts FILE.csv] [--out DIR]
Finished visits are kept in DIR and not drafted again.
"""

from __future__ import annotations

import argparse
import csv
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, field

from engine.cancellation import CancelToken
from engine.inference.client import LlamaBackend
from engine.inference.templates import find_template
from engine.models.chat_model import ChatModel
from engine.models.service import Models
from engine.paths import Paths
from engine.scribe.checking import NoteCheck, is_supported
from engine.scribe.scribe import Scribe
from engine.scribe.spoken import Spoken
from engine.scribe.templates import builtin_template
from engine.settings import SettingsStore
from engine.types import Note, NoteTemplate, Sampling, Transcript, Utterance
from engine.workers.client import WorkerClient
from engine.workers.roles import Role
from tests.benchmarks.common import shared_data

_FILES = {"valid": "valid.csv", "test1": "clinicalnlp_taskB_test1.csv"}
_PUBLISHED = {
    "GPT-4": "test1GPT-4_.csv",
    "ChatGPT": "test1ChatGPT_.csv",
    "BART by section": "bart-large-xsum-samsum_clinicalnlp_taskB_test1_division_combined.csv",
    "first 12 turns": "12_doctor_turns_clinicalnlp_taskB_test1.csv",
}
_TURN = re.compile(r"^\s*\[([^\]]+)\]\s*(.*)$")
_ONCE = (
    "Write a medical note of this visit with the sections history of present illness, physical exam, results, and "
    "assessment and plan."
)
METRICS = ("rouge1", "rouge2", "rougeLsum")


class Drafted(Struct):
    """One visit's outcome."""

    id: str
    text: str
    rouge: list[float]
    sentences: int
    removed: int
    marked: int
    omissions: int
    seconds: float
    tokens_per_s: float
    once: str = ""
    once_rouge: list[float] = field(default_factory=list)
    once_sentences: int = 0
    once_unsupported: int = 0


def main() -> None:
    args = _arguments()
    folder = shared_data() / "aci_bench"
    rows = rows_of(folder / _FILES[args.set])
    dialogues = {
        row["encounter_id"]: row["dialogue"] for row in rows_of(folder / (args.transcripts or _FILES[args.set]))
    }
    rows = [row for row in rows if row["encounter_id"] in dialogues]
    chosen = spread(rows, args.count) if args.count else rows
    template = builtin_template("visit")
    assert template is not None
    args.out.mkdir(parents=True, exist_ok=True)
    drafted = []
    with scribe_and_chat(args.model) as (scribe, chat):
        for row in chosen:
            kept = args.out / f"{row['encounter_id']}.json"
            if kept.exists():
                drafted.append(msgspec.json.decode(kept.read_bytes(), type=Drafted))
                continue
            said = transcript_of(dialogues[row["encounter_id"]])
            done = draft(scribe, template, said, row)
            if args.once:
                _prompt_once(chat, said, row, done)
            kept.write_bytes(msgspec.json.encode(done))
            drafted.append(done)
            print(f"{done.id} {_figures(done.rouge)} {done.seconds:.0f} s {_figures(done.once_rouge)}", flush=True)
    _report(drafted, chosen, folder / "published_predictions_test1" if args.set == "test1" else None)


def draft(scribe: Scribe, template: NoteTemplate, said: Transcript, row: dict[str, str]) -> Drafted:
    """Draft one visit and hold it against its clinician's note."""
    begun = time.monotonic()
    note = scribe.draft(said, template)
    seconds = time.monotonic() - begun
    sentences = [sentence for section in note.sections for sentence in section.sentences]
    text = note_text(note)
    return Drafted(
        id=row["encounter_id"],
        text=text,
        rouge=rouge(row["note"], text),
        sentences=len(sentences),
        removed=len(note.removed),
        marked=sum(not is_supported(sentence) for sentence in sentences),
        omissions=len(note.omissions),
        seconds=seconds,
        tokens_per_s=note.timings.tokens_per_s,
    )


def _prompt_once(chat: ChatModel, said: Transcript, row: dict[str, str], done: Drafted) -> None:
    """The same model, asked once with the whole transcript."""
    cancel = CancelToken()
    with chat.alone(cancel):
        loaded, _, name = chat.ready()
        template = find_template(loaded.chat_template, name)
        talk = "\n".join(f"{each.speaker}: {each.text}" for each in said.utterances)
        prompt = template.chat("You are a medical scribe.", [(f"{talk}\n\n{_ONCE}", None)])
        written = chat.backend.generate(prompt, Sampling(max_tokens=900), stop=template.stop, cancel=cancel)
    from engine.evidence.lexicons import load_lexicons

    checked = NoteCheck(Spoken(said, load_lexicons())).sentences(written.text)
    done.once, done.once_rouge = written.text, rouge(row["note"], written.text)
    done.once_sentences = len(checked)
    done.once_unsupported = sum(not is_supported(sentence) for sentence in checked)


def _report(drafted: Sequence[Drafted], rows: Sequence[dict[str, str]], published: Path | None) -> None:
    count = len(drafted)
    print(f"\n{count} visits; ROUGE-1/2/Lsum")
    print(f"{'this program':20}{_figures(mean([each.rouge for each in drafted]))}")
    once = [each for each in drafted if each.once_rouge]
    if once:
        print(f"{'same, one prompt':20}{_figures(mean([each.once_rouge for each in once]))}  ({len(once)} visits)")
        share = sum(each.once_unsupported for each in once) / max(1, sum(each.once_sentences for each in once))
        print(f"{'':20}{share:.1%} of its sentences are not borne out")
    for name, file in _PUBLISHED.items() if published else ():
        notes = {row["encounter_id"]: row["note"] for row in rows_of(published / file)}  # type: ignore[operator]
        known = [rouge(row["note"], notes[row["encounter_id"]]) for row in rows if row["encounter_id"] in notes]
        print(f"{name:20}{_figures(mean(known))}  ({len(known)} of the same visits)")
    sentences, removed = sum(each.sentences for each in drafted), sum(each.removed for each in drafted)
    marked = sum(each.marked for each in drafted)
    print(f"sentences per note {sentences / count:.1f}; unsupported before the check {(removed + marked) / count:.2f},")
    omissions = sum(each.omissions for each in drafted)
    print(f"after it {marked / count:.2f} a note, all marked; omissions named {omissions / count:.1f}")
    print(f"seconds per note {sum(each.seconds for each in drafted) / count:.0f}")


def mean(values: Sequence[Sequence[float]]) -> list[float]:
    return [sum(column) / len(column) for column in zip(*values, strict=True)] if values else []


def _figures(values: Sequence[float]) -> str:
    return "/".join(f"{value:.2f}" for value in values)


def note_text(note: Note) -> str:
    return "\n\n".join(f"{section.title.upper()}\n\n{section.text}" for section in note.sections if section.text)


def rouge(reference: str, text: str) -> list[float]:
    from rouge_score.rouge_scorer import RougeScorer

    scores: dict[str, Any] = RougeScorer(list(METRICS), use_stemmer=False).score(reference, text)
    return [100 * scores[name].fmeasure for name in METRICS]


def transcript_of(dialogue: str) -> Transcript:
    """ "[doctor] words" lines; a line without a speaker goes on with the one above."""
    turns: list[list[str]] = []
    for line in dialogue.splitlines():
        match = _TURN.match(line)
        if match:
            turns.append([match[1], match[2]])
        elif turns and line.strip():
            turns[-1][1] += " " + line.strip()
    return Transcript([Utterance(n, speaker, words) for n, (speaker, words) in enumerate(turns, start=1)])


def spread(rows: Sequence[dict[str, str]], count: int) -> list[dict[str, str]]:
    """So many of the rows, evenly from all of them: the sets are in groups."""
    return [rows[at * len(rows) // count] for at in range(min(count, len(rows)))]


@contextmanager
def scribe_and_chat(model: str = "") -> Iterator[tuple[Scribe, ChatModel]]:
    paths = Paths.default()
    models = Models(paths, SettingsStore(paths.settings_file))
    worker = WorkerClient(Role.INFERENCE)
    chat = ChatModel(models, LlamaBackend(worker, paths.models / "devices.json"))
    chat.choose(model or models.starter().id)
    try:
        yield Scribe(chat), chat
    finally:
        worker.close()


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", choices=sorted(_FILES), default="test1")
    parser.add_argument("--count", type=int, default=0, help="so many visits, evenly from all; 0: all")
    parser.add_argument("--once", action="store_true", help="also the same model with one prompt")
    parser.add_argument("--transcripts", default="", help="another file of the set with the same visits' dialogues")
    parser.add_argument("--model", default="", help="id of an installed chat model (the starter model)")
    parser.add_argument("--out", type=Path, required=True, help="folder for finished visits")
    return parser.parse_args()


if __name__ == "__main__":
    main()
