"""Whether a question is worth putting to the model, from what was found for it alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.evidence.lexicons import Lexicons
from engine.evidence.question import coverage
from engine.evidence.relevance import holds_answer, surely_holds_answer, unseen_words
from engine.types import Hit


@dataclass(frozen=True)
class Answerable:
    """likely: what was found is near, or near enough and has every word of the question; and it speaks of what is asked
    about. unmentioned: words of the question that it does not mention."""

    likely: bool
    unmentioned: tuple[str, ...] = ()


def answerable(
    question: str, searched_as: str, hits: Sequence[Hit], earlier: Sequence[Hit], lexicons: Lexicons
) -> Answerable:
    """Judge the hits of a question. searched_as: the question made to stand alone; earlier: what the conversation found
    before, which a follow-up may be about."""
    if not holds_answer(searched_as, hits):
        return Answerable(likely=False)
    doubtful = [] if surely_holds_answer(hits) else unseen_words(searched_as, hits)
    about = coverage(question, [hit.passage for hit in (*hits, *earlier)], lexicons)
    return Answerable(not doubtful and not about.beside_the_question, tuple(about.unmentioned or doubtful))
