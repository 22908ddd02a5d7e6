"""Clinicians' notes and the transcripts of the visits they were written after: aci_bench, primock57 and mts_dialog.

The visits of aci_bench and primock57 are in two parts by their name: one that rules are tuned on, and one that was
meant to be held out but of which some sentences were read. mts_dialog (sections of notes with the talk that they sum
up) came later and is halved the same way; of its second half nothing was ever read.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from engine.documents.transcript import Utterance, parse_transcript, source_of, textgrid_utterances
from engine.evidence.sentences import Span, split_sentences
from engine.evidence.sources import SourceText
from tests.benchmarks.planted.words import Spoken

_ACI_FILES = ("valid.csv", "clinicalnlp_taskB_test1.csv")
_MTS_FILES = ("MTS-Dialog-ValidationSet.csv", "MTS-Dialog-TestSet-1-MEDIQA-Chat-2023.csv")
_HEADING_WORDS = 5
_NEXT_PATIENT = re.compile(r"^\d+\.\s+\d\d:\d\d-\d\d:\d\d", re.MULTILINE)
_LIST_NUMBER = re.compile(r"^\s*\d{1,2}\.\t")


class Part(StrEnum):
    """What a visit is for: rules are tuned on development; of read-in-part some sentences were read before."""

    DEVELOPMENT = "development"
    READ_IN_PART = "read in part"
    HELD_OUT = "held out"


@dataclass(frozen=True)
class Visit:
    """A visit: what was said, and what a clinician wrote about it. excerpt: of one section only."""

    name: str
    transcript: SourceText
    note: str
    excerpt: bool = False

    @property
    def part(self) -> Part:
        if hashlib.sha256(self.name.encode()).digest()[0] % 2 == 0:
            return Part.DEVELOPMENT
        return Part.HELD_OUT if self.excerpt else Part.READ_IN_PART

    @cached_property
    def spoken(self) -> Spoken:
        return Spoken(self.transcript.text)

    @cached_property
    def claims(self) -> list[Span]:
        """The note's sentences, headings and bare labels left out. A line of these notes is never a soft wrap."""
        spans: list[Span] = []
        start = 0
        for line in self.note.splitlines(keepends=True):
            marker = _LIST_NUMBER.match(line)
            spans += split_sentences(self.note, start + (marker.end() if marker else 0), start + len(line))
            start += len(line)
        once = {span.text: span for span in reversed(spans)}  # a note that was pasted twice counts once
        return sorted(span for span in once.values() if not is_heading(span.text))


def is_heading(text: str) -> bool:
    """Whether a line is a heading or a label without words of its own: it says nothing that could be wrong."""
    plain = text.strip(" •-*.\t")
    words = plain.split()
    label = plain.endswith(":") and len(words) <= _HEADING_WORDS
    capitals = plain.isupper() and len(plain) > 3 and not any(c.isdigit() for c in plain) and plain not in {"NKDA"}
    return not words or label or capitals or plain.lower() in _HEADINGS


_HEADINGS = {
    "pmh",
    "plan",
    "pln",
    "dh",
    "fh",
    "sh",
    "imp",
    "hpc",
    "pc",
    "hx",
    "confirmed name",
    "dob",
    "impression",
} | set(
    "constitutional eyes respiratory cardiovascular gastrointestinal genitourinary musculoskeletal neurological"
    " psychiatric skin neck endocrine integumentary hematologic allergies medications occupational vitals".split()
)


def load_visits(data: Path, *, excerpts: bool = False) -> list[Visit]:
    """Every visit with a transcript and a note, by name; also single sections of notes if excerpts are wanted.

    data is the folder of the measurement sets.
    """
    visits = [*_aci_bench(data / "aci_bench"), *_primock(data / "primock57")]
    visits += _mts(data / "mts_dialog") if excerpts else []
    return sorted(visits, key=lambda visit: visit.name)


def _aci_bench(folder: Path) -> Iterable[Visit]:
    for name in _ACI_FILES:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield Visit(row["encounter_id"], parse_transcript(row["encounter_id"], row["dialogue"]), row["note"])


def _primock(folder: Path) -> Iterable[Visit]:
    for file in sorted((folder / "notes").glob("*.json")):
        spoken: list[Utterance] = []
        for speaker in ("doctor", "patient"):
            grid = (folder / "transcripts" / f"{file.stem}_{speaker}.TextGrid").read_text(encoding="utf-8")
            spoken += [Utterance(speaker, said.text, said.begins_s, said.ends_s) for said in textgrid_utterances(grid)]
        spoken.sort(key=lambda said: said.begins_s or 0.0)
        # One note goes on with that of the next patient, after the time of the appointment.
        note = _NEXT_PATIENT.split(json.loads(file.read_text(encoding="utf-8"))["note"])[0]
        yield Visit(file.stem, source_of(file.stem, spoken), note)


def _mts(folder: Path) -> Iterable[Visit]:
    for name in _MTS_FILES:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                visit = f"MTS-{'test' if 'Test' in name else 'valid'}-{row['ID']}"
                yield Visit(visit, parse_transcript(visit, row["dialogue"]), row["section_text"], excerpt=True)
