"""Reads what a sentence states."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from engine.evidence.context import Turned, turned
from engine.evidence.lexicons import NO_TERM, Concept, Lexicons
from engine.evidence.measures import Quantity
from engine.evidence.quantities import find_quantities
from engine.evidence.statements import Mention, Statements, Timing, asked
from engine.evidence.tokens import PhraseMatch, Token, tokenize

_NO_SIDE_BEHIND = frozenset(
    "now here there away back after before where in at when about so okay ok yeah ? . , i you".split()
)
_SPAN_BEFORE = frozenset("for in about over within of than half is was take took takes after every such".split())
_SIDE_BEFORE = frozenset("the my your his her left or and".split())
_LONGEST_LABEL = 8  # tokens
_LONG = 4  # letters; shorter ones of the plain words of a term ("of", "on") say nothing
_TOPIC = re.compile(
    r"(?:regarding|concerning|as (?:for|to)|in terms of|(?:with|in) (?:regards?|respect) to)\b", re.IGNORECASE
)
_MEASURED = frozenset({"gait", "range of motion", "strength", "sensation"})  # qualities that are things themselves
_TELLING = frozenset({"finding", "condition", "drug"})
_OTHERS = frozenset({".", ";", "?", "!", ":", "patient", "pt"})
THINKS = frozenset({"think", "guess", "believe", "know", "mean"})  # "my mother, I think, has gout" is of the mother
_TELLS = frozenset("states stated reports reported notes noted note says said thinks feels mentions describes".split())
_FAMILY = "family history"
_CHILDREN = frozenset({"child", "children"})
_OWNERS = frozenset("my his her their your our patient's has have had".split())
_OWNER_REACH = 3  # "her two young children"
_FAMILY_REACH = 3  # "a history of cancer in your family"
_TOLD_OF = frozenset("that he she his her the an a it this there they".split())


def read_statements(text: str, lexicons: Lexicons, offset: int = 0, *, spoken: bool = False) -> Statements:
    """What a sentence states. offset is added to the places of its tokens; spoken: from a transcript."""
    tokens = tokenize(text, offset)
    people = [match for match in lexicons.people.find(tokens) if _is_relative(tokens, match)]
    named = _mentions(tokens, lexicons, people)
    names = {index for each in named if each.is_concept for index in range(each.first, each.last)}
    quantities = [  # not the 2 of "type 2 diabetes"
        each
        for each in find_quantities(tokens, lexicons, text)
        if not names.issuperset(range(each.first, each.last)) or each.date is not None
    ]
    frequencies = list(_frequencies(tokens, lexicons))
    routes = [Timing(*match) for match in lexicons.routes.find(tokens)]
    timed = _covered((*frequencies, *routes))
    quantities = [each for each in quantities if each.unit or not timed.issuperset(_covered([each]))]
    measured = timed | _covered(quantities)
    found = _without_label(named, tokens)
    dated = {index for each in quantities if each.date is not None for index in range(each.first, each.last)}
    found = [
        mention
        for mention in found
        if mention.first not in (dated if mention.kind == "time" else set() if mention.is_concept else measured)
    ]
    terms = {index for mention in found if mention.is_concept for index in range(mention.first, mention.last)}
    topic = 0 if spoken else _topic(text, tokens)
    context = turned(tokens, terms, lexicons, spoken=spoken)
    mentions = [
        replace(
            mention,
            negated=_negated(tokens, mention, context, topic),
            denied_from=context.denied.get(mention.first, 0),
            uncertain=mention.first in context.uncertain,
            person=_person(tokens, mention, people),
        )
        for mention in found
    ]
    statements = Statements(
        tuple(tokens),
        tuple(mentions),
        tuple(quantities),
        tuple(frequencies),
        tuple(routes),
        tuple(_sides(tokens, lexicons)),
        False,
        text,
        offset,
    )
    return asked(statements) if tokens and tokens[-1].text == "?" else statements


def _covered(spans: Iterable[Timing | Quantity]) -> set[int]:
    """The tokens that timings or quantities stand at."""
    return {index for each in spans for index in range(each.first, each.last)}


def _is_relative(tokens: Sequence[Token], match: PhraseMatch[str]) -> bool:
    """Children are relatives where they are somebody's; else they are patients."""
    before = {token.text for token in tokens[max(0, match.first - _OWNER_REACH) : match.first]}
    return match.value not in _CHILDREN or not _OWNERS.isdisjoint(before)


def _frequencies(tokens: Sequence[Token], lexicons: Lexicons) -> Iterator[Timing]:
    """How often: "twice a day", but not the "a week" of "for a week"."""
    for match in lexicons.frequencies.find(tokens):
        before = tokens[match.first - 1].text if match.first else ""
        if tokens[match.first].text != "a" or before not in _SPAN_BEFORE:
            yield Timing(*match)


