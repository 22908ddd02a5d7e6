"""Facts that a note leaves out: sentences taken away from clinicians' notes, and what is then reported missing.

A sentence is taken away if the transcript has nearly all its words close together and it alone tells a fact of a kind:
a term (drug, finding, test or treatment), or a dose, a vital sign, an allergy or a follow-up by a plain pattern.
found: the fact is reported then and was not before (a dose counts as found with its drug). reported: facts per
untouched note, of which many are rightly left out: notes are shorter than visits.

Run: python -m tests.benchmarks.omissions
"""

from __future__ import annotations

import re
from collections import Counter

from engine.evidence.lexicons import Lexicons, load_lexicons
from engine.evidence.omissions import find_omissions
from engine.evidence.reading import read_statements
from engine.evidence.sources import SourceText
from engine.types import OmissionKind
from tests.benchmarks.common import shared_data
from tests.benchmarks.planted.visits import Visit, load_visits

Fact = tuple[OmissionKind, str]
_KIND_OF = {
    "drug": OmissionKind.DRUG,
    "finding": OmissionKind.FINDING,
    "condition": OmissionKind.FINDING,
    "test": OmissionKind.PLAN,
    "treatment": OmissionKind.PLAN,
}


_PATTERNS = {
    OmissionKind.DOSE: re.compile(r"\b(\d+(?:\.\d+)?) ?(?:mg|units)\b"),
    OmissionKind.VITAL: re.compile(r"(?:blood pressure|heart rate|temperature)\D{0,20}(\d+(?:[./]\d+)?)", re.I),
    OmissionKind.ALLERGY: re.compile(r"\b[Aa]llergic to (\w+)"),
    OmissionKind.FOLLOW_UP: re.compile(r"\bfollow up\b.* (in \d+ (?:day|week|month|year)s?)"),
}


def main() -> None:
    lexicons = load_lexicons()
    taken: Counter[OmissionKind] = Counter()
    found: Counter[OmissionKind] = Counter()
    reported: Counter[OmissionKind] = Counter()
    visits = load_visits(shared_data())
    for visit in visits:
        before = names(visit.note, visit.transcript, lexicons)
        reported.update(kind for kind, _ in before)
        for note, facts in shortened(visit, lexicons):
            after = names(note, visit.transcript, lexicons) - before
            for fact in facts:
                taken[fact[0]] += 1
                found[fact[0]] += is_found(fact, after)
    print(f"{'kind':12}{'taken away':>12}{'found':>9}{'reported per untouched note':>30}")
    for kind in OmissionKind:
        share = f"{found[kind] / taken[kind]:9.1%}" if taken[kind] else "        –"
        print(f"{kind:12}{taken[kind]:12}{share}{reported[kind] / len(visits):30.2f}")


def names(note: str, transcript: SourceText, lexicons: Lexicons) -> set[Fact]:
    return {(omission.kind, omission.name) for omission in find_omissions(note, [transcript], lexicons)}


def is_found(fact: Fact, after: set[Fact]) -> bool:
    """Whether the fact is among those that are newly reported; facts found by pattern are told by their kind."""
    kind, name = fact
    if not name.startswith("="):
        return fact in after
    return any(new in ({kind, OmissionKind.DRUG} if kind is OmissionKind.DOSE else {kind}) for new, _ in after)


def shortened(visit: Visit, lexicons: Lexicons) -> list[tuple[str, set[Fact]]]:
    """Notes without one sentence that was said at the visit, each with the facts that only this sentence told."""
    told = {span: facts_of(span.text, lexicons) for span in visit.claims}
    counts = Counter(fact for facts in told.values() for fact in facts)
    result = []
    for span, facts in told.items():
        only_here = {fact for fact in facts if counts[fact] == 1}
        if only_here and visit.spoken.states(span.text):
            result.append((visit.note[: span.start] + visit.note[span.end :], only_here))
    return result


def facts_of(sentence: str, lexicons: Lexicons) -> set[Fact]:
    """The facts that a sentence affirms of the patient: by term, and by pattern as "=" with their words."""
    terms = {
        (_KIND_OF[mention.kind], mention.name)
        for mention in read_statements(sentence, lexicons).mentions
        if mention.kind in _KIND_OF and mention.negated is False and not mention.person
    }
    if "llerg" in sentence:  # a drug one is allergic to, and the allergy itself, are told as an allergy
        terms = set()
    matches = {(kind, f"={match[1]}") for kind, pattern in _PATTERNS.items() for match in pattern.finditer(sentence)}
    return terms | matches


if __name__ == "__main__":
    main()
