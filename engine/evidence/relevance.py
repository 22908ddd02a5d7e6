"""Whether the passages found can hold an answer at all, and whether a text says that they do not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from engine.memory.lexical import analyse
from engine.memory.terms import question_words, term, words
from engine.types import Hit

# Below it the best passage is as likely beside the point as not; see docs/benchmarks.md for what it refuses.
LEAST_SCORE = 0.5
# Of 541 questions to which a guideline holds the answer 530 score as high; with the guideline taken away, 37.
SURE_SCORE = 0.8
_LEAST_GUESSED, _LONG = 5, 8  # letters of a word that may be misspelt, and of one that may be so twice

_HOW = re.compile(r"\bhow (\w+)", re.IGNORECASE)  # long, often, soon …

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
    """Whether the best passage is so near that a refusal of it deserves a second look."""
    return bool(hits) and hits[0].score >= SURE_SCORE


def unseen_words(question: str, hits: Sequence[Hit]) -> list[str]:
    """The words that carry a question and that no passage has: not their stem, a word for the same thing or topic, nor
    a word that differs by a slip of the keyboard."""
    asked = analyse(question)
    asking = question_words() | {match[1].lower() for match in _HOW.finditer(question)}
    seen = {word for hit in hits for word in words(f"{hit.passage.document} {hit.passage.section} {hit.passage.shown}")}
    stems = {term(word) for word in seen}
    unseen = []
    for key, word in zip(asked.subject, asked.words, strict=True):
        others = map(term, (*asked.synonyms.get(key, ()), *asked.topics.get(key, ())))
        if word not in asking and stems.isdisjoint((key, *others)) and not _is_slip(word, seen):
            unseen.append(word)
    return unseen


def _is_slip(word: str, seen: Iterable[str]) -> bool:
    if len(word) < _LEAST_GUESSED:
        return False
    most = 2 if len(word) >= _LONG else 1
    return process.extractOne(word, seen, scorer=DamerauLevenshtein.distance, score_cutoff=most) is not None


def is_refusal(text: str) -> bool:
    """Whether a sentence says that the sources do not hold the answer."""
    return bool(_REFUSALS.search(text) and _SUBJECTS.search(text))
