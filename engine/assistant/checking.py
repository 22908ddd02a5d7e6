"""Each sentence of an answer held against the passages that the model was given."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.evidence.checker import CheckedSentence, Checker, Evidence, SourceFinding
from engine.evidence.lexicons import Lexicons
from engine.evidence.matching import match_sentence
from engine.evidence.relevance import is_refusal
from engine.evidence.sentences import Span
from engine.evidence.sources import SourceText
from engine.types import Finding, Hit, Passage, Sentence, Source, Verdict

PageOf = Callable[[int, int], int | None]


class AnswerCheck:
    """Verdicts and sources of sentences. The passages are read once; a sentence then takes about a millisecond."""

    def __init__(self, hits: Sequence[Hit], page_of: PageOf, lexicons: Lexicons) -> None:
        self._hits = hits
        self._page_of = page_of
        # Rows of a table are checked as the model saw them: under the names of their columns.
        self._checker = Checker([SourceText(hit.passage.document, hit.passage.shown) for hit in hits], lexicons)

    def __call__(self, span: Span) -> Sentence:
        """The sentence with its verdict, findings and sources; a contradicting source comes first.

        Words close to those of a passage support a sentence too, where the checker knows them by no other name. The
        quotes of match_sentence are kept: they are single sentences in the order of the answer's words, and whether
        they are on the right page is measured (tests/benchmarks/page_citations.py); the checker's evidence joins
        whatever segments hold the terms.
        """
        if is_refusal(span.text):
            return Sentence(span.text, span.start, span.end, verdict=Verdict.NO_CLAIM)
        checked = self._checker.check_sentence(span)
        if checked.verdict is Verdict.DIFFERS:
            return self._differs(checked)
        matched = match_sentence(span.text, self._hits, self._page_of)
        supported = checked.verdict is Verdict.SUPPORTED or bool(matched)
        verdict = Verdict.SUPPORTED if supported else checked.verdict
        sources = matched or [self._source(each) for each in checked.evidence if supported]
        return Sentence(span.text, span.start, span.end, sources, verdict)

    def _differs(self, checked: CheckedSentence) -> Sentence:
        sources = [self._source(each) for each in checked.evidence]
        findings = [self._finding(each, checked) for each in checked.findings]
        return Sentence(checked.text, checked.start, checked.end, sources, checked.verdict, findings)

    def _source(self, evidence: Evidence) -> Source:
        passage = self._hits[evidence.source].passage
        first, last = _within(passage, evidence.start), _within(passage, evidence.end)
        if first == last:  # the names of the columns alone: what they stand over is the proof
            first, last = 0, len(passage.text)
        start, end = passage.start + first, passage.start + last
        return Source(
            document_id=passage.document_id,
            document=passage.document,
            page=self._page_of(passage.document_id, (start + end) // 2),  # the page that holds most of it
            quote=passage.text[first:last],
            start=start,
            end=end,
            passage_id=passage.id,
            score=evidence.score,
        )

    def _finding(self, finding: SourceFinding, checked: CheckedSentence) -> Finding:
        passage = self._hits[checked.evidence[finding.evidence].source].passage
        return Finding(
            kind=finding.kind,
            said=finding.said,
            source=finding.source,
            start=finding.start,
            end=finding.end,
            document_id=passage.document_id,
            source_start=passage.start + _within(passage, finding.source_start),
            source_end=passage.start + _within(passage, finding.source_end),
            note=finding.note,
        )


def _within(passage: Passage, shown_at: int) -> int:
    """The place in a passage's own text of a place in what is shown of it; names of columns stand before it all."""
    return max(0, shown_at - (len(passage.shown) - len(passage.text)))
