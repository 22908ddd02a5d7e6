"""How much alike words sound, judged by their letters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

ALIKE = 0.7  # letters in common, in their order

# Letters that English speaks alike, as far as it matters for the names of drugs, after Gadd's Phonix (1988).
_SOUNDS = (
    (re.compile(r"ph"), "f"),
    (re.compile(r"th"), "t"),
    (re.compile(r"(?:c|s|z)(?=[eiy])|z"), "s"),
    (re.compile(r"ck|c|q"), "k"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"y"), "i"),
    (re.compile(r"(.)\1+"), r"\1"),
)


class Found(NamedTuple):
    """Words [first, last) sound like a name; likeness from 0 to 1."""

    first: int
    last: int
    likeness: float


@lru_cache(maxsize=4096)
def sound(letters: str) -> str:
    """Letters in lower case as they are spoken, roughly: words that sound the same are the same."""
    for pattern, spoken in _SOUNDS:
        letters = pattern.sub(spoken, letters)
    return letters


def likeness(one: str, other: str) -> float:
    """From 0 to 1."""
    return SequenceMatcher(None, sound(one), sound(other), autojunk=False).ratio()


def most_alike(words: Sequence[str], clear: Sequence[bool], name: str, most_words: int = 5) -> Found | None:
    """The neighbouring words that together sound most like a name, None where none sound ALIKE.

    clear: which words were clearly heard; words that all were are passed over.
    """
    spoken = sound(name)
    matcher = SequenceMatcher(None, autojunk=False)
    matcher.set_seq2(spoken)
    best: Found | None = None
    for first in range(len(words)):
        letters = ""
        for last in range(first + 1, min(first + most_words, len(words)) + 1):
            letters += words[last - 1]
            if all(clear[first:last]):
                continue
            matcher.set_seq1(sound(letters))
            least = best.likeness if best is not None else ALIKE
            if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
                continue
            alike = matcher.ratio()
            if alike > least or (best is None and alike >= ALIKE):
                best = Found(first, last, alike)
    return best
