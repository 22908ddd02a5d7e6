"""Quantities found in a text: numbers with units, ratios, ranges, dates and ages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.evidence.dates import date_at
from engine.evidence.lexicons import Lexicons
from engine.evidence.measures import TIME_UNITS, Quantity
from engine.evidence.numerals import number_at
from engine.evidence.tokens import LIST_MARK, PhraseMatch, Token

_CONCENTRATIONS = frozenset({"mmol/l", "mg/dl"})
_RANGE_WORDS = frozenset({"-", "–", "—", "to", "or"})
_RATIO_WORDS = frozenset({"/", "over"})
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_ONE_OF = frozenset({"a", "an", "last", "past", "next", "this", "previous", "per"})
_SOME = {"few": 3.5, "several": 4.5}  # of no figure: equal only to themselves
_GRADED = frozenset({"type", "grade", "stage", "class", "phase"})
_SLASHED_TIMES = {7.0: "day", 52.0: "week", 12.0: "month"}  # 3/7 is three days in British notes, 6/52 six weeks
_AGES = ("age", "aged")
_SCALE = 10.0


def find_quantities(tokens: Sequence[Token], lexicons: Lexicons, text: str = "") -> list[Quantity]:
    """The quantities of a text, from left to right; the number of a list item is none."""
    units = {match.first: match for match in lexicons.units.find(tokens)}
    mark = LIST_MARK.match(text)
    offset = tokens[0].start if tokens else 0
    found: list[Quantity] = []
    position = 0
    while position < len(tokens):
        listed = mark is not None and tokens[position].start - offset < mark.end() - (len(text) - len(text.lstrip()))
        quantity = None if listed or _is_name(tokens, position) else _quantity(tokens, position, units, lexicons)
        if quantity is None:
            position += 1
            continue
        found.append(quantity)
        position = quantity.last
    return found


def _quantity(
    tokens: Sequence[Token], position: int, units: Mapping[int, PhraseMatch[str]], lexicons: Lexicons
) -> Quantity | None:
    date = date_at(tokens, position, lexicons)
    if date is not None and date[1] not in units:
        return Quantity(position, date[1], float(date[0].year), float(date[0].month), "date", date=date[0])
    first = _number(tokens, position, lexicons)
    if first is None:
        return None
    low, after = first
    high, unit = low, ""
    joint = tokens[after].text if after < len(tokens) else ""
    second = _number(tokens, after + 1, lexicons) if joint in _RANGE_WORDS | _RATIO_WORDS else None
    if joint == "out" and after + 1 < len(tokens) and tokens[after + 1].text == "of":
        out_of = _number(tokens, after + 2, lexicons)
        if out_of is not None:
            high, after, unit = out_of[0], out_of[1], "ratio"
    elif second is not None and not (joint == "or" and second[0] <= low):
        high, after = second
        unit = "ratio" if joint in _RATIO_WORDS else ""
        if joint == "/" and high in _SLASHED_TIMES and low < _SCALE and after - position == 3:
            high, unit = low, _SLASHED_TIMES[high]
    unit, after = _unit(tokens, position, after, unit, units)
    analyte = _analyte(tokens, lexicons) if unit in _CONCENTRATIONS else None
    return Quantity(position, after, low, high, unit, analyte)


def _unit(
    tokens: Sequence[Token], position: int, after: int, unit: str, units: Mapping[int, PhraseMatch[str]]
) -> tuple[str, int]:
    """The unit behind a number, and where it ends."""
    reach = after + 1 if after < len(tokens) and tokens[after].text in "-–" else after
    named = units.get(reach)
    if named is not None and not unit:
        unit, after = named.value, named.last
    elif named is not None and unit == "ratio" and named.value in ("mmHg", "degree"):
        after = named.last
    before = [token.text for token in tokens[max(0, position - 2) : position]]
    aged = bool(before) and (before[-1] in _AGES or (before[-1] == "of" and before[0] in _AGES))
    if (aged and unit in ("", "year")) or (
        unit == "year" and [t.text for t in tokens[after : after + 2]] == ["of", "age"]
    ):
        unit = "age"
    return unit, after


def _is_name(tokens: Sequence[Token], position: int) -> bool:
    """The figures of L4-5, B12, COVID-19 and "the 2010s" are parts of names."""
    token = tokens[position]
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    if following is not None and following.text == "s" and following.start == token.end:
        return True
    before = tokens[position - 1] if position else None
    if before is None or not token.text[0].isdigit() or before.end != token.start:
        return False
    if before.text in "-–" and position > 1 and tokens[position - 2].end == before.start:
        before = tokens[position - 2]
        if before.text[0].isdigit():
            return _is_name(tokens, position - 2)
    return before.text.isalpha()


def _analyte(tokens: Sequence[Token], lexicons: Lexicons) -> float | None:
    return next((lexicons.analytes[token.text] for token in tokens if token.text in lexicons.analytes), None)


def _number(tokens: Sequence[Token], position: int, lexicons: Lexicons) -> tuple[float, int] | None:
    """A number written from position on, and where it ends; also "an hour", "last week", "a few months"."""
    if position >= len(tokens):
        return None
    text = tokens[position].text
    following = tokens[position + 1].text if position + 1 < len(tokens) else ""
    if text in _ROMAN and position and tokens[position - 1].text in _GRADED:
        return float(_ROMAN[text]), position + 1
    if text in _ONE_OF and following in TIME_UNITS:
        return 1.0, position + 1
    if text in _SOME and following.rstrip("s") in TIME_UNITS:
        return _SOME[text], position + 1
    return number_at(tokens, position, lexicons.numbers)
