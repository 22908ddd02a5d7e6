"""Which words of which document a sentence rests on. Found by comparing text; the model's own claims are not asked.

A sentence gets no source rather than a wrong one: most of its weight must be in one or two neighbouring sentences of a
passage, and every number in it must stand there too.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.evidence.sentences import Span, split_sentences
from engine.memory.terms import question_words, term, words
from engine.types import Hit, Source

PageOf = Callable[[int, int], int | None]

MOST_SOURCES = 2
# Share of the sentence's weight that a quote must hold, chosen so that few quotes are wrong; measured by
# tests/benchmarks/citations.py.
_NEEDED = 0.6
_FEWEST_TERMS = 2
# A second sentence, or a second source, must add this much.
_WORTH_MORE = 0.15
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_CITATION_MARK = re.compile(
    r"\[\s*\d+(?:\s*[,–-]\s*\d+)*\s*\]|\(\s*(?:source|passage|document)s?\s+\d+[^)]*\)", re.IGNORECASE
)
_LIST_MARK = re.compile(r"^\s*(?:[-*+•]|\d{1,2}[.)])\s+")
_NEGATIONS = frozenset({"not", "no", "never", "without", "cannot", "nor", "neither", "none"})


def match_sentence(sentence: str, hits: Sequence[Hit], page_of: PageOf) -> list[Source]:
    """The sources of a sentence, best first, at most two; none if nothing in the hits supports it.

    page_of gives the page of an offset in a document, or None where the format has no pages.
    """
    claim = _Claim.of(sentence)
    if len(claim.terms) < _FEWEST_TERMS:
        return []
    candidates = [quote for hit in hits for quote in _quotes(hit)]
    weights = _weights(claim, candidates)
    judged = sorted(
        ((claim.support(quote, weights), -place, quote) for place, quote in enumerate(candidates)),
        key=lambda item: item[:2],
        reverse=True,
    )
    chosen: list[tuple[float, _Quote]] = []
    for score, _, quote in judged:
        if score < _NEEDED or len(chosen) == MOST_SOURCES:
            break
        if any(quote.overlaps(other) or quote.text == other.text for _, other in chosen):
            continue
        if chosen and score < chosen[0][0] - _WORTH_MORE:
            break
        chosen.append((score, quote))
    return [quote.source(page_of, score) for score, quote in chosen]


@dataclass(frozen=True)
class _Quote:
    """One sentence of a passage, or two that follow each other."""

    hit: Hit
    spans: tuple[Span, ...]
    terms: frozenset[str]
    numbers: frozenset[str]

    @property
    def start(self) -> int:
        return self.hit.passage.start + self.spans[0].start

    @property
    def end(self) -> int:
        return self.hit.passage.start + self.spans[-1].end

    @property
    def text(self) -> str:
        return self.hit.passage.text[self.spans[0].start : self.spans[-1].end]

    def overlaps(self, other: _Quote) -> bool:
        same = self.hit.passage.document_id == other.hit.passage.document_id
        return same and self.start < other.end and other.start < self.end

    def source(self, page_of: PageOf, score: float) -> Source:
        passage = self.hit.passage
        return Source(
            document_id=passage.document_id,
            document=passage.document,
            page=page_of(passage.document_id, self.start),
            quote=self.text,
            start=self.start,
            end=self.end,
            passage_id=passage.id,
            score=round(score, 3),
        )


@dataclass(frozen=True)
class _Claim:
    terms: frozenset[str]
    numbers: frozenset[str]

    @staticmethod
    def of(sentence: str) -> _Claim:
        plain = _LIST_MARK.sub("", _CITATION_MARK.sub(" ", sentence))
        return _Claim(frozenset(_terms(plain)), frozenset(_numbers(plain)))

    def support(self, quote: _Quote, weights: dict[str, float]) -> float:
        """Share of the claim's weight that the quote holds; 0 if a number of the claim is not in it.

        The longer of two quotes with the same words loses a little: the reader should be shown no more than needed.
        """
        if not self.numbers <= quote.numbers:
            return 0.0
        whole = sum(weights[key] for key in self.terms)
        held = sum(weights[key] for key in self.terms & quote.terms)
        return held / whole - (_WORTH_MORE if len(quote.spans) > 1 else 0.0)


def _quotes(hit: Hit) -> list[_Quote]:
    spans = split_sentences(hit.passage.text)
    single = [_Quote(hit, (span,), frozenset(_terms(span.text)), frozenset(_numbers(span.text))) for span in spans]
    pairs = [
        _Quote(hit, left.spans + right.spans, left.terms | right.terms, left.numbers | right.numbers)
        for left, right in pairwise(single)
    ]
    return single + pairs


def _weights(claim: _Claim, quotes: Sequence[_Quote]) -> dict[str, float]:
    """Rare words among the quotes weigh more: the topic that all passages share proves nothing."""
    single = [quote for quote in quotes if len(quote.spans) == 1]
    found_in = Counter(key for quote in single for key in claim.terms & quote.terms)
    return {key: math.log(1.0 + (len(single) + 1) / (found_in[key] + 0.5)) for key in claim.terms}


def _terms(text: str) -> set[str]:
    plain = question_words() - _NEGATIONS
    return {term(word) for word in words(text) if word not in plain and (len(word) > 1 or word.isdigit())}


def _numbers(text: str) -> set[str]:
    """Numbers as written, with one decimal sign: "1,000" and "1000" are the same, "0,5" and "0.5" too."""
    return {_plain_number(found) for found in _NUMBER.findall(text)}


def _plain_number(written: str) -> str:
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+", written):
        return written.replace(",", "")
    plain = written.replace(",", ".")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
