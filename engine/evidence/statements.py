"""What a stretch of text states: its terms, each affirmed, denied or uncertain, of whom, on which side; its quantities.

Negation and uncertainty follow ConText (Harkema et al., J Biomed Inform 2009;42:839-851): a trigger turns what stands
beside it, up to a word that ends its reach.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.evidence.lexicons import Concept, Lexicons
from engine.evidence.measures import Quantity
from engine.evidence.quantities import find_quantities
from engine.evidence.tokens import PhraseMatch, Token, tokenize

_REACH = 40  # words and commas a forward trigger turns; lists of denied symptoms are long
_REACH_SPOKEN = 6  # speech goes on without a full stop
_REACH_BACK = 6
_AFTER_INTERJECTION = frozenset(", . - i it we you he she they but not so just that no okay um uh".split())
_BREAKS = frozenset({".", ";", "?", "!", ":"})
# A sentence that begins so asks, also where speech was written down without a question mark.
_ASKS = re.compile(
    r"(?:(?:and|so|okay|alright|all right|but|or|um|uh|now|well|then|great|good|yeah|right)[\s,.]+)*"
    r"(?:(?:are|do|does|did|have|has|is|was|were|can|could|would) (?:you|your|there|it|he|she|they|that|the|any)\b"
    r"|any\b|how\b|what\b|when did\b|where\b|which\b|why\b|who\b|no (?:\w+ ){0,6}(?:or|yeah|right)\b.*\?$)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Mention:
    """A term where it stands: tokens [first, last). name is the concept's, or the stem of a word of no lexicon.

    negated is None where the words only ask. person is the relative it is said of, "" for the patient.
    """

    name: str
    kind: str
    first: int
    last: int
    negated: bool | None = False
    uncertain: bool = False
    person: str = ""
    implied: tuple[str, ...] = ()

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


def read_statements(text: str, lexicons: Lexicons, offset: int = 0, *, spoken: bool = False) -> Statements:
    """What a sentence states. offset is added to the places of its tokens; spoken: from a transcript."""
    tokens = tokenize(text, offset)
    negated, uncertain = _turned(tokens, lexicons, _REACH_SPOKEN if spoken else _REACH)
    people = lexicons.people.find(tokens)
    mentions = [
        replace(
            mention,
            negated=mention.first in negated,
            uncertain=mention.first in uncertain,
            person=_person(tokens, mention, people),
        )
        for mention in _mentions(tokens, lexicons, people)
    ]
    quantities = find_quantities(tokens, lexicons)
    frequencies = [Timing(*match) for match in lexicons.frequencies.find(tokens)]
    routes = [Timing(*match) for match in lexicons.routes.find(tokens)]
    spans = [(each.first, each.last) for each in quantities]
    spans += [(each.first, each.last) for each in (*frequencies, *routes)]
    measured = {index for first, last in spans for index in range(first, last)}
    mentions = [mention for mention in mentions if mention.is_concept or mention.first not in measured]
    question = bool(tokens) and (tokens[-1].text == "?" or (spoken and bool(_ASKS.match(text))))
    if question:
        mentions = [mention if mention.negated else replace(mention, negated=None) for mention in mentions]
    return Statements(
        tuple(tokens),
        tuple(mentions),
        tuple(quantities),
        tuple(frequencies),
        tuple(routes),
        tuple(Timing(*match) for match in lexicons.sides.find(tokens)),
        question,
        text,
        offset,
    )


def _mentions(tokens: Sequence[Token], lexicons: Lexicons, people: Sequence[PhraseMatch[str]]) -> list[Mention]:
    found = [_concept_mention(match) for match in lexicons.drugs.find(tokens)]
    taken = {index for mention in found for index in range(mention.first, mention.last)}
    found += [_concept_mention(match) for match in lexicons.concepts.find(tokens) if match.first not in taken]
    found += [Mention(match.value, "person", match.first, match.last) for match in people]
    taken = {index for mention in found for index in range(mention.first, mention.last)}
    for index, token in enumerate(tokens):
        if index in taken or not token.text[0].isalpha() or len(token.text) < 2:
            continue
        if token.term not in lexicons.plain and token.text not in lexicons.numbers:
            found.append(Mention(token.term, "", index, index + 1))
    return sorted(found, key=lambda mention: mention.first)


def _concept_mention(match: PhraseMatch[Concept]) -> Mention:
    concept = match.value
    return Mention(concept.name, concept.kind, match.first, match.last, implied=concept.implied)


def _turned(tokens: Sequence[Token], lexicons: Lexicons, reach: int) -> tuple[set[int], set[int]]:
    """The tokens that are denied, and those that are uncertain."""
    negated: set[int] = set()
    uncertain: set[int] = set()
    triggers = lexicons.triggers.find(tokens)
    ends = {match.first for match in triggers if match.value.kind == "stop"}
    ends |= {index for index, token in enumerate(tokens) if token.text in _BREAKS}
    for match in triggers:
        target = {"negated": negated, "uncertain": uncertain}.get(match.value.kind)
        if target is None:
            continue
        if _is_interjection(tokens, match.first, match.last):
            continue
        if match.value.forward:
            target.update(_until(ends, match.last, min(match.last + reach, len(tokens)), 1))
        else:
            target.update(_until(ends, match.first - 1, max(match.first - _REACH_BACK, 0) - 1, -1))
    return negated, uncertain


def _is_interjection(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether a "no" only answers: "no, I took it"."""
    following = tokens[last].text if last < len(tokens) else ""
    return tokens[first].text == "no" and last == first + 1 and following in _AFTER_INTERJECTION


def _until(ends: set[int], begin: int, stop: int, step: int) -> list[int]:
    reached = []
    for index in range(begin, stop, step):
        if index in ends:
            break
        reached.append(index)
    return reached


def _person(tokens: Sequence[Token], mention: Mention, people: Sequence[PhraseMatch[str]]) -> str:
    """The relative nearest before the mention in the sentence; words that name the relative are the patient's."""
    before = [match for match in people if match.last <= mention.first]
    if not before or any(tokens[index].text in _BREAKS for index in range(before[-1].last, mention.first)):
        return ""
    return before[-1].value
