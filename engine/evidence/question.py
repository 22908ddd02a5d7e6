"""What a question is about, held against the passages found for it.

A passage about another condition, another drug or other patients is the most dangerous kind of source: its words
support an answer to a question that nobody asked.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

from engine.evidence.lexicons import Lexicons
from engine.evidence.reading import read_statements
from engine.evidence.source_index import SourceIndex
from engine.evidence.sources import SourceText
from engine.types import Passage

_ABBREVIATION = re.compile(r"\b[A-Z]{2,6}(?=s?\b)")
_KINDS = frozenset({"drug", "condition", "finding", "test", "treatment", "anatomy"})


@dataclass(frozen=True)
class Coverage:
    """The clinical terms of a question, in its own words, and those that no passage mentions by any name.

    groups: its words for patients that need treatment of their own (newborns), where no passage speaks of them.
    """

    terms: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    @property
    def unmentioned(self) -> list[str]:
        return [*self.groups, *(each for each in self.missing if each not in self.groups)]

    @property
    def beside_the_question(self) -> bool:
        """Whether the passages speak of other patients, or lack half or more of what is asked about. Less may be the
        setting of the question: the warfarin of a patient whose earache is asked about."""
        return bool(self.groups) or (bool(self.missing) and 2 * len(self.missing) >= len(self.terms))


def coverage(text: str, passages: Sequence[Passage], lexicons: Lexicons) -> Coverage:
    """Which clinical terms of a text the passages mention; their titles and headings count.

    Abbreviations that no lexicon knows are terms, too; a passage must write them in capitals as well ("LOT" is no lot).
    """
    said = read_statements(text, lexicons)
    named = [each for each in said.mentions if each.kind]
    terms = {each.name: each for each in named if each.kind in _KINDS}
    short = [] if text.isupper() else _abbreviations(text, {said.start(each.first) for each in named})
    groups = {
        token.text: group for token in said.tokens for group in lexicons.patient_groups if token.text in group.names
    }
    if not (terms or short or groups):
        return Coverage()
    sources = [SourceText(each.document, _with_titles(each)) for each in passages]
    index = SourceIndex(sources, lexicons)
    words = {token.text for segment in index.segments for token in segment.statements.tokens}
    written = {match.group() for each in sources for match in _ABBREVIATION.finditer(each.text)}
    missing = [said.words(each.first, each.last) for each in terms.values() if not index.mentions(each)]
    return Coverage(
        terms=(*(said.words(each.first, each.last) for each in terms.values()), *short),
        missing=(*missing, *(each for each in short if each not in written)),
        groups=tuple(word for word, group in groups.items() if words.isdisjoint(group.words)),
    )


def _abbreviations(text: str, known: Container[int]) -> list[str]:
    """Words in capitals that do not begin at a place of known."""
    found = (match for match in _ABBREVIATION.finditer(text) if match.start() not in known)
    return list(dict.fromkeys(match.group() for match in found))


def _with_titles(passage: Passage) -> str:
    title = passage.document.rpartition(".")[0] or passage.document
    return ".\n".join(part for part in (title, passage.section, passage.shown) if part)
