"""Whole notes from whole visits: ROUGE against clinicians' notes, what is omitted, and what is not borne out.

Each visit is drafted as the program drafts it, with the starter model. Beside it stand the published systems' notes of
the same visits, and with --once the same model's answer to one prompt with the whole transcript. ROUGE is
rouge_score's, without stemming, mean F1 of all visits that were drafted. unsupported: sentences that the check does not
hold to be borne out, in what the model wrote (before) and in the note as shown (after); each is marked there.

Run: python -m tests.benchmarks.notes_aci [--set test1|valid] [--count N] [--once] [--transcripts FILE.csv] --out DIR
Finished visits are kept in DIR whole and not drafted again; notes_read.py shows them. --transcripts
src_test1_aci_asr.csv and src_test1_aci_asrcorr.csv have the same visits with recognition errors and without.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from engine.cancellation import CancelToken
from engine.documents.transcript_file import parse
from engine.inference.templates import find_template
from engine.models.chat_model import ChatModel
from engine.scribe.checking import NoteCheck, is_supported
from engine.scribe.spoken import Spoken
from engine.scribe.templates import builtin_template
from engine.types import Sampling
from tests.benchmarks.common import shared_data
from tests.benchmarks.notes_common import (
    ACI_FILES,
    Case,
    Drafted,
    Row,
    arguments,
    drafted_once,
    figures,
    mean,
    print_checks,
    rouge,
    rows_of,
    scribe_and_chat,
    spread,
)

_PUBLISHED = {
    "GPT-4": "test1GPT-4_.csv",
    "ChatGPT": "test1ChatGPT_.csv",
    "BART by section": "bart-large-xsum-samsum_clinicalnlp_taskB_test1_division_combined.csv",
    "first 12 turns": "12_doctor_turns_clinicalnlp_taskB_test1.csv",
}
_ONCE = (
    "Write a medical note of this visit with the sections history of present illness, physical exam, results, and "
    "assessment and plan."
)


class Once(Struct):
    """What the model wrote when it was asked once."""

    text: str
    sentences: int
    unsupported: int


def main() -> None:
    parser = arguments(__doc__, ACI_FILES, "test1")
    parser.add_argument("--once", action="store_true", help="also the same model with one prompt")
    parser.add_argument("--transcripts", default="", help="another file of the set with visits and their notes")
    args = parser.parse_args()
    folder = shared_data() / "aci_bench"
    rows = rows_of(folder / (args.transcripts or ACI_FILES[args.set]))
    chosen = spread(sorted(rows, key=_id), args.count)
    template = builtin_template("visit")
    assert template is not None
    drafted, once = [], {}
    with scribe_and_chat(args.model) as (scribe, chat):
        for row in chosen:
            name = _id(row)
            case = Case(name, parse(name, row["dialogue"]), row["note"])
            done = drafted_once(args.out, scribe, template, case)
            drafted.append(done)
            print(f"{name} {figures(rouge(done.reference, done.text()))} {done.seconds:.0f} s", flush=True)
            if args.once:
                once[name] = _once(args.out / "once" / f"{name}.json", chat, done)
    _report(drafted, once)
    if args.set == "test1" and not args.transcripts:
        _published(drafted, folder / "published_predictions_test1")


def _id(row: Row) -> str:
    return row.get("encounter_id") or row["id"]


def _once(kept: Path, chat: ChatModel, done: Drafted) -> Once:
    """The same model, asked once with the whole transcript; kept as the draft is."""
    if kept.exists():
        return msgspec.json.decode(kept.read_bytes(), type=Once)
    cancel = CancelToken()
    with chat.alone(cancel):
        loaded, _, name = chat.ready()
        template = find_template(loaded.chat_template, name)
        talk = "\n".join(f"{each.speaker}: {each.text}" for each in done.said.utterances)
        prompt = template.chat("You are a medical scribe.", [(f"{talk}\n\n{_ONCE}", None)])
        written = chat.backend.generate(prompt, Sampling(max_tokens=900), stop=template.stop, cancel=cancel)
    from engine.evidence.lexicons import load_lexicons

    checked = NoteCheck(Spoken(done.said, load_lexicons())).sentences(written.text)
    made = Once(written.text, len(checked), sum(not is_supported(sentence) for sentence in checked))
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(msgspec.json.encode(made))
    return made


def _report(drafted: Sequence[Drafted], once: dict[str, Once]) -> None:
    print(f"\n{len(drafted)} visits; ROUGE-1/2/Lsum")
    print(f"{'this program':20}{figures(mean([rouge(each.reference, each.text()) for each in drafted]))}")
    if once:
        scores = [rouge(each.reference, once[each.id].text) for each in drafted if each.id in once]
        print(f"{'same, one prompt':20}{figures(mean(scores))}  ({len(scores)} visits)")
        share = sum(each.unsupported for each in once.values()) / max(1, sum(each.sentences for each in once.values()))
        print(f"{'':20}{share:.1%} of its sentences are not borne out")
    print_checks(drafted)


def _published(drafted: Sequence[Drafted], folder: Path) -> None:
    """The published systems' scores for the same visits."""
    for name, file in _PUBLISHED.items():
        notes: dict[str, Row] = {row["encounter_id"]: row for row in rows_of(folder / file)}
        known = [rouge(each.reference, notes[each.id]["note"]) for each in drafted if each.id in notes]
        print(f"{name:20}{figures(mean(known))}  ({len(known)} of the same visits)")


if __name__ == "__main__":
    main()
