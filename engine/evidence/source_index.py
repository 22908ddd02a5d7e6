"""Sources cut into segments, with what each states, found by term."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from engine.evidence.dialogue import answered, carried
from engine.evidence.lexicons import Lexicons
from engine.evidence.measures import Quantity
from engine.evidence.schedules import headers, parts_of
from engine.evidence.segments import Segment, read_segments
from engine.evidence.sources import SourceText
from engine.evidence.statements import Mention, Statements, Timing

_OF_A_TERM = 2.0
_WEIGHTS = {"": 1.0, "verb": 0.5, "quality": 0.5, "act": 1.0}
_EVERYDAY = 0.25
_COMPANION = re.compile(
    r"guest(?!_clin)|family|mother|father|parent|m[ou]m\b|dad|wife|husband|spouse|partner|son\b|daughter|carer|caregiver|guardian",
    re.IGNORECASE,
)
_FAMILY = re.compile(r"\bfamil(?:y|ial)\b", re.IGNORECASE)
_FEWEST_PARTS = 2  # the walk of "walk on it" is not yet that
_DRUG_REACH = 3  # segments between a drug and an amount of it: "you take metformin?", "yes", "500 mg"


@dataclass(frozen=True)
class Place:
    """A mention and the segment it stands in."""

    segment: Segment
    mention: Mention


@dataclass(frozen=True)
class Side:
    """A side and the segment it is said in."""

    segment: Segment
    timing: Timing


class SourceIndex:
    """The segments of all sources in order, and where each term is mentioned."""

    def __init__(self, sources: Sequence[SourceText], lexicons: Lexicons) -> None:
        self._lexicons = lexicons
        self.segments = carried(answered(list(read_segments(sources, lexicons))), lexicons)
        self.quantities = [each for segment in self.segments for each in segment.statements.quantities]
        written = [each for each in self.segments if each.statements.quantities and not each.speaker]
        tops = headers(self.segments)
        self.written_amounts = [part for segment in written for part in parts_of(segment, tops.get(segment.number))]
        self.everyday = lexicons.everyday
        self.contraries = lexicons.contraries
        self.feelings = lexicons.feelings
        self.is_talk = any(segment.speaker for segment in self.segments)
        asked = Counter(segment.speaker for segment in self.segments if segment.statements.is_question)
        self.asking = max(asked, key=lambda speaker: asked[speaker], default="")
        self.sides = [Side(segment, side) for segment in self.segments for side in segment.statements.sides]
        self._sides: dict[str, list[Side]] = defaultdict(list)
        for side in self.sides:
            for name in {each.name for each in side.segment.statements.things_of(side.timing)}:
                self._sides[name].append(side)
        self._people = {m.name for segment in self.segments for m in segment.statements.mentions if m.kind == "person"}
        self._words: dict[str, set[int]] = defaultdict(set)
        self._places: dict[str, list[Place]] = defaultdict(list)
        for segment in self.segments:
            for mention in segment.statements.mentions:
                for name in (mention.name, *mention.implied):
                    self._places[name].append(Place(segment, mention))
            for token in segment.statements.tokens:
                self._words[token.term].add(segment.number)

    @cached_property
    def has_companion(self) -> bool:
        """Whether somebody came along and speaks: a guest, a mother."""
        return any(_COMPANION.search(segment.speaker) for segment in self.segments)

    def segments_with(self, quantity: Quantity) -> list[int]:
        """Numbers of the segments that say the same amount, in the same or another unit."""
        return [
            segment.number
            for segment in self.segments
            if any(quantity.equals(each) for each in segment.statements.quantities)
        ]

    def places(self, name: str) -> Sequence[Place]:
        """Where a term is mentioned."""
        return self._places.get(name, ())

    def mentions(self, mention: Mention) -> bool:
        """Whether the sources mention the same, or all its parts together ("the pain in my knee")."""
        if self.places(mention.name):
            return True
        if mention.kind == "person":
            return bool(self._people & self._lexicons.groups.get(mention.name, frozenset()))
        where = [self._standing(name) for name in mention.parts]
        return len(where) >= _FEWEST_PARTS and any(
            all(number in numbers or number - 1 in numbers or number + 1 in numbers for numbers in where)
            for number in where[0]
        )

    def _standing(self, name: str) -> set[int]:
        """Numbers of the segments that mention a term, or have it as a word that is no term by itself ("back")."""
        return {place.segment.number for place in self.places(name)} | self._words.get(name, set())

    def composed(self, mention: Mention) -> list[Place]:
        """Where the finding of a longer term stands in one segment with its other words: the pain of "knee pain" in "my
        knee gives me no pain"."""
        if len(mention.parts) < _FEWEST_PARTS:
            return []
        holding = set.intersection(*(self._standing(name) for name in mention.parts))
        found = (place for name in mention.parts for place in self.places(name) if place.segment.number in holding)
        return [place for place in found if place.mention.kind in ("finding", "condition")]

    def weight(self, mention: Mention) -> float:
        """How much a term tells: rare ones more, terms of the clinic twice as much, everyday words little."""
        found_in = len({place.segment.number for place in self.places(mention.name)})
        rarity = math.log(1.0 + (len(self.segments) + 1) / (found_in + 0.5))
        if mention.name in self.everyday:
            return rarity * _EVERYDAY
        return rarity * _WEIGHTS.get(mention.kind, _OF_A_TERM)

    def sides_of(self, name: str) -> Sequence[Side]:
        """The sides that are said of a term."""
        return self._sides.get(name, ())

    def same_person(self, one: str, other: str) -> bool:
        """Whether what is said of one can be said of the other: a mother is a parent. "" is the patient."""
        groups = self._lexicons.groups
        return one == other or other in groups.get(one, ()) or one in groups.get(other, ())

    def is_of_relatives(self, claim: Statements, mention: Mention) -> bool:
        """Whether talk says of relatives alone what a sentence says of none: neither is one named before it, nor is it
        about "he" or "she", who may be the one of the sentence before."""
        places = self.places(mention.name)
        people = {place.mention.person for place in places if place.segment.speaker}
        first = claim.tokens[0].text if claim.tokens else ""
        may_be = {
            person
            for person in people
            if first in (("she", "her") if person in self._lexicons.women else ("he", "his"))
        }
        named = (
            bool(self._lexicons.people.find(claim.tokens[: mention.first])) or _FAMILY.search(claim.text) is not None
        )
        return bool(people) and "" not in people and not may_be and not named

    def around_mention(self, mention: Mention) -> list[Segment]:
        """The segments that mention the same thing, and their neighbours."""
        return self.around([place.segment for place in self.places(mention.name)], 1)

    def drug_of(self, segment: Segment, first: int, last: int) -> str:
        """The drug that an amount at tokens [first, last) is said of: the nearest of its segment, else the last one
        before it. "" for none."""
        nearest = segment.statements.nearest(first, last, "drug")
        if nearest is not None:
            return nearest.name
        for before in reversed(self.segments[max(0, segment.number - _DRUG_REACH) : segment.number]):
            drugs = [each.name for each in before.statements.mentions if each.kind == "drug"]
            if drugs and before.source == segment.source:
                return drugs[-1]
        return ""

    def around(self, segments: Iterable[Segment], reach: int) -> list[Segment]:
        """Segments and their neighbours in the same source."""
        wanted = sorted({number for each in segments for number in range(each.number - reach, each.number + reach + 1)})
        sources = {each.source for each in segments}
        return [
            self.segments[number]
            for number in wanted
            if 0 <= number < len(self.segments) and self.segments[number].source in sources
        ]
