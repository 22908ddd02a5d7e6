"""The words that evidence is compared by, read from the domain pack."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.domain_pack import lexicon_lines
from engine.evidence.tokens import Phrases
from engine.memory.terms import term

NO_TERM = "no term"
_CONTRARY = "not "


@dataclass(frozen=True)
class Concept:
    """What a word of the clinic stands for. kind: finding, condition, test, treatment, anatomy, vital or drug.

    implied: the concepts that saying this one says too. contrary: its words say the contrary of name.
    """

    name: str
    kind: str
    implied: tuple[str, ...] = ()
    contrary: bool = False


@dataclass(frozen=True)
class Trigger:
    """A word that turns the statements beside it. kind: negated, uncertain, hypothetical, stop, stop spoken
    (ends a reach in talk only), stop behind (is itself still reached) or nothing."""

    kind: str
    forward: bool = True


@dataclass(frozen=True)
class PatientGroup:
    """names: the words that name a group of patients. words: these and all that speak of it as well."""

    names: frozenset[str]
    words: frozenset[str]


@dataclass(frozen=True)
class Lexicons:
    """All lexicons; build with load_lexicons()."""

    concepts: Phrases[Concept]
    drugs: Phrases[Concept]
    triggers: Phrases[Trigger]
    people: Phrases[str]
    groups: dict[str, frozenset[str]]
    women: frozenset[str]
    contraries: frozenset[tuple[str, str]]
    feelings: frozenset[str]
    sides: Phrases[str]
    units: Phrases[str]
    frequencies: Phrases[str]
    routes: Phrases[str]
    numbers: dict[str, int]
    ordinals: dict[str, int]
    months: dict[str, int]
    analytes: dict[str, float]
    plain: frozenset[str]
    everyday: frozenset[str]
    talk: frozenset[str]
    patient_groups: tuple[PatientGroup, ...]


def load_lexicons() -> Lexicons:
    """Read the lexicons: a quarter of a second, most of it spent on stems, so once a process."""
    measures = _sections("measures.txt")
    context = _sections("context.txt")
    return Lexicons(
        concepts=_concepts(_sections("clinical_terms.txt")),
        drugs=Phrases(_drugs(), exact=True),
        triggers=Phrases(_triggers(context), exact=True),
        groups={group: frozenset(names.split()) for names, group in _named(context["group of people"])},
        women=frozenset(word for line in context["women"] for word in line.split()),
        contraries=frozenset(_both_ways(context["contrary words"])),
        feelings=frozenset(term(word) for line in context["feelings"] for word in line.split()),
        people=Phrases(_people(context), exact=True),
        sides=Phrases(_named(context["side"]), exact=True),
        units=Phrases(_named(measures["units"]), exact=True),
        frequencies=Phrases(_named(measures["frequency"]), exact=True),
        routes=Phrases(_named(measures["route"]), exact=True),
        numbers={word: int(value) for word, value in _words(measures["number"])},
        ordinals={word: int(value) for word, value in _words(measures["ordinal"])},
        months={word: int(value) for word, value in _words(measures["month"])},
        analytes={word: float(value) for word, value in _words(measures["analyte"])},
        plain=_terms("note_words.txt"),
        everyday=_terms("everyday_words.txt"),
        talk=_terms("talk_words.txt") | {"recommend", "counseling", "medication"},
        patient_groups=tuple(map(_patient_group, lexicon_lines("patient_groups.txt"))),
    )


def _terms(name: str) -> frozenset[str]:
    return frozenset(term(word) for line in lexicon_lines(name) for word in line.split())


def _patient_group(line: str) -> PatientGroup:
    names, _, others = line.partition(":")
    return PatientGroup(frozenset(names.split()), frozenset([*names.split(), *others.split()]))


def _sections(name: str) -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in lexicon_lines(name):
        if line.startswith("["):
            lines = sections[line.strip("[]")] = []
        else:
            lines.append(line)
    return sections


def _named(lines: list[str]) -> Iterator[tuple[str, str]]:
    """ "value: word, other words" as (words, value)."""
    for line in lines:
        value, _, names = line.partition(":")
        for name in names.split(","):
            yield name.strip(), value.strip()


def _both_ways(lines: list[str]) -> Iterator[tuple[str, str]]:
    for one, other in (line.split() for line in lines):
        yield one, other
        yield other, one


def _words(lines: list[str]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in _named(lines) if " " not in name]


def _drugs() -> Iterator[tuple[str, Concept]]:
    """Names of drugs; the first line that has a name counts, and a group that one line names holds for all."""
    more = lexicon_lines("drugs_more.txt")
    removed = {line[1:].strip() for line in more if line.startswith("-")}
    parsed = [line.partition(":") for line in [*more, *lexicon_lines("drugs.txt")] if not line.startswith("-")]
    named = [(*map(str.strip, head.split(">")), "")[:2] for head, _, _ in parsed]
    groups = {generic: group for generic, group in named if group}
    for (generic, _), (_, _, others) in zip(named, parsed, strict=True):
        concept = Concept(generic, "drug", (groups[generic],) if generic in groups else ())
        for name in (generic, *map(str.strip, others.split(","))):
            if name and name not in removed:
                yield name, concept


def _concepts(sections: dict[str, list[str]]) -> Phrases[Concept]:
    as_written = frozenset(sections.pop("as written"))
    no_terms = [(words, Concept(words, NO_TERM)) for words in sections.pop("no term")]
    return Phrases([*_clinical(sections).items(), *no_terms], as_written=as_written)


def _clinical(sections: dict[str, list[str]]) -> dict[str, Concept]:
    """The first line that has a word counts; the name of a line comes before any."""
    named: dict[str, Concept] = {}
    others: dict[str, Concept] = {}
    for kind, lines in sections.items():
        for line in lines:
            head, _, words = line.partition(":")
            name, _, broader = head.partition(">")
            contrary = name.startswith(_CONTRARY)
            implied = tuple(part.strip() for part in broader.split(",") if broader)
            concept = Concept(name.removeprefix(_CONTRARY).strip(), kind, implied, contrary)
            if not contrary:
                named.setdefault(concept.name, concept)
            for each in words.split(",") if words else ():
                others.setdefault(each.strip(), concept)
    return others | named


def _triggers(sections: dict[str, list[str]]) -> Iterator[tuple[str, Trigger]]:
    kinds = {
        "negated forward": Trigger("negated"),
        "negated backward": Trigger("negated", forward=False),
        "uncertain forward": Trigger("uncertain"),
        "uncertain backward": Trigger("uncertain", forward=False),
        "hypothetical forward": Trigger("hypothetical"),
        "not a negation": Trigger("nothing"),
        "stop": Trigger("stop"),
        "stop spoken": Trigger("stop spoken"),
        "stop behind": Trigger("stop behind"),
    }
    for heading, trigger in kinds.items():
        yield from ((line.replace("n't", "not"), trigger) for line in sections[heading])


def _people(sections: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    same = {word: line.split()[0] for line in sections["same person"] if ":" not in line for word in line.split()}
    same |= dict(_named([line for line in sections["same person"] if ":" in line]))
    for line in sections["family"]:
        yield line, same.get(line, line)
