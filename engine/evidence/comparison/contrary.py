"""A written sentence turned round by a word: a "not" more or less, "before" for "after"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from engine.evidence.comparison.alignment import NEEDED_SAME, aligned, same_words, words_of
from engine.evidence.comparison.difference import Difference, between
from engine.evidence.segments import Segment
from engine.evidence.statements import Statements
from engine.types import FindingKind

_NEGATIONS = frozenset({"not", "never", "no", "cannot", "avoid"})
_LIMITS = frozenset({"more", "less", "fewer", "exceed", "exceeding", "later", "sooner", "only", "longer", "than"})
_SHORT = 2  # words; a longer stretch that only one of the two has may be an exception that the other leaves out


def contrary(claim: Statements, core: Sequence[Segment], pairs: AbstractSet[tuple[str, str]]) -> Iterator[Difference]:
    """Turned words of a sentence that stands otherwise word by word in a source that is no talk. pairs: words of which
    one says the contrary of the other, in both orders."""
    mine = words_of(claim)
    matched = [(aligned(mine, words_of(segment.statements)), segment) for segment in core if not segment.speaker]
    if not matched or not mine:
        return
    matcher, segment = max(matched, key=lambda pair: same_words(pair[0]))
    if same_words(matcher) < NEEDED_SAME * len(mine):
        return
    theirs = words_of(segment.statements)
    codes = matcher.get_opcodes()
    for number, (change, first, last, other_first, other_last) in enumerate(codes):
        if change == "equal":
            continue
        said, source = mine[first:last], theirs[other_first:other_last]
        if max(len(said), len(source)) > _SHORT:
            continue
        said_words, source_words = [word for word, _ in said], [word for word, _ in source]
        following = [word for word, _ in mine[last : last + 1] + theirs[other_last : other_last + 1]]
        turned = any((one, other) in pairs for one in said_words for other in source_words)
        limits = not _LIMITS.isdisjoint(following + said_words + source_words)
        denied = not limits and _NEGATIONS.isdisjoint(said_words) is not _NEGATIONS.isdisjoint(source_words)
        if turned is not denied and _goes_on_alike(codes, number):
            # With the next word, which both say: "give" against "never give".
            here, there = _tokens(mine, first, last + 1), _tokens(theirs, other_first, other_last + 1)
            yield between(FindingKind.NEGATION, claim, here, segment, there)


def _goes_on_alike(codes: Sequence[tuple[str, int, int, int, int]], number: int) -> bool:
    """Whether both say the same next; where the sentence ends its source may go on as it likes."""
    return number + 1 < len(codes) and codes[number + 1][0] == "equal"


def _tokens(words: Sequence[tuple[str, int]], first: int, last: int) -> tuple[int, int]:
    """Tokens [first, last) of words [first, last)."""
    return words[first][1], words[last - 1][1] + 1
