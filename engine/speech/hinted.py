"""What a hint made the recognizer write is taken only where it wrote something alike without the hint.

A hint brings names that it would not know, and can bring them where nobody said them: a drug that is invented does more
harm than one that is misspelt.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

import msgspec

from engine.speech.messages import HeardWord
from engine.speech.segments import Segment
from engine.speech.vocabulary import plain

_LEAST_LETTERS = 5  # shorter words of a hint are everyday ones
_ALIKE = 0.65  # letters in common, in their order


def names_in(hint: str) -> frozenset[str]:
    """The words that a hint may bring."""
    return frozenset(word for word in plain(hint).split() if len(word) >= _LEAST_LETTERS and word.isalpha())


def mentions(segments: Sequence[Segment], names: frozenset[str]) -> bool:
    return any(_plain(word) in names for segment in segments for word in segment.words)


def borne_out(hinted: Sequence[Segment], bare: Sequence[Segment], names: frozenset[str]) -> list[Segment]:
    """hinted, with the words of bare wherever a name has no counterpart there that reads alike."""
    words = [(word, number) for number, segment in enumerate(hinted) for word in segment.words]
    others = [word for segment in bare for word in segment.words]
    kept: list[list[HeardWord]] = [[] for _ in hinted]
    matcher = SequenceMatcher(
        None, [_plain(word) for word, _ in words], [_plain(word) for word in others], autojunk=False
    )
    last = 0
    for kind, begin, end, other_begin, other_end in matcher.get_opcodes():
        span, counterpart = words[begin:end], others[other_begin:other_end]
        if kind == "equal" or not _unfounded([word for word, _ in span], counterpart, names):
            for word, number in span:
                kept[number].append(word)
                last = number
        else:
            kept[span[0][1] if span else last] += counterpart
    return [msgspec.structs.replace(segment, words=said) for segment, said in zip(hinted, kept, strict=True)]


def _unfounded(span: Sequence[HeardWord], counterpart: Sequence[HeardWord], names: frozenset[str]) -> bool:
    """Whether a name among words has nothing alike in the others."""
    if not any(_plain(word) in names for word in span):
        return False
    letters = "".join(_plain(word) for word in span)
    others = "".join(_plain(word) for word in counterpart)
    return SequenceMatcher(None, letters, others, autojunk=False).ratio() < _ALIKE


def _plain(word: HeardWord) -> str:
    return plain(word.text)
