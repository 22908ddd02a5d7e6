"""Dates in a text, as far as they are said: a year, a month with its year, or a day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from engine.evidence.lexicons import Lexicons
from engine.evidence.numerals import number_at
from engine.evidence.tokens import Token

_YEARS = range(1900, 2100)
_SLASHES = frozenset({"/", "-", "–"})
_DAYS = range(1, 32)
_MONTHS = range(1, 13)
_ALSO_VERBS = frozenset({"may", "march", "mar"})
_ORDINAL = frozenset({"st", "nd", "rd", "th"})
_CENTURY_TURN = 40  # "98" is 1998, "08" is 2008


class Date(NamedTuple):
    """0 for what is not said."""

    year: int
    month: int
    day: int

    def agrees(self, other: Date) -> bool:
        """Whether other bears this date out: something said in both, nothing said otherwise, and a month if this has
        one."""
        if self.month and not other.month:
            return False
        both = [(mine, theirs) for mine, theirs in zip(self, other, strict=True) if mine and theirs]
        return bool(both) and all(mine == theirs for mine, theirs in both)


def date_at(tokens: Sequence[Token], position: int, lexicons: Lexicons) -> tuple[Date, int] | None:
    """The date that begins at a token, and where it ends."""
    return _in_figures(tokens, position) or _in_words(tokens, position, lexicons) or _year(tokens, position, lexicons)


def _in_figures(tokens: Sequence[Token], position: int) -> tuple[Date, int] | None:
    """03/04/2021, 3/4/21, 12/2019, 12-2019."""
    parts = _joined(tokens, position)
    if len(parts) == 3 and parts[0] in _MONTHS and parts[1] in _DAYS:
        return Date(_full_year(parts[2]), parts[0], parts[1]), position + 5
    if len(parts) == 3 and parts[0] in _YEARS and parts[1] in _MONTHS:
        return Date(parts[0], parts[1], parts[2]), position + 5
    if len(parts) == 2 and parts[0] in _MONTHS and parts[1] in _YEARS:
        return Date(parts[1], parts[0], 0), position + 3
    return None


def _joined(tokens: Sequence[Token], position: int) -> list[int]:
    """Up to three whole numbers with a slash or a hyphen between them."""
    parts: list[int] = []
    while position < len(tokens) and tokens[position].text.isdigit() and len(parts) < 3:
        parts.append(int(tokens[position].text))
        if position + 1 >= len(tokens) or tokens[position + 1].text not in _SLASHES:
            break
        position += 2
    return parts


def _in_words(tokens: Sequence[Token], position: int, lexicons: Lexicons) -> tuple[Date, int] | None:
    """October 3rd 2020, October of two thousand and eight, early October."""
    month = lexicons.months.get(tokens[position].text)
    if month is None:
        return None
    day, after = _day(tokens, position + 1, lexicons)
    year_at = after
    while year_at < len(tokens) and tokens[year_at].text in (",", "of", "in"):
        year_at += 1
    said = _year(tokens, year_at, lexicons)
    if said is not None:
        return Date(said[0].year, month, day), said[1]
    if day == 0 and tokens[position].text in _ALSO_VERBS:
        return None
    return Date(0, month, day), after


def _day(tokens: Sequence[Token], position: int, lexicons: Lexicons) -> tuple[int, int]:
    """The day of the month that begins at a token, 0 if none does, and where it ends."""
    if position >= len(tokens):
        return 0, position
    text = tokens[position].text
    if text in lexicons.ordinals:
        return lexicons.ordinals[text], position + 1
    following = tokens[position + 1].text if position + 1 < len(tokens) else ""
    if text in ("twenty", "thirty") and lexicons.ordinals.get(following, 10) < 10:
        return lexicons.numbers[text] + lexicons.ordinals[following], position + 2
    said = number_at(tokens, position, lexicons.numbers)
    if said is None or said[0] not in _DAYS:
        return 0, position
    return int(said[0]), said[1] + (said[1] < len(tokens) and tokens[said[1]].text in _ORDINAL)


def _year(tokens: Sequence[Token], position: int, lexicons: Lexicons) -> tuple[Date, int] | None:
    """1996, nineteen ninety six, two thousand and eight, twenty twenty."""
    if position >= len(tokens):
        return None
    said = number_at(tokens, position, lexicons.numbers)
    if said is None or said[0] not in _YEARS or not said[0].is_integer():
        return None
    return Date(int(said[0]), 0, 0), said[1]


def _full_year(year: int) -> int:
    if year >= 100:
        return year
    return 2000 + year if year < _CENTURY_TURN else 1900 + year
