"""A second look after a refusal: small models say "the documents do not say" of passages that do say it.

The very same prompt is continued with the first words of an answer, which costs a few tokens, since all before them is
evaluated already. What comes of it is an answer only where the evidence agrees with every sentence.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.assistant.draft import CheckSentence, Draft
from engine.evidence.lexicons import Lexicons
from engine.evidence.question import Mentioned
from engine.types import Hit, Sentence, Verdict

_FINE = frozenset({Verdict.SUPPORTED, Verdict.NO_CLAIM})


class SecondLook:
    """Judges what a model wrote after it had refused. hits: all that it sees."""

    def __init__(self, check: CheckSentence, hits: Sequence[Hit], lexicons: Lexicons) -> None:
        self._check = check
        self._hits = hits
        self._lexicons = lexicons

    def sentences(self, question: str, text: str) -> list[Sentence]:
        """The checked sentences of a text that is an answer: the passages quoted support every sentence, and speak of
        what was asked and of what is said. Empty where it is none."""
        draft = Draft(self._check)
        draft.feed(text)
        draft.finish()
        verdicts = {sentence.verdict for sentence in draft.sentences}
        if Verdict.SUPPORTED not in verdicts or not verdicts <= _FINE:
            return []
        quoted = {source.passage_id for sentence in draft.sentences for source in sentence.sources}
        passages = [hit.passage for hit in self._hits if hit.passage.id in quoted]
        mentioned = Mentioned(passages, self._lexicons)
        beside = any(mentioned.coverage(each).unmentioned for each in (question, text))
        return [] if beside else draft.sentences
