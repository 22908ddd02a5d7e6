"""A sentence that stands in its source word by word, but for a word that says another thing."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from difflib import SequenceMatcher

from engine.evidence.segments import Segment
from engine.evidence.statements import Mention, Statements

_SAME_WORDS = 0.6  # share of the sentence's words that must stand in the source in the same order
_FREE = frozenset({"verb", "quality", "person"})  # words that a writer may choose


def replaced(claim: Statements, core: Sequence[Segment], everyday: AbstractSet[str]) -> Mention | None:
    """The mention that stands where the source has other words, in an otherwise equal sentence; None if there is
    none. Not of talk, which is always told in other words."""
    mine = [token.text for token in claim.tokens if token.is_word]
    places = [index for index, token in enumerate(claim.tokens) if token.is_word]
    for segment in (each for each in core if not each.speaker):
        theirs = [token.text for token in segment.statements.tokens if token.is_word]
        matcher = SequenceMatcher(None, mine, theirs, autojunk=False)
        if sum(block.size for block in matcher.get_matching_blocks()) < _SAME_WORDS * len(mine):
            continue
        said = {name for each in segment.statements.mentions for name in (each.name, *each.implied)}
        changed = {
            places[index]
            for kind, first, last, _, _ in matcher.get_opcodes()
            if kind == "replace"
            for index in range(first, last)
        }
        for mention in claim.mentions:
            telling = mention.kind not in _FREE and mention.name not in everyday and mention.name not in said
            if telling and mention.first in changed:
                return mention
        return None
    return None
