"""A clause that adds something of which nobody spoke to a sentence that is borne out otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from engine.evidence.comparison.difference import Difference, unknown
from engine.evidence.source_index import SourceIndex
from engine.evidence.statements import Mention, Statements
from engine.types import FindingKind

_CLAUSES = re.compile(r"\b(?:who|which|where|but|and (?:he|she|they|the patient|works|lives))\b", re.IGNORECASE)
_ARTICLES = frozenset("the a an his her their its this".split())
_TELL_NOTHING = frozenset({"verb", "quality", "person", "time"})


def invented(claim: Statements, index: SourceIndex) -> Iterator[Difference]:
    """The noun of a clause in which nothing else tells, where talk knows it not: "a nurse who works at the harbour"."""
    if not index.is_talk:
        return
    starts = [match.start() + claim.offset for match in _CLAUSES.finditer(claim.text)]
    for begin, end in pairwise([*starts, claim.offset + len(claim.text)]):
        telling = [each for each in claim.mentions if begin <= claim.start(each.first) < end and _tells(each, index)]
        amounts = any(begin <= claim.start(each.first) < end for each in claim.quantities)
        nouns = [each for each in telling if each.first and claim.tokens[each.first - 1].text in _ARTICLES]
        if nouns and not amounts and not any(index.mentions(each) for each in telling):
            yield unknown(FindingKind.VALUE, claim, nouns[0].first, nouns[0].last)


def _tells(mention: Mention, index: SourceIndex) -> bool:
    return mention.kind not in _TELL_NOTHING and mention.name not in index.everyday
