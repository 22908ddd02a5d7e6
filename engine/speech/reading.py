"""What was heard as words, numbers and units, so that two attempts at the same sound can be held against each other."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from enum import Enum
from itertools import accumulate
from typing import NamedTuple

from engine.evidence.lexicons import Lexicons
from engine.evidence.numerals import number_at
from engine.evidence.tokens import Token, tokenize
from engine.speech.segments import Segment

# A shorter unit is often another word where no number stands before it: "m", "g", "min".
_TELLING_UNIT = 5
_ENDS = ".?!"


class Kind(Enum):
    WORD = "word"
    NUMBER = "number"
    UNIT = "unit"


class Item(NamedTuple):
    """Something that was said. key: the same for the same thing, however it is written ("five hundred", "500"; "mg").

    letters: its own, in lower case. start, end: where it stands in the text. probability: that of the words which it is
    written in. drug: it belongs to the name of a drug.
    """

    kind: Kind
    key: str
    letters: str
    start: int
    end: int
    probability: float
    drug: bool


class Reading:
    """The words of some segments, and what they say."""

    def __init__(self, segments: Sequence[Segment], lexicons: Lexicons) -> None:
        self._words = [word for segment in segments for word in segment.words]
        self._starts = [0, *accumulate(len(word.text) for word in self._words)][:-1]
        self.text = "".join(word.text for word in self._words)
        self.items = self._read(lexicons)

    @property
    def keys(self) -> list[str]:
        return [item.key for item in self.items]

    def runs(self, begin: int, end: int, without: Collection[str] = frozenset()) -> Iterator[tuple[int, list[Item]]]:
        """Words of one sentence that follow one another among the items [begin, end), with the number of the first.

        without: keys of words that part them, as numbers and units do.
        """
        run: list[Item] = []
        for at in range(begin, end):
            item = self.items[at]
            if run and any(sign in _ENDS for sign in self.text[run[-1].end : item.start]):
                yield at - len(run), run
                run = []
            if item.kind is Kind.WORD and item.key not in without:
                run = [*run, item]
            elif run:
                yield at - len(run), run
                run = []
        if run:
            yield end - len(run), run

    def _read(self, lexicons: Lexicons) -> list[Item]:
        tokens = tokenize(self.text)
        units = {match.first: match for match in lexicons.units.find(tokens)}
        drugs = {at for match in lexicons.drugs.find(tokens) for at in range(match.first, match.last)}
        items: list[Item] = []
        at = 0
        while at < len(tokens):
            begin, kind, key = at, Kind.WORD, tokens[at].text
            number, unit = number_at(tokens, at, lexicons.numbers), units.get(at)
            measured = bool(items) and items[-1].kind is Kind.NUMBER
            at += 1
            if number is not None:
                kind, (value, at) = Kind.NUMBER, number
                key = f"{value:g}"
            elif unit is not None and (measured or len(key) >= _TELLING_UNIT):
                kind, key, at = Kind.UNIT if measured else Kind.WORD, unit.value, unit.last
            elif not tokens[begin].is_word:
                continue
            items.append(self._item(kind, key, tokens[begin:at], drug=any(each in drugs for each in range(begin, at))))
        return items

    def _item(self, kind: Kind, key: str, tokens: Sequence[Token], *, drug: bool) -> Item:
        start, end = tokens[0].start, tokens[-1].end
        first, last = bisect_right(self._starts, start) - 1, bisect_left(self._starts, end)
        probability = min(word.probability for word in self._words[first:last])
        letters = "".join(token.text for token in tokens if token.is_word)
        return Item(kind, key, letters, start, end, probability, drug)
