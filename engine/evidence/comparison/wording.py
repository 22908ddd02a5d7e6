"""A sentence that stands in its source word by word, but for a word that says another thing."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from engine.evidence.comparison.alignment import NEEDED_SAME, aligned, same_words, words_of
from engine.evidence.segments import Segment
from engine.evidence.statements import Mention, Statements

_FREE = frozenset({"verb", "quality", "person"})  # words that a writer may choose


def replaced(claim: Statements, core: Sequence[Segment], everyday: AbstractSet[str]) -> Mention | None:
    """The mention that stands where the source has other words, in an otherwise equal sentence; None if there is
    none. Not of talk, which is always told in other words."""
    mine = words_of(claim)
    for segment in (each for each in core if not each.speaker):
        matcher = aligned(mine, words_of(segment.statements))
        if same_words(matcher) < NEEDED_SAME * len(mine):
            continue
        said = {name for each in segment.statements.mentions for name in (each.name, *each.implied)}
        changed = {
            mine[index][1]
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
