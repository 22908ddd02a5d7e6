"""An answer in the making: text arrives, sentences close, each gets its verdict and sources."""

from __future__ import annotations

from collections.abc import Callable

from engine.evidence.sentences import SentenceStream, Span
from engine.types import Sentence

CheckSentence = Callable[[Span], Sentence]


class Draft:
    """Collects the text of one answer. Checking runs as each sentence closes, so nothing is left to do at the end."""

    def __init__(self, check: CheckSentence) -> None:
        self._check = check
        self._stream = SentenceStream()
        self.sentences: list[Sentence] = []

    @property
    def text(self) -> str:
        return self._stream.text

    def feed(self, delta: str) -> list[Sentence]:
        """Add text; returns the sentences that it closed."""
        return self._close(self._stream.feed(delta))

    def finish(self) -> list[Sentence]:
        """Close what is left; returns those sentences."""
        return self._close(self._stream.finish())

    def _close(self, spans: list[Span]) -> list[Sentence]:
        closed = [self._check(span) for span in spans]
        self.sentences += closed
        return closed