def _sides(tokens: Sequence[Token], lexicons: Lexicons) -> Iterator[Timing]:
    """Left and right as sides: not "right now", and not the "right?" of talk."""
    for match in lexicons.sides.find(tokens):
        before = tokens[match.first - 1].text if match.first else ""
        behind = tokens[match.last].text if match.last < len(tokens) else "."
        if match.value == "both" or before in _SIDE_BEFORE or behind not in _NO_SIDE_BEHIND:
            yield Timing(*match)


def _topic(text: str, tokens: Sequence[Token]) -> int:
    """How many tokens at the beginning only name what a written sentence is about: "Regarding her knee pain,"."""
    if not _TOPIC.match(text):
        return 0
    return next((index for index, token in enumerate(tokens[:_LONGEST_LABEL]) if token.text == ","), 0)


def _negated(tokens: Sequence[Token], mention: Mention, context: Turned, topic: int) -> bool | None:
    if mention.first in context.supposed or mention.first < topic:
        return None
    if mention.kind == "condition" and mention.first and tokens[mention.first - 1].text == "in":
        return mention.contrary  # "must not be given in asthma" does not deny the asthma
    return (mention.first in context.denied) is not mention.contrary


def _mentions(tokens: Sequence[Token], lexicons: Lexicons, people: Sequence[PhraseMatch[str]]) -> list[Mention]:
    found = [_concept_mention(match) for match in lexicons.drugs.find(tokens)]
    taken = {index for mention in found for index in range(mention.first, mention.last)}
    terms = [_concept_mention(match) for match in lexicons.concepts.find(tokens) if match.first not in taken]
    found += [replace(term, parts=_parts(tokens, term, lexicons)) for term in terms]
    found += [Mention(match.value, "person", match.first, match.last) for match in people]
    found = [mention for mention in found if mention.kind != NO_TERM]
    taken = {index for mention in found for index in range(mention.first, mention.last)}
    for index, token in enumerate(tokens):
        if index in taken or not token.text[0].isalpha() or len(token.text) < 2:
            continue
        if token.term not in lexicons.plain and token.text not in lexicons.numbers:
            found.append(Mention(token.term, "", index, index + 1))
    return sorted(found, key=lambda mention: mention.first)


def _without_label(mentions: list[Mention], tokens: Sequence[Token]) -> list[Mention]:
    """Mentions without those of a label before the sentence ("Cardiovascular: No murmur") that only says where it
    stands in a note. A label that is itself a finding or a drug, or all there is, says something."""
    colon = next((index for index, token in enumerate(tokens[:_LONGEST_LABEL]) if token.text == ":"), None)
    if colon is None:
        return mentions
    behind = [mention for mention in mentions if mention.first > colon]
    if any(mention.kind in _TELLING for mention in behind):
        return behind
    if all(mention.kind == "quality" and mention.name not in _MEASURED for mention in behind):
        return mentions
    return [each for each in mentions if each.first > colon or each.kind in _TELLING] if behind else mentions


def _parts(tokens: Sequence[Token], term: Mention, lexicons: Lexicons) -> tuple[str, ...]:
    """The terms of the single words of a longer term: knee and pain of "knee pain"."""
    if term.last - term.first < 2:
        return ()
    words = [tokens[index : index + 1] for index in range(term.first, term.last)]
    concepts = [[match.value.name for match in lexicons.concepts.find(word)] for word in words]
    return tuple(
        name
        for (word,), names in zip(words, concepts, strict=True)
        for name in names or ([word.term] if len(word.text) >= _LONG or word.text not in lexicons.plain else [])
    )


def _concept_mention(match: PhraseMatch[Concept]) -> Mention:
    concept = match.value
    return Mention(
        concept.name, concept.kind, match.first, match.last, implied=concept.implied, contrary=concept.contrary
    )


def tells(tokens: Sequence[Token], place: int) -> bool:
    """Whether a verb of telling stands at a place, or one word behind it: "also reports"."""
    return any(token.text in _TELLS for token in tokens[place : place + 2])


def _person(tokens: Sequence[Token], mention: Mention, people: Sequence[PhraseMatch[str]]) -> str:
    """The relative nearest before the mention in the sentence; words that name the relative are the patient's, and so
    is what a relative only tells ("his mother states that he is well")."""
    before = [match for match in people if match.last <= mention.first]
    if not before:
        behind = [match for match in people if 0 <= match.first - mention.last <= _FAMILY_REACH]
        return _FAMILY if any(match.value == _FAMILY for match in behind) else ""
    between = [tokens[index].text for index in range(before[-1].last, mention.first)]
    tells = any(verb in _TELLS and after in _TOLD_OF for verb, after in pairwise(between))
    acts = any(word == "i" and after not in THINKS | {"do"} for word, after in pairwise([*between, ""]))
    return "" if tells or acts or not _OTHERS.isdisjoint(between) else before[-1].value
