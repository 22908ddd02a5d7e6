"""Sections of notes from short talks: ROUGE against what clinicians wrote, for each kind of section.

Each dialogue of the set belongs to one section of a note, which its header names. It is drafted by the program as a
note of one section, the section of the program's templates for that header where there is one. ROUGE is rouge_score's,
without stemming, mean F1 of all that were drafted; a section that stays empty counts 0.

Run: python -m tests.benchmarks.notes_mts [--set valid|test1] [--count N] --out DIR
Finished sections are kept in DIR and not drafted again; notes_read.py shows them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from engine.documents.transcript_file import parse
from engine.scribe.templates import builtin_template
from engine.types import NoteTemplate, SectionTemplate
from tests.benchmarks.common import shared_data
from tests.benchmarks.notes_common import (
    Case,
    Drafted,
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

_FILES = {"valid": "MTS-Dialog-ValidationSet.csv", "test1": "MTS-Dialog-TestSet-1-MEDIQA-Chat-2023.csv"}
_FIRST_VISIT = "history-physical"
# The set's headers, and the section of the program's templates (template, key) that they are.
_SECTIONS = {
    "GENHX": (_FIRST_VISIT, "history"),
    "CC": (_FIRST_VISIT, "complaint"),
    "PASTMEDICALHX": (_FIRST_VISIT, "past-history"),
    "PASTSURGICAL": (_FIRST_VISIT, "past-history"),
    "MEDICATIONS": (_FIRST_VISIT, "medications"),
    "ALLERGY": (_FIRST_VISIT, "allergies"),
    "ROS": (_FIRST_VISIT, "review-of-systems"),
    "EXAM": (_FIRST_VISIT, "exam"),
    "LABS": (_FIRST_VISIT, "results"),
    "IMAGING": (_FIRST_VISIT, "results"),
    "ASSESSMENT": ("soap", "assessment"),
    "DIAGNOSIS": ("soap", "assessment"),
    "PLAN": ("soap", "plan"),
    "IMMUNIZATIONS": ("paediatric", "immunizations"),
    "PROCEDURES": ("procedure", "procedure"),
}
# Those that no template of the program has.
_OWN = {
    "FAM/SOCHX": SectionTemplate(
        "family-social",
        "Family and social history",
        "Illnesses of relatives. Work, home, smoking, alcohol, drugs and exercise as far as they were spoken of.",
        30,
        "His father had a heart attack at 60. He works at a garage. He quit smoking in March.",
    ),
    "EDCOURSE": SectionTemplate(
        "course", "Emergency department course", "What was found, thought, given and arranged, in whole sentences."
    ),
    "DISPOSITION": SectionTemplate("disposition", "Disposition", "Where the patient goes now, and with whom.", 10),
    "GYNHX": SectionTemplate(
        "gynecologic-history", "Gynecologic history", "Periods, pregnancies, operations and hormones.", 30
    ),
    "OTHER_HISTORY": SectionTemplate(
        "other-history", "Other history", "What was said of earlier illnesses and of family and habits.", 20
    ),
}


def main() -> None:
    args = arguments(__doc__, _FILES, "valid").parse_args()
    chosen = spread(rows_of(shared_data() / "mts_dialog" / _FILES[args.set]), args.count)
    drafted: list[tuple[str, Drafted]] = []
    with scribe_and_chat(args.model) as (scribe, _):
        for row in chosen:
            case = Case(row["ID"], parse(row["ID"], row["dialogue"]), row["section_text"])
            done = drafted_once(args.out, scribe, template_for(row["section_header"]), case)
            drafted.append((row["section_header"], done))
            print(f"{done.id:4} {row['section_header']:14}{figures(score(done))} {done.seconds:.0f} s", flush=True)
    _report(drafted)


def template_for(header: str) -> NoteTemplate:
    """A template of one section, as the set's header names it."""
    section = _OWN.get(header) or _builtin(*_SECTIONS[header])
    return NoteTemplate(section.key, section.title, "one section", [section])


def score(drafted: Drafted) -> list[float]:
    return rouge(drafted.reference, drafted.text(titles=False))


def _builtin(template: str, key: str) -> SectionTemplate:
    found = builtin_template(template)
    assert found is not None
    return next(section for section in found.sections if section.key == key)


def _report(drafted: Sequence[tuple[str, Drafted]]) -> None:
    by_header: dict[str, list[Drafted]] = defaultdict(list)
    for header, each in drafted:
        by_header[header].append(each)
    print(f"\n{len(drafted)} sections; ROUGE-1/2/Lsum")
    for header, group in sorted(by_header.items(), key=lambda item: -len(item[1])):
        print(f"{header:16}{figures(mean([score(each) for each in group])):24}{len(group):4}")
    print(f"{'all':16}{figures(mean([score(each) for _, each in drafted]))}")
    print(f"empty {sum(not each.text().strip() for _, each in drafted)}")
    print_checks([each for _, each in drafted])


if __name__ == "__main__":
    main()
