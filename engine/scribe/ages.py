"""Ages that nobody said: a small model opens with one as its worked examples do, and the sentence were lost with it."""

from __future__ import annotations

import re
from collections.abc import Callable

from engine.evidence.lexicons import Lexicons
from engine.evidence.measures import Quantity
from engine.evidence.reading import read_statements

# "is a 45-year-old right-handed man who has", "was a 2-week-old, with". Why the patient came is as often a guess as the
# age before it: such a sentence stays as it is, in doubt.
_OPENING = re.compile(
    r"\b(?P<be>is|was) an? (?P<age>[\w-]+(?: [\w-]+)?[- ](?:year|month|week|day)s?[- ]old)"
    r"(?:[ ,]+(?!(?:who|with)\b)[\w-]+){0,4}?,? (?:with\b|who\s+(?!(?:came|comes|present\w*|is here|visit\w*)\b))"
    r"(?!.*, who\b)",
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
    has = "had" if opening["be"].lower() == "was" else "has"
    return text[: opening.start()] + (has if opening[0].endswith("with") else "") + text[opening.end() :]
