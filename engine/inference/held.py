"""What the context of a model holds: the tokens that were evaluated, and in which steps (docs/adr/0005)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from engine.types import Evaluated


class Held:
    """Tokens and the (size, kept) of the steps in which they were evaluated."""

    def __init__(self, tokens: Iterable[int] = (), steps: Iterable[tuple[int, int]] = ()) -> None:
        self.tokens = list(tokens)
        self.steps = list(steps)

    def add(self, tokens: Sequence[int]) -> None:
        """A step was evaluated."""
        self.tokens.extend(tokens)
        self.steps.append((len(tokens), len(tokens)))

    def cut(self, count: int) -> None:
        """Only the first so many tokens are held any longer."""
        while self.steps and len(self.tokens) > count:
            size, kept = self.steps.pop()
            dropped = min(kept, len(self.tokens) - count)
            if kept > dropped:
                self.steps.append((size, kept - dropped))
            del self.tokens[len(self.tokens) - dropped :]

    def evaluated(self) -> list[Evaluated]:
        """The steps as they are recorded, equal ones counted."""
        return [Evaluated(len(list(same)), size, kept) for (size, kept), same in groupby(self.steps)]
