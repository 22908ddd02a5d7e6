"""Sources cut into segments: sentences, rows of tables, and thoughts where speech has no full stops."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from engine.evidence.lexicons import Lexicons
from engine.evidence.reading import read_statements
from engine.evidence.sentences import Span, split_sentences
from engine.evidence.sources import SourceText
from engine.evidence.statements import Statements
from engine.types import CELL_MARK

_NEW_THOUGHT = re.compile(
    r"\s+(?=(?:okay|alright|all right|so|but|and (?:then|i|you|your|we|he|she|it|do|are|have|is|any|how)"
    r"|i'm|i'll|i've|let's|we're|we'll"
    r"|you(?: have| do| are|'re)|there(?:'s| is| are)|on your|do you|are you|have you|did you|how about|any"
    r"|your (?:\w+ ){1,4}(?:is|are|was|were|looks?|shows?|has|have|do|does))\b)",
    re.IGNORECASE,
)
_APART = re.compile(r"(?<=\s[.?!])\s+(?=\S)")
_BOTH = 2
_SHORTEST_THOUGHT = 7  # words
_SHORTEST_BEFORE_OKAY = 2
_OKAY = re.compile(r"(?:okay|alright|all right)\b", re.IGNORECASE)
# "I don't see any swelling", "I think you have gout": the thought goes on.
_GOES_ON = re.compile(
    r"(?:\b(?:no|not|n't|without|never|deny|denies|denied|see|think|know|believe|say|said|that|because|when|if|like|of|with|as|have"
    r"|had|having|or|for|to|in|on)\W*)$",
    re.IGNORECASE,
)
_DENIED_NEAR = re.compile(r"\b(?:no|not|n't|without|never|den(?:y|ies|ied))\b(?:\W+\w+){0,5}\W*$", re.IGNORECASE)


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


def read_segments(sources: Sequence[SourceText], lexicons: Lexicons) -> Iterator[Segment]:
    """The segments of all sources, numbered from 0."""
    number = 0
    for index, source in enumerate(sources):
        stretches = [(turn.start, turn.end, turn.speaker) for turn in source.turns] or [(0, len(source.text), "")]
        for start, end, speaker in stretches:
            spans = split_sentences(source.text, start, end)
            for span in _thoughts(source.text, spans, lexicons) if speaker else _rows(spans):
                statements = read_statements(span.text, lexicons, span.start, spoken=bool(speaker))
                yield Segment(number, index, span.start, span.end, span.text, speaker, statements)
                number += 1


def _rows(spans: Sequence[Span]) -> Iterator[Span]:
    """Each row of a table by itself: its amounts are those of its own first cell."""
    for span in spans:
        if CELL_MARK not in span.text or "\n" not in span.text:
            yield span
            continue
        begin = span.start
        for row in span.text.splitlines(keepends=True):
            if row.strip():
                yield Span(begin, begin + len(row.rstrip()), row.rstrip())
            begin += len(row)


def _at_stops(span: Span, numbers: Container[str]) -> Iterator[Span]:
    """Speech whose words all stand apart, "it hurts . since monday": each full stop ends a sentence, but for the point
    of "six . seven"."""
    begin = 0
    for match in _APART.finditer(span.text):
        beside = span.text[begin : match.start()].split()[-2:-1] + span.text[match.end() :].split(maxsplit=1)[:1]
        if len(beside) == _BOTH and all(word.isdigit() or word.lower() in numbers for word in beside):
            continue
        yield Span(span.start + begin, span.start + match.start(), span.text[begin : match.start()])
        begin = match.end()
    yield Span(span.start + begin, span.end, span.text[begin:])


def _thoughts(text: str, spans: Sequence[Span], lexicons: Lexicons) -> Iterator[Span]:
    """Speech written down without full stops, cut where a new thought is likely to begin."""
    for span in chain.from_iterable(_at_stops(each, lexicons.numbers) for each in spans):
        begin = span.start
        for match in _NEW_THOUGHT.finditer(text, span.start, span.end):
            before = text[begin : match.start()]
            after = text[match.end() : match.end() + 4].lower()
            shortest = _SHORTEST_BEFORE_OKAY if _OKAY.match(text, match.end()) else _SHORTEST_THOUGHT
            if before.count(" ") < shortest or match.end() >= span.end or _GOES_ON.search(before):
                continue
            if after.startswith("any") and _DENIED_NEAR.search(before):
                continue
            yield Span(begin, match.start(), before)
            begin = match.end()
        yield Span(begin, span.end, text[begin : span.end])
