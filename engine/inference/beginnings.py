"""What the model evaluated of beginnings that come again, kept as copies of its state (docs/adr/0012).

A context holds the state of one prompt. Where prompts with other beginnings take turns, each beginning would be read
anew each time; a copy of its state is put back in milliseconds, and is the very state that reading it gave.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import NamedTuple

import psutil

_MOST_BYTES = 512 << 20
_PART_OF_MEMORY = 16  # of all that the computer has
_PART_OF_FREE = 4  # a copy must not be what makes the computer swap


class Beginning(NamedTuple):
    """Tokens, the state after them, and the (size, kept) of the steps in which they were evaluated."""

    tokens: tuple[int, ...]
    steps: tuple[tuple[int, int], ...]
    state: bytearray


class Beginnings:
    """The copies that were made, within a bound of memory: those not used for longest go first. Used by one thread."""

    def __init__(self, most_bytes: int | None = None, free_bytes: Callable[[], int] | None = None) -> None:
        """most_bytes: all copies together, else by the computer's memory. free_bytes: asked before each new one."""
        self._most = min(_MOST_BYTES, psutil.virtual_memory().total // _PART_OF_MEMORY)
        if most_bytes is not None:
            self._most = most_bytes
        self._free = free_bytes or _free_memory
        self._kept: OrderedDict[tuple[int, ...], Beginning] = OrderedDict()
        self._bytes = 0

    def room_for(self, tokens: Sequence[int], size: int) -> bool:
        """Make room for a copy of so many bytes; false where there is none, or none is needed: one begins so."""
        if size > self._most or size * _PART_OF_FREE > self._free():
            return False
        if any(len(tokens) <= common(tokens, kept) for kept in self._kept):
            return False
        while self._bytes + size > self._most:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= len(oldest.state)
        return True

    def put(self, beginning: Beginning) -> None:
        """Keep a copy that there is room for."""
        self._kept[beginning.tokens] = beginning
        self._bytes += len(beginning.state)

    def nearest(self, tokens: Sequence[int]) -> tuple[Beginning | None, int]:
        """The copy that agrees with most of a prompt's tokens, and with how many."""
        found = max(self._kept, key=lambda kept: common(tokens, kept), default=())
        shared = common(tokens, found)
        if shared > len(found) // 2:  # else they have no more than the instructions of all prompts in common
            self._kept.move_to_end(found)
        return self._kept.get(found), shared


def common(one: Sequence[int], other: Sequence[int]) -> int:
    """How many tokens both begin with."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _free_memory() -> int:
    return int(psutil.virtual_memory().available)
