"""Passages that say the same in the same words, so that one page does not fill the list of results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from engine.memory.terms import words

T = TypeVar("T")

_SHINGLE = 4
# Of the shingles of both together. A header or a corrected typing error still leaves nine tenths in common.
_ALIKE = 0.9
_NEGATIONS = frozenset({"no", "not", "never", "none", "nor", "without", "cannot", "t"})  # "t": don't


def without_duplicates(items: Iterable[tuple[T, str]]) -> Iterator[T]:
    """The items whose text is not nearly that of an earlier one.

    Texts with different numbers or negations are never duplicates: two editions of a protocol may differ in a dose or
    a "not" only.
    """
    kept: list[tuple[frozenset[tuple[str, ...]], tuple[str, ...]]] = []
    for item, text in items:
        found = words(text)
        decisive = tuple(word for word in found if word in _NEGATIONS or not word.isalpha())
        shingles = frozenset(zip(*(found[offset:] for offset in range(_SHINGLE)), strict=False)) or frozenset(
            [tuple(found)]
        )
        if not any(decisive == other_decisive and _alike(shingles, other) for other, other_decisive in kept):
            kept.append((shingles, decisive))
            yield item


def _alike(left: frozenset[tuple[str, ...]], right: frozenset[tuple[str, ...]]) -> bool:
    common = len(left & right)
    return common >= _ALIKE * (len(left) + len(right) - common)
