"""What a stretch of text states: its terms, each affirmed, denied or uncertain, and of whom; its quantities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from engine.evidence.context import Turned, turned
from engine.evidence.lexicons import NO_TERM, Concept, Lexicons
from engine.evidence.measures import Quantity
from engine.evidence.quantities import find_quantities
from engine.evidence.tokens import PhraseMatch, Token, tokenize

_BEHIND = 2  # "lisinopril 20 mg": a drug stands before its dose more often than behind it
_SIDE_REACH = 4
_SIDELESS = frozenset({"person", "time", "act", "verb", "quality", "drug"})
_NO_SIDE_BEHIND = frozenset(
    "now here there away back after before where in at when about so okay ok yeah ? . , i you".split()
)
_SIDE_BEFORE = frozenset("the my your his her left or and".split())
_LONGEST_LABEL = 8  # tokens
_TELLING = frozenset({"finding", "condition", "drug"})
_BREAKS = frozenset({".", ";", "?", "!", ":"})


@dataclass(frozen=True)
class Mention:
    """A term where it stands: tokens [first, last). name is the concept's, or the stem of a word of no lexicon.

    negated is None where the words only ask or suppose. person is the relative it is said of, "" for the patient.
    denied_from: tokens between it and the word that denies it.
    """

    name: str
    kind: str
    first: int
    last: int
    negated: bool | None = False
    uncertain: bool = False
    person: str = ""
    implied: tuple[str, ...] = ()
    contrary: bool = False
    denied_from: int = 0

    @property
    def is_concept(self) -> bool:
        return bool(self.kind)


@dataclass(frozen=True)
class Timing:
    """A frequency, a route or a side at tokens [first, last)."""

    first: int
    last: int
    value: str


@dataclass(frozen=True)
class Statements:
    """All that one sentence states."""

    tokens: tuple[Token, ...]
    mentions: tuple[Mention, ...]
    quantities: tuple[Quantity, ...]
    frequencies: tuple[Timing, ...]
    routes: tuple[Timing, ...]
    sides: tuple[Timing, ...]
    is_question: bool
    text: str
    offset: int = 0

    def words(self, first: int, last: int) -> str:
        """Tokens [first, last) as written."""
        return self.text[self.start(first) - self.offset : self.end(last) - self.offset]

    def start(self, first: int) -> int:
        return self.tokens[first].start

    def end(self, last: int) -> int:
        return self.tokens[last - 1].end

    def nearest(self, first: int, last: int, kind: str) -> Mention | None:
        """The mention of a kind nearest to tokens [first, last): one before them counts as nearer."""
        found = [mention for mention in self.mentions if mention.kind == kind]
        return min(found, key=lambda each: _distance(each, first, last), default=None)

    def things_of(self, side: Timing) -> list[Mention]:
        """What a side is said of: what follows within a few words ("left lower leg"), else what stands before it
        ("the knee on the left"); nearest first."""
        things = [each for each in self.mentions if each.kind not in _SIDELESS]
        behind = [each for each in things if 0 <= each.first - side.last < _SIDE_REACH]
        before = [each for each in things if 0 <= side.first - each.last < _SIDE_REACH]
        return behind or before[::-1]

    def names_beside(self, first: int, last: int, reach: int) -> frozenset[str]:
        """What is mentioned within reach of tokens [first, last)."""
        return frozenset(each.name for each in self.mentions if _distance(each, first, last) <= reach)


def _distance(mention: Mention, first: int, last: int) -> int:
    return first - mention.last if mention.last <= first else mention.first - last + _BEHIND


def read_statements(text: str, lexicons: Lexicons, offset: int = 0, *, spoken: bool = False) -> Statements:
    """What a sentence states. offset is added to the places of its tokens; spoken: from a transcript."""
    tokens = tokenize(text, offset)
    people = lexicons.people.find(tokens)
    quantities = find_quantities(tokens, lexicons, text)
    frequencies = [Timing(*match) for match in lexicons.frequencies.find(tokens)]
    routes = [Timing(*match) for match in lexicons.routes.find(tokens)]
    spans = [(each.first, each.last) for each in quantities]
    spans += [(each.first, each.last) for each in (*frequencies, *routes)]
    measured = {index for first, last in spans for index in range(first, last)}
    found = _without_label(_mentions(tokens, lexicons, people), tokens)
    found = [mention for mention in found if mention.is_concept or mention.first not in measured]
    terms = {index for mention in found if mention.is_concept for index in range(mention.first, mention.last)}
    context = turned(tokens, terms, lexicons, spoken=spoken)
    mentions = [
        replace(
            mention,
            negated=_negated(mention, context),
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


def _sides(tokens: Sequence[Token], lexicons: Lexicons) -> Iterator[Timing]:
    """Left and right as sides: not "right now", and not the "right?" of talk."""
    for match in lexicons.sides.find(tokens):
        before = tokens[match.first - 1].text if match.first else ""
        behind = tokens[match.last].text if match.last < len(tokens) else "."
        if match.value == "both" or before in _SIDE_BEFORE or behind not in _NO_SIDE_BEHIND:
            yield Timing(*match)


def _negated(mention: Mention, context: Turned) -> bool | None:
    if mention.first in context.supposed:
        return None
    return (mention.first in context.denied) is not mention.contrary


def asked(statements: Statements) -> Statements:
    """The same as a question: what it does not deny is only asked."""
    mentions = tuple(m if m.negated else replace(m, negated=None) for m in statements.mentions)
    return replace(statements, mentions=mentions, is_question=True)


def _mentions(tokens: Sequence[Token], lexicons: Lexicons, people: Sequence[PhraseMatch[str]]) -> list[Mention]:
    found = [_concept_mention(match) for match in lexicons.drugs.find(tokens)]
    taken = {index for mention in found for index in range(mention.first, mention.last)}
    found += [_concept_mention(match) for match in lexicons.concepts.find(tokens) if match.first not in taken]
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
    if all(mention.kind == "quality" for mention in behind):
        return mentions
    return [each for each in mentions if each.first > colon or each.kind in _TELLING] if behind else mentions


def _concept_mention(match: PhraseMatch[Concept]) -> Mention:
    concept = match.value
    return Mention(
        concept.name, concept.kind, match.first, match.last, implied=concept.implied, contrary=concept.contrary
    )


def _person(tokens: Sequence[Token], mention: Mention, people: Sequence[PhraseMatch[str]]) -> str:
    """The relative nearest before the mention in the sentence; words that name the relative are the patient's."""
    before = [match for match in people if match.last <= mention.first]
    if not before or any(tokens[index].text in _BREAKS for index in range(before[-1].last, mention.first)):
        return ""
    return before[-1].value
