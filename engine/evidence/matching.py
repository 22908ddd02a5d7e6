"""Which words of which document a sentence rests on. Found by comparing text; the model's own claims are not asked.

A sentence gets no source rather than a wrong one: most of its weight must be in one or two neighbouring sentences of a
passage (or, for a sentence that joins two statements, in two such places), and every number in it must stand there too.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from rapidfuzz.fuzz import partial_ratio

from engine.evidence.sentences import Span, split_sentences
from engine.evidence.tokens import LIST_MARK, NUMBER
from engine.memory.terms import question_words, term, words
from engine.types import Hit, Source

PageOf = Callable[[int, int], int | None]

MOST_SOURCES = 2
# Share of the sentence's weight that its source must hold, chosen so that few sources are wrong; measured by
# tests/benchmarks/citations.py.
_NEEDED = 0.6
_NEEDED_OF_SHORT = 0.85  # of sentences of three terms or fewer: chance agreement is likelier there
_NEEDED_OF_TWO = 0.75
# "After 20 minutes." is too little to be matched: any sentence about another 20 minutes would do.
_FEWEST_TERMS, _SHORT_TERMS, _LONG_TERMS = 3, 3, 8
# A second sentence, or a second source, must add this much.
_WORTH_MORE = 0.15
_SAME_ORDER = 0.1
_TRIED_TOGETHER = 12
_LONGEST_GAP = 5  # characters between sentences that follow each other
_CITATION_MARK = re.compile(
    r"\[\s*\d+(?:\s*[,–-]\s*\d+)*\s*\]|\(\s*(?:source|passage|document)s?\s+\d+[^)]*\)", re.IGNORECASE
)
_NEGATIONS = frozenset({"not", "no", "never", "without", "cannot", "nor", "neither", "none"})


def match_sentence(sentence: str, hits: Sequence[Hit], page_of: PageOf) -> list[Source]:
    """The sources of a sentence, best first, at most two; none if nothing in the hits supports it.

    page_of gives the page of an offset in a document, or None where the format has no pages.
    """
    claim = _Claim.of(sentence)
    if len(claim.terms) < _FEWEST_TERMS:
        return []
    quotes = [quote for hit in hits for quote in _quotes(hit)]
    weights = _weights(claim, quotes)
    shares = [(claim.share(quote, weights), quote) for quote in quotes]
    supporting = [item for item in shares if item[0] >= claim.needed and claim.numbers <= item[1].numbers]
    best = max((share for share, _ in supporting), default=0.0)
    chosen = _best_two(claim, weights, shares, better_than=best) or _best(claim, supporting)
    return [quote.source(page_of, share) for share, quote in chosen]


def numbers_in(text: str) -> set[str]:
    """Numbers of a text by value: "1,000" and "1000" are the same, "0,5" and "0.50" too."""
    return {_plain_number(found) for found in NUMBER.findall(text)}


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

    def repeats(self, other: _Quote) -> bool:
        """Whether this shows the reader again what the other shows."""
        same = self.hit.passage.document_id == other.hit.passage.document_id
        return (same and self.start < other.end and other.start < self.end) or self.terms >= other.terms

    def touches(self, other: _Quote) -> bool:
        """Whether the two follow each other, so that they are better shown as one."""
        gap = max(self.start, other.start) - min(self.end, other.end)
        return self.hit.passage.document_id == other.hit.passage.document_id and gap <= _LONGEST_GAP

    def source(self, page_of: PageOf, share: float) -> Source:
        passage = self.hit.passage
        return Source(
            document_id=passage.document_id,
            document=passage.document,
            page=page_of(passage.document_id, (self.start + self.end) // 2),  # the page that holds most of it
            quote=self.text,
            start=self.start,
            end=self.end,
            passage_id=passage.id,
            score=round(share, 3),
        )


@dataclass(frozen=True)
class _Claim:
    text: str
    terms: frozenset[str]
    numbers: frozenset[str]

    @staticmethod
    def of(sentence: str) -> _Claim:
        plain = LIST_MARK.sub("", _CITATION_MARK.sub(" ", sentence))
        return _Claim(plain, frozenset(_terms(plain)), frozenset(numbers_in(plain)))

    @property
    def needed(self) -> float:
        """Share of the weight that a source must hold; more of a short sentence."""
        shortness = min(1.0, max(0.0, (_LONG_TERMS - len(self.terms)) / (_LONG_TERMS - _SHORT_TERMS)))
        return _NEEDED + shortness * (_NEEDED_OF_SHORT - _NEEDED)

    def share(self, quote: _Quote, weights: Mapping[str, float]) -> float:
        """Share of the claim's weight that the quote holds. Two sentences lose a little against one: the reader should
        be shown no more than needed."""
        whole = sum(weights.values())
        held = sum(weights[key] for key in self.terms & quote.terms)
        return held / whole - (_WORTH_MORE if len(quote.spans) > 1 else 0.0)


def _best(claim: _Claim, supporting: Sequence[tuple[float, _Quote]]) -> list[tuple[float, _Quote]]:
    """The best quote, and a second that says nearly as much elsewhere. Among equals the one in the same word order."""
    ranked = sorted(supporting, key=lambda item: -item[0] - _SAME_ORDER * partial_ratio(claim.text, item[1].text) / 100)
    chosen: list[tuple[float, _Quote]] = []
    for share, quote in ranked:
        if len(chosen) == MOST_SOURCES or (chosen and share < chosen[0][0] - _WORTH_MORE):
            break
        if not any(quote.repeats(other) for _, other in chosen):
            chosen.append((share, quote))
    return chosen


def _best_two(
    claim: _Claim, weights: Mapping[str, float], shares: Sequence[tuple[float, _Quote]], *, better_than: float
) -> list[tuple[float, _Quote]]:
    """Two sentences from different places, where the claim joins what each of them says and one alone says less.

    The numbers must all be in one of them: taken from two places they would prove nothing.
    """
    if len(claim.terms) < _LONG_TERMS:
        return []
    whole = sum(weights.values())
    single = sorted((item for item in shares if len(item[1].spans) == 1), key=lambda item: -item[0])[:_TRIED_TOGETHER]
    best: list[tuple[float, _Quote]] = []
    best_share = max(_NEEDED_OF_TWO, better_than + 2 * _WORTH_MORE)
    for first, second in combinations(single, 2):
        left, right = first[1], second[1]
        share = sum(weights[key] for key in claim.terms & (left.terms | right.terms)) / whole
        adds = share - max(first[0], second[0]) >= 2 * _WORTH_MORE
        if (
            share >= best_share
            and adds
            and not left.touches(right)
            and (claim.numbers <= left.numbers or claim.numbers <= right.numbers)
        ):
            best, best_share = [first, second], share
    return best


def _quotes(hit: Hit) -> list[_Quote]:
    single = [
        _Quote(hit, (span,), frozenset(_terms(span.text)), frozenset(numbers_in(span.text)))
        for span in split_sentences(hit.passage.text)
    ]
    double = [
        _Quote(hit, left.spans + right.spans, left.terms | right.terms, left.numbers | right.numbers)
        for left, right in pairwise(single)
    ]
    return single + double


def _weights(claim: _Claim, quotes: Sequence[_Quote]) -> dict[str, float]:
    """Rare words among the quotes weigh more: the topic that all passages share proves nothing."""
    single = [quote for quote in quotes if len(quote.spans) == 1]
    found_in = Counter(key for quote in single for key in claim.terms & quote.terms)
    return {key: math.log(1.0 + (len(single) + 1) / (found_in[key] + 0.5)) for key in claim.terms}


def _terms(text: str) -> set[str]:
    plain = question_words() - _NEGATIONS
    return {term(word) for word in words(text) if word not in plain and (len(word) > 1 or word.isdigit())}


def _plain_number(written: str) -> str:
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+", written):
        return written.replace(",", "")
    plain = written.replace(",", ".")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
