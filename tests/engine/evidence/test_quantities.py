"""Numbers, dates and ages as they are written and said."""

from __future__ import annotations

import pytest

from engine.evidence.lexicons import Lexicons
from engine.evidence.measures import Quantity
from engine.evidence.quantities import find_quantities
from engine.evidence.tokens import tokenize


def found(text: str, lexicons: Lexicons) -> list[Quantity]:
    return find_quantities(tokenize(text), lexicons, text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("08/03/2020", "August 3rd, 2020"),
        ("12/2019", "december of twenty nineteen"),
        ("12-2019", "12/5/19"),
        ("1996", "nineteen ninety six"),
        ("2008", "August of two thousand and eight"),
        ("May 21st", "may twenty first"),
        ("Sep 2020", "september of twenty twenty"),
        ("45-year-old", "45 y.o."),
        ("aged 16yrs", "sixteen years old"),
        ("3/7", "three days"),
        ("6/52", "6 weeks"),
        ("6/10", "six out of ten"),
        ("150 mg", "one hundred and fifty M G"),
        ("132/78", "one thirty two over seventy eight"),
        ("6.7", "six . seven"),
    ],
)
def test_the_same_written_otherwise(lexicons: Lexicons, one: str, other: str) -> None:
    (first,), (second,) = found(one, lexicons), found(other, lexicons)
    assert first.equals(second)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("08/03/2020", "08/03/2018"),
        ("March 2008", "April 2008"),
        ("October 2020", "2020"),
        ("45 years old", "45 years"),
        ("6/52", "6 months"),
        ("a few weeks", "a few months"),
    ],
)
def test_other_amounts(lexicons: Lexicons, one: str, other: str) -> None:
    (first,), (second,) = found(one, lexicons), found(other, lexicons)
    assert not first.equals(second)


@pytest.mark.parametrize("text", ["L4-5", "vitamin B12", "COVID-19", "the 2010s", "2. Asthma.", "It may be so."])
def test_names_and_list_numbers_are_no_quantities(lexicons: Lexicons, text: str) -> None:
    assert found(text, lexicons) == []
