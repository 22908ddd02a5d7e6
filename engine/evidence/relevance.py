"""Whether the passages found can hold an answer at all, and whether a text says that they do not."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.types import Hit

# Below it the best passage is as likely beside the point as not; see docs/benchmarks.md for what it refuses.
LEAST_SCORE = 0.5
# Of 200 questions to which a guideline holds the answer 197 score as high; with the guideline taken away, 14.
SURE_SCORE = 0.75

_REFUSALS = re.compile(
    r"\b(?:do|does|did)(?: not|n[’']t) (?:contain|mention|say|state|include|provide|specify|cover|give|address|answer|"
    r"discuss|have (?:any |enough |the )*information)\b"
    r"|\b(?:no|not enough|insufficient) (?:relevant |specific |such )?information\b"
    r"|\b(?:is|are|was|were)(?: not|n[’']t) (?:mentioned|stated|specified|provided|included|found|covered|addressed|"
    r"given|in (?:the|these|your) (?:sources?|passages?|documents?|library))\b"
    r"|\b(?:can(?:not|[’']t| not)|could(?: not|n[’']t)|unable to) (?:find|answer|be (?:found|answered|determined))\b"
    r"|\bnothing (?:relevant )?(?:was )?found\b"
    r"|\bI (?:do not|don[’']t) know\b",
    re.IGNORECASE,
)
_SUBJECTS = re.compile(
    r"\b(?:sources?|passages?|documents?|text|context|library|excerpts?|guidelines?|protocols?|information|answer|i)\b",
    re.IGNORECASE,
)


def holds_answer(question: str, hits: Sequence[Hit]) -> bool:
    """Whether the best passage is likely enough to be about the question."""
    return bool(question.strip()) and bool(hits) and hits[0].score >= LEAST_SCORE


def surely_holds_answer(hits: Sequence[Hit]) -> bool:
    """Whether the best passage is so near that a refusal deserves a second look."""
    return bool(hits) and hits[0].score >= SURE_SCORE


def is_refusal(text: str) -> bool:
    """Whether a sentence says that the sources do not hold the answer."""
    return bool(_REFUSALS.search(text) and _SUBJECTS.search(text))
