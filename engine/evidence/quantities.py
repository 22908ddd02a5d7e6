"""Quantities found in a text: numbers with units, ratios, ranges, and numbers in words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.evidence.lexicons import Lexicons
from engine.evidence.measures import TIME_UNITS, Quantity
from engine.evidence.tokens import NUMBER, Token

_CONCENTRATIONS = frozenset({"mmol/l", "mg/dl"})
_RANGE_WORDS = frozenset({"-", "–", "—", "to"})
_RATIO_WORDS = frozenset({"/", "over"})
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_ONE_OF = frozenset({"a", "an", "last", "past", "next", "this", "previous", "per"})
_SOME = {"few": 3.5, "several": 4.5}  # of no figure: equal only to themselves
_GRADED = frozenset({"type", "grade", "stage", "class", "phase"})


def find_quantities(tokens: Sequence[Token], lexicons: Lexicons) -> list[Quantity]:
    """The quantities of a text, from left to right."""
    units = {match.first: match for match in lexicons.units.find(tokens)}
    found: list[Quantity] = []
    position = 0
    while position < len(tokens):
        first = _number(tokens, position, lexicons)
        if first is None:
            position += 1
            continue
        value, after = first
        low = high = value
        unit = ""
        joint = tokens[after].text if after < len(tokens) else ""
        second = _number(tokens, after + 1, lexicons) if joint in _RANGE_WORDS | _RATIO_WORDS else None
        if joint == "out" and after + 1 < len(tokens) and tokens[after + 1].text == "of":
            out_of = _number(tokens, after + 2, lexicons)
            if out_of is not None:
                high, after, unit = out_of[0], out_of[1], "ratio"
        elif second is not None:
            high, after = second
            unit = "ratio" if joint in _RATIO_WORDS else ""
        reach = after + 1 if after < len(tokens) and tokens[after].text in "-–" else after
        named = units.get(reach)
        if named is not None and not unit:
            unit, after = named.value, named.last
        if named is not None and unit == "ratio" and named.value in ("mmHg", "degree"):
            after = named.last
        if unit == "year" and after < len(tokens) and "old" in (tokens[after].text, *_word_at(tokens, after + 1)):
            unit = "age"
        analyte = _analyte(tokens, lexicons) if unit in _CONCENTRATIONS else None
        found.append(Quantity(position, after, low, high, unit, analyte))
        position = after
    return found


def _analyte(tokens: Sequence[Token], lexicons: Lexicons) -> float | None:
    return next((lexicons.analytes[token.text] for token in tokens if token.text in lexicons.analytes), None)


def _word_at(tokens: Sequence[Token], position: int) -> tuple[str, ...]:
    return (tokens[position].text,) if position < len(tokens) else ()


def _number(tokens: Sequence[Token], position: int, lexicons: Lexicons) -> tuple[float, int] | None:
    """A number written from position on, and where it ends."""
    if position >= len(tokens):
        return None
    text = tokens[position].text
    if NUMBER.fullmatch(text):
        return _value(text), position + 1
    spoken = _spoken_decimal(tokens, position, lexicons.numbers)
    if spoken is not None:
        return spoken
    if text in _ROMAN and position and tokens[position - 1].text in _GRADED:
        return float(_ROMAN[text]), position + 1
    if (some := _of_time(text, *_word_at(tokens, position + 1))) is not None:
        return some, position + 1
    return _spelled(tokens, position, lexicons.numbers)


def _of_time(text: str, following: str = "") -> float | None:
    """ "an hour", "last week", "a few months"."""
    if text in _ONE_OF and following in TIME_UNITS:
        return 1.0
    return _SOME.get(text) if following.rstrip("s") in TIME_UNITS else None


def _spoken_decimal(tokens: Sequence[Token], position: int, numbers: dict[str, int]) -> tuple[float, int] | None:
    """Speech written down has "six . seven" and "six point seven" for 6.7."""
    whole = _spelled(tokens, position, numbers)
    if whole is None or whole[1] + 1 >= len(tokens) or tokens[whole[1]].text not in (".", "point"):
        return None
    figure = numbers.get(tokens[whole[1] + 1].text)
    return (whole[0] + figure / 10, whole[1] + 2) if figure is not None and figure < 10 else None


def _spelled(tokens: Sequence[Token], position: int, numbers: dict[str, int]) -> tuple[float, int] | None:
    if tokens[position].text not in numbers:
        return None
    said = numbers[tokens[position].text]
    if 0 < said < 10 and position + 1 < len(tokens) and numbers.get(tokens[position + 1].text, 0) >= 10:
        rest = _spelled(tokens, position + 1, numbers)  # "one twenty two" is 122
        if rest is not None and rest[0] < 100:
            return said * 100 + rest[0], rest[1]
    total, current = 0, 0
    while position < len(tokens):
        word = tokens[position].text
        if word in numbers:
            value = numbers[word]
            if current % 100 and not (current % 100 >= 20 and current % 10 == 0 and value < 10):
                break
            current += value
        elif word == "hundred":
            current *= 100
        elif word == "thousand":
            total, current = total + current * 1000, 0
        elif word == "-" and position + 1 < len(tokens) and tokens[position + 1].text in numbers and current % 10 == 0:
            pass
        else:
            break
        position += 1
    return float(total + current), position


def _value(written: str) -> float:
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", written):
        return float(written.replace(",", ""))
    return float(written.replace(",", ".", 1))
