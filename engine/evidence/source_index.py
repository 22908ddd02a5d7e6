"""Sources cut into segments, with what each states, found by term."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from engine.evidence.lexicons import Lexicons
from engine.evidence.sentences import Span, split_sentences
from engine.evidence.sources import SourceText
from engine.evidence.statements import Mention, Statements, read_statements

_NO = frozenset({"no", "nope", "nah", "not", "never", "none", "neither", "negative"})
_YES = frozenset(
    {"yes", "yeah", "yep", "yup", "correct", "sure", "definitely", "absolutely", "hmm", "huh", "right", "exactly"}
)
_OPENING = 6  # words of a reply in which its yes or no stands
_NEW_THOUGHT = re.compile(
    r"\s+(?=(?:okay|alright|so|but|and (?:then|i|you|your|we|he|she|it|do|are|have|is)|i'm|i'll|i've|let's|we're|we'll"
    r"|you(?:r| have| do| know)|there(?:'s| is| are)|on your|do you|are you|have you|any)\b)",
    re.IGNORECASE,
)
_OPEN_QUESTION = re.compile(r"\b(?:how(?!\s+about)|what|when|where|which|why|who)\b", re.IGNORECASE)
_SHORTEST_THOUGHT = 7  # words


@dataclass(frozen=True)
class Segment:
    """A sentence of a source, or a row of its table: text[start:end] of that source."""

    number: int
    source: int
    start: int
    end: int
    text: str
    speaker: str
    statements: Statements


@dataclass(frozen=True)
class Place:
    """A mention and the segment it stands in."""

    segment: Segment
    mention: Mention


class SourceIndex:
    """The segments of all sources in order, and where each term is mentioned."""

    def __init__(self, sources: Sequence[SourceText], lexicons: Lexicons) -> None:
        self.segments = _answered(list(_segments(sources, lexicons)))
        self.quantities = [each for segment in self.segments for each in segment.statements.quantities]
        self._places: dict[str, list[Place]] = defaultdict(list)
        for segment in self.segments:
            for mention in segment.statements.mentions:
                for name in (mention.name, *mention.implied):
                    self._places[name].append(Place(segment, mention))

    def places(self, name: str) -> Sequence[Place]:
        """Where a term is mentioned."""
        return self._places.get(name, ())

    def weight(self, mention: Mention) -> float:
        """How much a term tells: rare ones more, words of the clinic twice as much."""
        found_in = len({place.segment.number for place in self.places(mention.name)})
        rarity = math.log(1.0 + (len(self.segments) + 1) / (found_in + 0.5))
        return rarity * (2.0 if mention.is_concept else 1.0)

    def around(self, segments: Iterable[Segment], reach: int) -> list[Segment]:
        """Segments and their neighbours in the same source."""
        wanted = sorted({number for each in segments for number in range(each.number - reach, each.number + reach + 1)})
        sources = {each.source for each in segments}
        return [
            self.segments[number]
            for number in wanted
            if 0 <= number < len(self.segments) and self.segments[number].source in sources
        ]


def _segments(sources: Sequence[SourceText], lexicons: Lexicons) -> Iterator[Segment]:
    number = 0
    for index, source in enumerate(sources):
        stretches = [(turn.start, turn.end, turn.speaker) for turn in source.turns] or [(0, len(source.text), "")]
        for start, end, speaker in stretches:
            spans = split_sentences(source.text, start, end)
            for span in _spoken(source.text, spans) if speaker else spans:
                statements = read_statements(span.text, lexicons, span.start, spoken=bool(speaker))
                yield Segment(number, index, span.start, span.end, span.text, speaker, statements)
                number += 1


def _spoken(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Speech written down without full stops, cut where a new thought is likely to begin."""
    for span in spans:
        begin = span.start
        for match in _NEW_THOUGHT.finditer(text, span.start, span.end):
            if text.count(" ", begin, match.start()) >= _SHORTEST_THOUGHT and match.end() < span.end:
                yield Span(begin, match.start(), text[begin : match.start()])
                begin = match.end()
        yield Span(begin, span.end, text[begin : span.end])


def _answered(segments: list[Segment]) -> list[Segment]:
    """Questions that the other speaker answers with yes or no take the answer's word for what they ask."""
    result = list(segments)
    for index, segment in enumerate(segments):
        if not segment.statements.is_question or not segment.speaker or _OPEN_QUESTION.search(segment.text):
            continue
        reply = next((each for each in segments[index + 1 : index + 4] if each.speaker != segment.speaker), None)
        denied = _denies(reply) if reply is not None else None
        if denied is not None:
            mentions = tuple(
                replace(mention, negated=mention.negated or denied) for mention in segment.statements.mentions
            )
            result[index] = replace(segment, statements=replace(segment.statements, mentions=mentions))
    return result


def _denies(reply: Segment) -> bool | None:
    """Whether a reply opens with a no (true), a yes (false) or neither (None)."""
    opening = [token.text for token in reply.statements.tokens if token.is_word][:_OPENING]
    said = next((word for word in opening if word in _NO | _YES), None)
    return None if said is None else said in _NO
