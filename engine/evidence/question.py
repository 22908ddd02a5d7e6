"""What a question is about, held against the passages found for it.

A passage about another condition, another drug or other patients is the most dangerous kind of source: its words
support an answer to a question that nobody asked.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cached_property

from engine.evidence.lexicons import Lexicons, PatientGroup
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
    """Which clinical terms of a text the passages mention; see Mentioned.coverage."""
    return Mentioned(passages, lexicons).coverage(text)


class Mentioned:
    """What passages mention, their titles and headings included; read when first asked, and once."""

    def __init__(self, passages: Sequence[Passage], lexicons: Lexicons) -> None:
        self._sources = [SourceText(each.document, _with_titles(each)) for each in passages]
        self._lexicons = lexicons

    def coverage(self, text: str) -> Coverage:
        """Which clinical terms of a text are mentioned.

        Abbreviations that no lexicon knows are terms, too; a passage must write them in capitals as well ("LOT" is no
        lot).
        """
        said = read_statements(text, self._lexicons)
        named = [each for each in said.mentions if each.kind]
        terms = {each.name: each for each in named if each.kind in _KINDS}
        short = [] if text.isupper() else _abbreviations(text, {said.start(each.first) for each in named})
        groups = {token.text: each for token in said.tokens for each in self._groups if token.text in each.names}
        return Coverage(
            terms=(*(said.words(each.first, each.last) for each in terms.values()), *short),
            missing=(
                *(said.words(each.first, each.last) for each in terms.values() if not self._index.mentions(each)),
                *(each for each in short if each not in self._written),
            ),
            groups=tuple(word for word, group in groups.items() if self._words.isdisjoint(group.words)),
        )

    @property
    def _groups(self) -> Sequence[PatientGroup]:
        return self._lexicons.patient_groups

    @cached_property
    def _index(self) -> SourceIndex:
        return SourceIndex(self._sources, self._lexicons)

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(token.text for segment in self._index.segments for token in segment.statements.tokens)

    @cached_property
    def _written(self) -> frozenset[str]:
        return frozenset(match.group() for each in self._sources for match in _ABBREVIATION.finditer(each.text))


def _abbreviations(text: str, known: Container[int]) -> list[str]:
    """Words in capitals that do not begin at a place of known."""
    found = (match for match in _ABBREVIATION.finditer(text) if match.start() not in known)
    return list(dict.fromkeys(match.group() for match in found))


def _with_titles(passage: Passage) -> str:
    title = passage.document.rpartition(".")[0] or passage.document
    return ".\n".join(part for part in (title, passage.section, passage.shown) if part)
