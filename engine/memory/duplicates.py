"""Passages that say the same in the same words, so that one page does not fill the list of results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from engine.memory.terms import words

T = TypeVar("T")

_SHINGLE = 4
# Of the shingles of both together. A header or a corrected typing error still leaves nine tenths in common.
_ALIKE = 0.9


def without_duplicates(items: Iterable[tuple[T, str]]) -> Iterator[T]:
    """The items whose text is not nearly that of an earlier one.

    Texts with different numbers are never duplicates: two editions of a protocol may differ in a dose only.
    """
    kept: list[tuple[frozenset[tuple[str, ...]], tuple[str, ...]]] = []
    for item, text in items:
        found = words(text)
        numbers = tuple(word for word in found if any(char.isdigit() for char in word))
        shingles = frozenset(zip(*(found[offset:] for offset in range(_SHINGLE)), strict=False)) or frozenset(
            [tuple(found)]
        )
        if not any(numbers == other_numbers and _alike(shingles, other) for other, other_numbers in kept):
            kept.append((shingles, numbers))
            yield item


def _alike(left: frozenset[tuple[str, ...]], right: frozenset[tuple[str, ...]]) -> bool:
    common = len(left & right)
    return common >= _ALIKE * (len(left) + len(right) - common)
