"""Whether the parts of a visit are told apart, and stay as they were when the visit grows; without a model.

Parts: each sentence of a clinician's note stands in a section of one part (history, exam, results, plan); the segments
of the talk that the check finds for it should be of that part. No truth, since the same is often said twice in a visit,
but good for comparing. Ahead: what a note is written from is asked for after every so many seconds of talk (130 words a
minute), as while it is recorded; windows that no longer stand so at the end were written ahead for nothing.

Run: python -m tests.benchmarks.visit_parts [--set valid|test1] [--stretch SECONDS]
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from collections.abc import Iterator

from msgspec.structs import replace

from engine.documents.transcript_file import parse
from engine.evidence.lexicons import Lexicons, load_lexicons
from engine.scribe.checking import NoteCheck
from engine.scribe.parts import Part, VisitWords, load_visit_words
from engine.scribe.spoken import Spoken
from engine.scribe.talk import Talk
from engine.scribe.templates import builtin_template
from engine.types import NoteTemplate, Transcript
from tests.benchmarks.common import shared_data
from tests.benchmarks.note_first_token import WORDS_A_MINUTE, ends_stretch
from tests.benchmarks.notes_common import ACI_FILES, rows_of

_HEADING = re.compile(r"[A-Z][A-Z &/,()-]{2,}:?")
_HEADINGS = (
    (re.compile("exam|vital", re.IGNORECASE), Part.EXAM),
    (re.compile("result|lab|imaging|x-ray|data", re.IGNORECASE), Part.RESULTS),
    (re.compile("assessment|plan|impression|instruction|follow", re.IGNORECASE), Part.PLAN),
    (
        re.compile("complaint|history|hpi|review|medic|allerg|subjective|social|surg|reason", re.IGNORECASE),
        Part.HISTORY,
    ),
)
_LEAST_SCORE = 0.2
_MOST_EVIDENCE = 2
Windows = dict[tuple[str, str], bool]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", choices=sorted(ACI_FILES), default="valid")
    parser.add_argument("--stretch", type=float, default=30.0, help="seconds")
    args = parser.parse_args()
    lexicons, words = load_lexicons(), load_visit_words()
    template = builtin_template("visit")
    assert template is not None
    right: dict[Part, float] = defaultdict(float)
    whole: dict[Part, float] = defaultdict(float)
    final = counted = wasted = 0
    for row in rows_of(shared_data() / "aci_bench" / ACI_FILES[args.set]):
        said = parse(row["encounter_id"], row["dialogue"])
        talk = Talk(Spoken(said, lexicons), words)
        for number, part, score in _told_in(row["note"], said, talk, lexicons):
            whole[part] += score
            right[part] += score * (talk.parts[number] is part)
        at_end = _windows(talk, template, words)
        ahead = _ahead(said, args.stretch, template, lexicons, words)
        final, counted, wasted = (
            final + len(at_end),
            counted + len(ahead & set(at_end)),
            wasted + len(ahead - set(at_end)),
        )
    shares = ", ".join(f"{part} {right[part] / whole[part]:.1%}" for part in whole)
    print(f"in the part of their section: {sum(right.values()) / sum(whole.values()):.1%} ({shares})")
    print(
        f"ahead every {args.stretch:.0f} s: {counted} of {final} windows ready at the end, {wasted} written for nothing"
    )


def _told_in(note: str, said: Transcript, talk: Talk, lexicons: Lexicons) -> Iterator[tuple[int, Part, float]]:
    """Segments that sentences of a note rest on, each with its section's part and how much of the sentence it holds."""
    check = NoteCheck(Spoken(said, lexicons))
    part: Part | None = None
    for line in filter(None, map(str.strip, note.splitlines())):
        if _HEADING.fullmatch(line):
            part = next((each for pattern, each in _HEADINGS if pattern.search(line)), None)
            continue
        for sentence in check.sentences(line) if part is not None else ():
            for moment in sentence.evidence[:_MOST_EVIDENCE]:
                number = talk.number_at(moment.utterance, moment.start)
                if part is not None and number is not None and moment.score >= _LEAST_SCORE:
                    yield number, part, moment.score


def _windows(talk: Talk, template: NoteTemplate, words: VisitWords) -> Windows:
    """What each section is written from, and whether that is closed."""
    rules = [(section.key, words.rule(section.title, section.key)) for section in template.sections]
    return {(key, window.said): talk.closed(window) for key, rule in rules for window in talk.windows(rule)}


def _ahead(
    said: Transcript, stretch: float, template: NoteTemplate, lexicons: Lexicons, words: VisitWords
) -> set[tuple[str, str]]:
    """All windows that were closed at the end of some stretch."""
    found: set[tuple[str, str]] = set()
    for count in range(1, len(said.utterances) + 1):
        so_far = replace(said, utterances=said.utterances[:count])
        if ends_stretch(so_far, stretch / 60 * WORDS_A_MINUTE):
            windows = _windows(Talk(Spoken(so_far, lexicons), words), template, words)
            found.update(window for window, closed in windows.items() if closed)
    return found


if __name__ == "__main__":
    main()
