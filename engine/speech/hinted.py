"""What is heard without a hint stands; of what is heard with it, only names and units that are borne out are taken.

A hint brings names that the recognizer would not know, but it also bends everyday words towards itself, writes names
and doses that nobody said, and changes numbers: a drug or a dose that is invented does more harm than one that is
misspelt. So the attempt with a hint is made only where it could better something, and taken from it is no more than

- a name of the hint, in place of words that sound alike, were not all clearly heard, and hold no number and no drug;
- a unit behind a number that both attempts have, in place of words that sound like it and like no other unit.

A number, unit or drug that the attempts disagree on stays as it was heard without the hint, and becomes unsure.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from engine.evidence.lexicons import Lexicons
from engine.evidence.measures import DOSE_UNITS
from engine.speech.likeness import ALIKE, Found, likeness, most_alike
from engine.speech.reading import Item, Kind, Reading
from engine.speech.rewriting import Change, Span, rewritten
from engine.speech.segments import Segment
from engine.speech.vocabulary import plain

_LEAST_LETTERS = 5  # shorter words of a hint are everyday ones
# Of the names that are misheard in the dictations of tests.benchmarks.dictation, each has a word that is less sure than
# this; of clear speech that happens to sound like a name, one in twenty.
_CLEAR = 0.7
_UNIT_WORDS = 3  # that a misheard unit falls apart into
# As units are spoken; lengths are no doses, but are to be told from them.
_SPOKEN = {
    "mg": "milligrams",
    "ug": "micrograms",
    "g": "grams",
    "ml": "milliliters",
    "iu": "international units",
    "units": "units",
    "meq": "milliequivalents",
    "mm": "millimeters",
    "cm": "centimeters",
}
# Millimeters are what milligrams are heard as.
_LOOKED_AT = DOSE_UNITS | {"mm"}


def names_in(hint: str) -> frozenset[str]:
    """The words that a hint may bring."""
    return frozenset(word for word in plain(hint).split() if len(word) >= _LEAST_LETTERS and word.isalpha())


def could_help(bare: Sequence[Segment], hint: str, lexicons: Lexicons) -> bool:
    """Whether something that was heard is a dose, or sounds like a name of the hint without being it."""
    reading, names = Reading(bare, lexicons), names_in(hint)
    items = reading.items
    if any(_is_dose(items, at) for at in range(len(items))):
        return True
    runs = [run for _, run in reading.runs(0, len(items), without=names)]
    return any(_most_alike(run, name) is not None for run in runs for name in names)


def bettered(bare: Sequence[Segment], hinted: Sequence[Segment], hint: str, lexicons: Lexicons) -> list[Segment]:
    """bare, with what may be taken from hinted."""
    comparison = _Comparison(Reading(bare, lexicons), Reading(hinted, lexicons), names_in(hint))
    return rewritten(bare, comparison.changes, comparison.doubted)


class _Comparison:
    """What two attempts at the same sound make of it: changes to the bare one, and what is doubtful in it."""

    def __init__(self, bare: Reading, hinted: Reading, names: frozenset[str]) -> None:
        self._bare = bare
        self._hinted = hinted
        self._names = names
        self.changes: list[Change] = []
        self.doubted: list[Span] = []
        matcher = SequenceMatcher(None, bare.keys, hinted.keys, autojunk=False)
        for kind, begin, end, other_begin, other_end in matcher.get_opcodes():
            if kind != "equal":
                self._take_names(begin, end, other_begin, other_end)
                self._take_units(begin, end, other_begin, other_end)
                self._doubt(begin, end, other_begin, other_end)

    def _take_names(self, begin: int, end: int, other_begin: int, other_end: int) -> None:
        for name in self._hinted.items[other_begin:other_end]:
            if name.key not in self._names:
                continue
            best, span = 0.0, None
            for first, run in self._bare.runs(begin, end):
                found = _most_alike(run, name.key)
                if found is not None and found.likeness > best:
                    best, span = found.likeness, (first + found.first, first + found.last)
            if span is None:
                continue
            if any(item.drug for item in self._bare.items[slice(*span)]):
                self.doubted.append(self._written(*span))
            else:
                self._change(*span, name)
                begin = span[1]

    def _take_units(self, begin: int, end: int, other_begin: int, other_end: int) -> None:
        hinted = self._hinted.items
        for at in range(max(1, other_begin), other_end):
            if hinted[at].kind is not Kind.UNIT or hinted[at].key not in DOSE_UNITS:
                continue
            for number in range(max(0, begin - 1), end):
                if self._bare.items[number].key == hinted[at - 1].key and self._bare.items[number].kind is Kind.NUMBER:
                    length = _misheard_unit(self._bare.items[number + 1 : end], hinted[at].key)
                    if length:
                        self._change(number + 1, number + 1 + length, hinted[at])
                    break

    def _doubt(self, begin: int, end: int, other_begin: int, other_end: int) -> None:
        """Numbers and units that the other attempt does not have in this place."""
        items, otherwise = self._bare.items, self._hinted.items[other_begin:other_end]
        keys = {item.key for item in otherwise}
        other_unit = any(item.kind is Kind.UNIT for item in otherwise)
        numbers = {item.key for item in otherwise if item.kind is Kind.NUMBER}
        for at in range(begin, end):
            item = items[at]
            is_unit = (item.kind is Kind.UNIT and other_unit) or (item.key in DOSE_UNITS and bool(numbers))
            if (item.kind is Kind.NUMBER or is_unit) and item.key not in keys:
                self.doubted.append(self._written(at, at + 1))
        if numbers - {item.key for item in items[begin:end]} and end < len(items) and items[end].key in DOSE_UNITS:
            self.doubted.append(self._written(end, end + 1))  # of a number that is another

    def _change(self, first: int, last: int, item: Item) -> None:
        span, text = self._written(first, last), self._hinted.text[item.start : item.end]
        if not any(span.start < other.span.end and other.span.start < span.end for other in self.changes):
            self.changes.append(Change(span, text, item.probability))

    def _written(self, first: int, last: int) -> Span:
        return Span(self._bare.items[first].start, self._bare.items[last - 1].end)


def _most_alike(run: Sequence[Item], name: str) -> Found | None:
    """The words of a run that sound like a name, unless all of them were clearly heard."""
    return most_alike([item.letters for item in run], [item.probability >= _CLEAR for item in run], name)


def _is_dose(items: Sequence[Item], at: int) -> bool:
    """Whether an item is the unit of a dose, or a number with words behind it that sound like one."""
    item, behind = items[at], items[at + 1 : at + 1 + _UNIT_WORDS]
    if item.kind is not Kind.NUMBER:
        return item.key in _LOOKED_AT
    return any(_misheard_unit(behind, unit) for unit in DOSE_UNITS & _SPOKEN.keys())


def _misheard_unit(behind: Sequence[Item], unit: str) -> int:
    """How many of the items behind a number sound like a unit, more than like any other; 0 for none."""
    best, length, letters = ALIKE, 0, ""
    for number, item in enumerate(behind[:_UNIT_WORDS], 1):
        if item.kind is not Kind.WORD:
            break
        letters += item.letters
        by_unit = {each: likeness(letters, spoken) for each, spoken in _SPOKEN.items()}
        if by_unit.get(unit, 0.0) >= best and by_unit[unit] == max(by_unit.values()):
            best, length = by_unit[unit], number
    return length
