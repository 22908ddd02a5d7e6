"""Numbers in figures and in words, also as speech is written down."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from engine.evidence.tokens import NUMBER, Token


def number_at(tokens: Sequence[Token], position: int, numbers: Mapping[str, int]) -> tuple[float, int] | None:
    """The number that begins at a token, and where it ends."""
    if position >= len(tokens):
        return None
    if NUMBER.fullmatch(tokens[position].text):
        return _value(tokens[position].text), position + 1
    return (
        _decimal(tokens, position, numbers) or _year(tokens, position, numbers) or _spelled(tokens, position, numbers)
    )


def _decimal(tokens: Sequence[Token], position: int, numbers: Mapping[str, int]) -> tuple[float, int] | None:
    """Speech written down has "six . seven" and "six point seven" for 6.7."""
    whole = _spelled(tokens, position, numbers)
    if whole is None or whole[1] + 1 >= len(tokens) or tokens[whole[1]].text not in (".", "point"):
        return None
    figure = numbers.get(tokens[whole[1] + 1].text)
    return (whole[0] + figure / 10, whole[1] + 2) if figure is not None and figure < 10 else None


def _year(tokens: Sequence[Token], position: int, numbers: Mapping[str, int]) -> tuple[float, int] | None:
    """ "nineteen eighty three", "twenty twenty one"."""
    century = numbers.get(tokens[position].text, 0)
    if century not in (19, 20) or position + 1 >= len(tokens):
        return None
    rest = _spelled(tokens, position + 1, numbers)
    return (century * 100 + rest[0], rest[1]) if rest is not None and 10 <= rest[0] < 100 else None


def _spelled(tokens: Sequence[Token], position: int, numbers: Mapping[str, int]) -> tuple[float, int] | None:
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
        elif (
            word == "and"
            and total + current
            and (total + current) % 100 == 0
            and _is_number(tokens, position + 1, numbers)
        ) or (
            word == "-" and position + 1 < len(tokens) and tokens[position + 1].text in numbers and current % 10 == 0
        ):
            pass
        else:
            break
        position += 1
    return float(total + current), position


def _is_number(tokens: Sequence[Token], position: int, numbers: Mapping[str, int]) -> bool:
    return position < len(tokens) and tokens[position].text in numbers


def _value(written: str) -> float:
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", written):
        return float(written.replace(",", ""))
    return float(written.replace(",", ".", 1))
