"""A sentence laid word by word beside one of its source."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from engine.evidence.statements import Statements

# Share of a sentence's words that must stand in the source in the same order, for it to be the source's own.
NEEDED_SAME = 0.6

Word = tuple[str, int]
"""A word and the place of its token."""


def words_of(statements: Statements) -> list[Word]:
    return [(token.text, place) for place, token in enumerate(statements.tokens) if token.is_word]


def aligned(mine: Sequence[Word], theirs: Sequence[Word]) -> SequenceMatcher[str]:
    return SequenceMatcher(None, [word for word, _ in mine], [word for word, _ in theirs], autojunk=False)


def same_words(matcher: SequenceMatcher[str]) -> int:
    """How many words stand in both in the same order."""
    return sum(block.size for block in matcher.get_matching_blocks())
