"""The words that evidence is compared by, read from the domain pack."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.domain_pack import lexicon_lines
from engine.evidence.tokens import Phrases
from engine.memory.terms import term


@dataclass(frozen=True)
class Concept:
    """What a word of the clinic stands for. kind: finding, condition, test, treatment, anatomy, vital or drug.

    implied: the concepts that saying this one says too.
    """

    name: str
    kind: str
    implied: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trigger:
    """A word that turns the statements beside it. kind: negated, uncertain, hypothetical, stop or nothing."""

    kind: str
    forward: bool = True


@dataclass(frozen=True)
class Lexicons:
    """All lexicons; build with load_lexicons()."""

    concepts: Phrases[Concept]
    drugs: Phrases[Concept]
    triggers: Phrases[Trigger]
    people: Phrases[str]
    sides: Phrases[str]
    units: Phrases[str]
    frequencies: Phrases[str]
    routes: Phrases[str]
    numbers: dict[str, int]
    months: dict[str, int]
    analytes: dict[str, float]
    plain: frozenset[str]


def load_lexicons() -> Lexicons:
    """Read the lexicons: a quarter of a second, most of it spent on stems, so once a process."""
    measures = _sections("measures.txt")
    context = _sections("context.txt")
    return Lexicons(
        concepts=Phrases(_clinical()),
        drugs=Phrases(_drugs(), exact=True),
        triggers=Phrases(_triggers(context), exact=True),
        people=Phrases(_people(context), exact=True),
        sides=Phrases(_named(context["side"]), exact=True),
        units=Phrases(_named(measures["units"]), exact=True),
        frequencies=Phrases(_named(measures["frequency"]), exact=True),
        routes=Phrases(_named(measures["route"]), exact=True),
        numbers={word: int(value) for word, value in _words(measures["number"])},
        months={word: int(value) for word, value in _words(measures["month"])},
        analytes={word: float(value) for word, value in _words(measures["analyte"])},
        plain=frozenset(term(word) for line in lexicon_lines("note_words.txt") for word in line.split()),
    )


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


def _words(lines: list[str]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in _named(lines) if " " not in name]


def _drugs() -> Iterator[tuple[str, Concept]]:
    removed = {line[1:].strip() for line in lexicon_lines("drugs_more.txt") if line.startswith("-")}
    for line in [*lexicon_lines("drugs_more.txt"), *lexicon_lines("drugs.txt")]:  # the first that names a drug counts
        if line.startswith("-"):
            continue
        generic, _, others = line.partition(":")
        concept = Concept(generic.strip(), "drug")
        for name in (generic, *others.split(",")):
            if name.strip() and name.strip() not in removed:
                yield name.strip(), concept


def _clinical() -> list[tuple[str, Concept]]:
    found: dict[str, Concept] = {}
    for kind, lines in _sections("clinical_terms.txt").items():
        for line in lines:
            name, _, broader = line.partition(">")
            if broader:
                found[name.strip()] = Concept(name.strip(), kind, tuple(part.strip() for part in broader.split(",")))
                continue
            first, _, others = line.partition(":")
            concept = Concept(first.strip(), kind)
            for each in (first, *others.split(",")):
                if each.strip():
                    found.setdefault(each.strip(), concept)
    return list(found.items())


def _triggers(sections: dict[str, list[str]]) -> Iterator[tuple[str, Trigger]]:
    for heading, lines in sections.items():
        kind, _, direction = heading.partition(" ")
        if heading == "not a negation":
            yield from ((line, Trigger("nothing")) for line in lines)
        elif kind in ("negated", "uncertain", "hypothetical", "stop"):
            yield from ((line.replace("n't", "not"), Trigger(kind, direction != "backward")) for line in lines)


def _people(sections: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    same = {word: line.split()[0] for line in sections["same person"] for word in line.split()}
    for line in sections["family"]:
        yield line, same.get(line, line)
