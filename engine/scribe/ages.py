"""Ages that nobody said: a small model opens with one as its worked examples do, and the sentence were lost with it."""

from __future__ import annotations

import re
from collections.abc import Callable

from engine.evidence.lexicons import Lexicons
from engine.evidence.measures import Quantity
from engine.evidence.reading import read_statements

# "is a 45-year-old right-handed man who has", "was a 2-week-old, with"
_OPENING = re.compile(
    r"\b(?P<be>is|was) an? (?P<age>[\w-]+(?: [\w-]+)?[- ](?:year|month|week|day)s?[- ]old)"
    r"(?:[ ,]+(?!(?:who|with|presenting|here)\b)[\w-]+){0,4}?,? (?P<on>who\s+|(?:with|presenting|here)\b)",
    re.IGNORECASE,
)


def without_unsaid_age(text: str, is_said: Callable[[Quantity], bool], lexicons: Lexicons) -> str:
    """A sentence that begins with the patient's age, without it unless is_said(that age): "is a 45-year-old man with
    asthma" is "has asthma". The words between age and "with" go with it, as what they tell rests on the same guess."""
    opening = _OPENING.search(text)
    if opening is None:
        return text
    ages = read_statements(opening["age"], lexicons).quantities
    if not ages or any(map(is_said, ages)):
        return text
    return text[: opening.start()] + _told(opening) + text[opening.end() :]


def _told(opening: re.Match[str]) -> str:
    """The words that stand in the place of an opening."""
    past = opening["be"].lower() == "was"
    match opening["on"].lower().strip():
        case "with":
            return "had" if past else "has"
        case "presenting":
            return "presented" if past else "presents"
        case "here":
            return f"{opening['be']} here"
    return ""
