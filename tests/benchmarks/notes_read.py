"""Drafted notes to be read by eye: each sentence with its verdict and the words it rests on, without the model.

Run: python -m tests.benchmarks.notes_read DIR [--only ID] [--talk] [--again]
DIR is a folder that another benchmark of notes has filled. --talk: the transcript above each note. --again: sentences,
also those that were taken out, and omissions checked anew by the code as it is now; what changed is told.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import msgspec
from msgspec import structs

from engine.evidence.lexicons import load_lexicons
from engine.scribe.checking import NoteCheck, is_supported
from engine.scribe.spoken import Spoken
from engine.types import NoteSentence, SaidAt, Verdict
from tests.benchmarks.notes_common import Drafted

_SIGNS = {Verdict.SUPPORTED: " ", Verdict.NO_CLAIM: "·", Verdict.NOT_FOUND: "?", Verdict.DIFFERS: "!"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="one visit's id")
    parser.add_argument("--talk", action="store_true")
    parser.add_argument("--again", action="store_true")
    args = parser.parse_args()
    counts = {"shown": 0, "now marked": 0, "removed": 0, "now supported": 0}
    for file in sorted(args.folder.glob(f"{args.only or '*'}.json")):
        drafted = msgspec.json.decode(file.read_bytes(), type=Drafted)
        print(f"\n{'=' * 20} {drafted.id} {'=' * 20}")
        if args.talk:
            print("\n".join(f"{each.id:4} {each.speaker}: {each.text}" for each in drafted.said.utterances))
        if args.again:
            again(drafted, counts)
        show(drafted)
    if args.again:
        print("\n" + ", ".join(f"{what} {count}" for what, count in counts.items()))


def show(drafted: Drafted) -> None:
    """One note. Signs: "?" not found, "!" differs, "·" claims nothing."""
    for section in drafted.note.sections:
        print(f"\n{section.title.upper()}")
        for sentence in section.sentences:
            print(f"{_SIGNS.get(sentence.verdict, '?')} {sentence.text}")
            print("".join(f"      {_said(each)}\n" for each in sentence.evidence), end="")
    print("\nTAKEN OUT" if drafted.note.removed else "")
    for removed in drafted.note.removed:
        print(f"{_SIGNS.get(removed.verdict, '?')} [{removed.section}] {removed.text}")
    print("\nOMITTED" if drafted.note.omissions else "")
    for omission in drafted.note.omissions:
        print(f"- [{omission.section}] {omission.kind} {omission.name}: {omission.said.quote}")


def again(drafted: Drafted, counts: dict[str, int]) -> None:
    """Check a note's sentences anew, in place, and tell which verdicts changed."""
    check = NoteCheck(Spoken(drafted.said, load_lexicons()))
    sections = [check.section(section) for section in drafted.note.sections]
    for section, before in zip(sections, drafted.note.sections, strict=True):
        told = {each.text: each.verdict for each in before.sentences}
        for sentence in section.sentences:
            counts["shown"] += 1
            counts["now marked"] += not is_supported(sentence)
            _tell_change(sentence, told.get(sentence.text))
    for removed in drafted.note.removed:
        now = check.sentences(removed.text)
        counts["removed"] += 1
        counts["now supported"] += all(map(is_supported, now))
        if now:
            _tell_change(now[0], removed.verdict)
    drafted.note = structs.replace(drafted.note, sections=sections)


def _tell_change(sentence: NoteSentence, before: Verdict | None) -> None:
    if before is not sentence.verdict:
        why = "; ".join(
            f"{each.finding.kind}: {each.finding.said} / {each.finding.source}" for each in sentence.findings
        )
        print(f"~ {before} -> {sentence.verdict}: {sentence.text} {why}")


def _said(said: SaidAt) -> str:
    at = f" {said.begins_s:.0f}-{said.ends_s:.0f} s" if said.begins_s is not None and said.ends_s is not None else ""
    return f"{said.utterance}{at} {said.speaker}: {said.quote}"


if __name__ == "__main__":
    main()
