"""Words of a transcript as they compare with a note's: spelled numbers as digits, endings left out."""

from __future__ import annotations

import re
from collections import Counter

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = {word: 10 * n for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_VALUES = {word: value for value, word in enumerate(_UNITS)} | _TENS
_ALIKE = {
    "milligrams": "mg",
    "milligram": "mg",
    "micrograms": "mcg",
    "milliliters": "ml",
    "percent": "%",
    "pounds": "lb",
}
_PLAIN = frozenset(
    "a an the of to in on at for from by with and or as is are was were be been being has have had having do does did "
    "he she it they him her his its their them we i you my your our this that these those which who whom there here "
    "will would should can could may might must not no also then than so but if when while about today patient reports "
    "states denies endorses notes presents mr mrs ms dr per any some all more most other".split()
)
_WORD = re.compile(r"\d+(?:[.,/]\d+)*|%|[^\W\d_]+(?:['’][^\W\d_]+)?")
_STEM = 5
_WINDOW = 90  # words of transcript: a question, its answer, and a little around them
_LITERAL_SHARE = 0.8


def tokens(text: str) -> list[str]:
    """Lower-case words and numbers; "twenty five" and "one hundred twenty" become 25 and 120."""
    out: list[str] = []
    value: int | None = None
    for word in (found.group().lower() for found in _WORD.finditer(text.replace("-", " "))):
        if word in _VALUES and (value is None or _joins(value, _VALUES[word])):
            value = (value or 0) + _VALUES[word]
            continue
        if word == "hundred" and value is not None:
            value *= 100
            continue
        if word == "and" and value is not None and value % 100 == 0:
            continue
        if value is not None:
            out.append(str(value))
        value = _VALUES.get(word)
        if value is None:
            out.append(_ALIKE.get(word, word))
    return [*out, str(value)] if value is not None else out


def _joins(value: int, more: int) -> bool:
    """Whether "twenty" goes on with "five", "one hundred" with "twenty"."""
    return (value % 100 == 0 and value > 0) or (value % 10 == 0 and value % 100 >= 20 and 0 < more < 10)


def content(text: str) -> list[str]:
    """The words that carry meaning, cut to a stem."""
    return [word[:_STEM] for word in tokens(text) if word not in _PLAIN]


class Spoken:
    """What was said at a visit, for asking whether words occur in it."""

    def __init__(self, text: str) -> None:
        self._words = [word[:_STEM] for word in tokens(text)]
        self._all = frozenset(self._words)
        self._lower = " ".join(tokens(text))

    def mentions(self, phrase: str) -> bool:
        """Whether any telling word of the phrase was said: an invented fact must not be half true."""
        return any(word in self._all for word in content(phrase) if len(word) > 2)

    def has_number(self, number: str, unit: str = "") -> bool:
        """Whether the number was said, directly before the unit if one is given."""
        return (
            re.search(rf"(?<![\d.]){re.escape(number)} ?{re.escape(_ALIKE.get(unit, unit))}", self._lower) is not None
        )

    def states(self, sentence: str) -> bool:
        """Whether nearly all telling words of the sentence were said close together: the transcript states it."""
        wanted = set(content(sentence))
        if not wanted:
            return False
        held: Counter[str] = Counter()
        best = 0
        for position, word in enumerate(self._words):
            held[word] += word in wanted
            if position >= _WINDOW:
                held[self._words[position - _WINDOW]] -= self._words[position - _WINDOW] in wanted
            best = max(best, sum(1 for key in wanted if held[key] > 0))
        return best / len(wanted) >= _LITERAL_SHARE
