"""What a stretch of text states: its terms, each affirmed, denied or uncertain, and of whom; its quantities."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.evidence.measures import Quantity
from engine.evidence.tokens import Token

_BEHIND = 2  # "lisinopril 20 mg": a drug stands before its dose more often than behind it
_SIDE_REACH = 4
_SIDELESS = frozenset({"person", "time", "act", "verb", "quality", "drug"})


@dataclass(frozen=True)
class Mention:
    """A term where it stands: tokens [first, last). name is the concept's, or the stem of a word of no lexicon.

    negated is None where the words only ask or suppose. person is the relative it is said of, "" for the patient.
    parts: the terms of its single words. denied_from: tokens between it and the word that denies it.
    """

    name: str
    kind: str
    first: int
    last: int
    negated: bool | None = False
    uncertain: bool = False
    person: str = ""
    implied: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
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
        """The mention of a kind nearest to tokens [first, last): one before them counts as nearer, and one that begins
        the next line (a row, a list item) has its own."""
        found = [each for each in self.mentions if each.kind == kind and not self._on_next_line(last, each.first)]
        return min(found, key=lambda each: _distance(each, first, last), default=None)

    def _on_next_line(self, last: int, first: int) -> bool:
        return first >= last and "\n" in self.text[self.end(last) - self.offset : self.start(first) - self.offset]

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


def asked(statements: Statements) -> Statements:
    """The same as a question: what it does not deny is only asked."""
    mentions = tuple(m if m.negated else replace(m, negated=None) for m in statements.mentions)
    return replace(statements, mentions=mentions, is_question=True)
