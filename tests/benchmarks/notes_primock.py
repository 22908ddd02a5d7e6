"""Notes of consultations with times: what of the checklist they tell, and whether their links lead to the right turn.

Each consultation's two TextGrids are the transcript; its note is drafted as the program drafts it. Recall is of the
items of other clinicians' checklists of what was told up to the plan, by the rule of primock_checklists.py. What that
rule is worth is told beside it: the same of the talk itself (what it can find at most), of the consulting clinician's
own note, and of the notes of the other consultations (what it finds by chance).

Links, of sentences that are borne out: each moment that one is linked to lies in an interval of that speaker in the
TextGrid as it is (read here, not by the program), with the quoted words in it; and, which no rule can promise, the
linked turns hold as many of the sentence's words as any turn of the consultation does.

Run: python -m tests.benchmarks.notes_primock [--count N] [--checklists] --out DIR
--checklists: only the consultations that have one. Finished notes are kept in DIR and not drafted again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from engine.documents.transcript import textgrid_utterances
from engine.evidence.lexicons import load_lexicons
from engine.scribe.checking import is_supported
from engine.scribe.spoken import Spoken
from engine.scribe.templates import builtin_template
from engine.types import NoteSentence, SaidAt, Transcript, TranscriptOrigin, Utterance
from tests.benchmarks.common import shared_data
from tests.benchmarks.notes_common import (
    Case,
    Drafted,
    arguments,
    drafted_once,
    print_checks,
    scribe_and_chat,
    spread,
)
from tests.benchmarks.planted.words import content
from tests.benchmarks.primock_checklists import Item, checklists, recall, sentences_of

_SPEAKERS = ("doctor", "patient")
_INTERVAL = re.compile(r'xmin = ([\d.]+)\s+xmax = ([\d.]+)\s+text = "((?:[^"]|"")*)"')
_TAG = re.compile(r"</?[A-Z_]+/?>")
_ROUNDING_S = 0.001


class Interval(NamedTuple):
    begins_s: float
    ends_s: float
    text: str


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--checklists", action="store_true", help="only consultations that have a checklist")
    args = parser.parse_args()
    folder = shared_data() / "primock57"
    lists = checklists(folder / "consultation_checklists")
    names = sorted(file.stem for file in (folder / "notes").glob("*.json"))
    chosen = spread([name for name in names if name in lists or not args.checklists], args.count)
    template = builtin_template("visit")
    assert template is not None
    drafted = []
    with scribe_and_chat(args.model) as (scribe, _):
        for name in chosen:
            own = json.loads((folder / "notes" / f"{name}.json").read_text(encoding="utf-8"))["note"]
            done = drafted_once(args.out, scribe, template, Case(name, said_in(folder / "transcripts", name), own))
            drafted.append(done)
            print(f"{name} {len(done.sentences)} sentences {done.seconds:.0f} s", flush=True)
    report_links(drafted, folder / "transcripts")
    report_recall(drafted, lists)
    print_checks(drafted)


def said_in(folder: Path, name: str) -> Transcript:
    """A consultation's transcript: the two speakers' turns by time."""
    turns = [
        (speaker, each)
        for speaker in _SPEAKERS
        for each in textgrid_utterances((folder / f"{name}_{speaker}.TextGrid").read_text(encoding="utf-8"))
    ]
    turns.sort(key=lambda turn: turn[1].begins_s or 0.0)
    said = [
        Utterance(n, speaker, each.text, each.begins_s, each.ends_s) for n, (speaker, each) in enumerate(turns, start=1)
    ]
    return Transcript(said, TranscriptOrigin.TEXT_FILE, max((each.ends_s or 0.0 for each in said), default=0.0))


def report_links(drafted: Sequence[Drafted], folder: Path) -> None:
    """Share of the sentences whose links are right."""
    linked = in_turn = fullest = unlinked = 0
    for each in drafted:
        turns = {name: _intervals(folder / f"{each.id}_{name}.TextGrid") for name in _SPEAKERS}
        for sentence in filter(is_supported, each.sentences):
            if not sentence.evidence:
                unlinked += 1
                continue
            linked += 1
            in_turn += all(_turn_of(moment, turns) is not None for moment in sentence.evidence)
            fullest += _is_fullest(sentence, turns)
    print(f"\nlinks of {linked} sentences in the right turn: {in_turn / max(1, linked):.1%}; no turn holds more of the")
    print(f"sentence's words: {fullest / max(1, linked):.1%}; sentences without a link: {unlinked}")


def _intervals(file: Path) -> list[Interval]:
    found = _INTERVAL.findall(file.read_text(encoding="utf-8"))
    words = [(float(begins), float(ends), " ".join(_TAG.sub(" ", text).split())) for begins, ends, text in found]
    return [Interval(*each) for each in words if each[2]]


def _turn_of(moment: SaidAt, turns: dict[str, list[Interval]]) -> Interval | None:
    """The interval of the moment's speaker that holds its time and its words."""
    if moment.begins_s is None or moment.ends_s is None:
        return None
    for turn in turns.get(moment.speaker, []):
        inside = turn.begins_s - _ROUNDING_S <= moment.begins_s and moment.ends_s <= turn.ends_s + _ROUNDING_S
        if inside and moment.quote.strip() in turn.text:
            return turn
    return None


def _is_fullest(sentence: NoteSentence, turns: dict[str, list[Interval]]) -> bool:
    wanted = set(content(sentence.text))
    linked = [turn for moment in sentence.evidence if (turn := _turn_of(moment, turns)) is not None]
    most = max((len(wanted & set(content(turn.text))) for each in turns.values() for turn in each), default=0)
    return max((len(wanted & set(content(turn.text))) for turn in linked), default=-1) >= most


def report_recall(drafted: Sequence[Drafted], lists: dict[str, list[Item]]) -> None:
    """Recall of the checklists' items by the notes, and by what they are compared with."""
    lexicons = load_lexicons()
    drafted = [each for each in drafted if each.id in lists]
    notes = {each.id: sentences_of(each.text(titles=False), lexicons) for each in drafted}
    compared = {
        "this program's note": [(notes[each.id], lists[each.id]) for each in drafted],
        "the clinician's own note": [(sentences_of(each.reference, lexicons), lists[each.id]) for each in drafted],
        "the talk": [
            ([segment.statements for segment in Spoken(each.said, lexicons).index.segments], lists[each.id])
            for each in drafted
        ],
        "notes of the others": [
            (notes[other], lists[each.id]) for each in drafted for other in notes if other != each.id
        ],
    }
    print(f"checklists of {len(drafted)} consultations")
    for what, pairs in compared.items():
        print(f"{what:28}{recall(pairs, lexicons)}")


if __name__ == "__main__":
    main()
