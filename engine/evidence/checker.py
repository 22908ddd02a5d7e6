"""Whether a text says what its sources say: a verdict for every sentence, with the words that prove it.

Everything is compared by code. A sentence is read into statements (see statements.py), the segments of the sources that
say most of it are found, and what it states is held against them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from msgspec import Struct, field

from engine.evidence.bearing import segments_for, share_held
from engine.evidence.comparison import Difference, differences
from engine.evidence.comparison.unanswered import empty_denials
from engine.evidence.comparison.wording import replaced
from engine.evidence.lexicons import Lexicons
from engine.evidence.no_claim import makes_no_claim
from engine.evidence.reading import read_statements, tells
from engine.evidence.segments import Segment
from engine.evidence.sentences import Span, split_sentences
from engine.evidence.source_index import SourceIndex
from engine.evidence.sources import SourceText
from engine.evidence.statements import Mention, Statements
from engine.types import FindingKind, Verdict

# Share of a sentence's weight that its sources must hold together. Measured by tests/benchmarks/planted_errors.py.
NEEDED = 0.4
_NEIGHBOURS = 1
_KEY_KINDS = frozenset({"finding", "condition", "test", "treatment", "drug", "person", "time"})
# Qualities that change what is done, and that a writer may not choose freely as the others.
_GRADES = frozenset({"mild", "severe", "sudden"})


class Evidence(Struct, frozen=True):
    """A span of a source: sources[source].text[start:end] == quote. score: share of the sentence it holds."""

    source: int
    start: int
    end: int
    quote: str
    score: float


class SourceFinding(Struct, frozen=True):
    """One difference: said at [start, end) of the checked text, source at its place in the evidence's source."""

    kind: FindingKind
    said: str
    source: str
    start: int
    end: int
    evidence: int
    source_start: int = 0
    source_end: int = 0
    note: str = ""


class CheckedSentence(Struct, frozen=True):
    """A sentence with its verdict; a contradicting span comes first in evidence."""

    text: str
    start: int
    end: int
    verdict: Verdict
    findings: list[SourceFinding] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)


class Checker:
    """Holds texts against sources. Reading the sources is done once; a sentence then takes a few milliseconds."""

    def __init__(self, sources: Sequence[SourceText], lexicons: Lexicons, index: SourceIndex | None = None) -> None:
        """index: the sources, if they have been read already."""
        self._lexicons = lexicons
        self._index = index or SourceIndex(sources, lexicons)

    def check(self, text: str) -> list[CheckedSentence]:
        """Every sentence of a text."""
        return [self.check_sentence(span) for span in split_sentences(text)]

    def check_sentence(self, span: Span) -> CheckedSentence:
        """One sentence; offsets of its findings are those of the span's text."""
        claim = self._without_teller(read_statements(span.text, self._lexicons, span.start))
        if makes_no_claim(span.text, claim, self._lexicons):
            verdict = Verdict.NOT_FOUND if any(empty_denials(claim, self._index)) else Verdict.NO_CLAIM
            return CheckedSentence(span.text, span.start, span.end, verdict)
        weights = {mention.name: self._index.weight(mention) for mention in claim.mentions}
        chosen = segments_for(claim, weights, self._index)
        core = [segment for segment, _ in chosen]
        near = self._index.around(core, _NEIGHBOURS)
        found = differences(claim, self._index, core, near)
        evidence = [_evidence(segment, share) for segment, share in chosen]
        if any(difference.place is not None for difference in found):
            return self._differs(span, found, evidence)
        missing = any(self._must_be_said(each) and not self._index.mentions(each) for each in claim.mentions)
        if (
            missing
            or not chosen
            or found
            or share_held(claim, weights, near, self._index) < NEEDED
            or replaced(claim, core, self._lexicons.everyday)
        ):
            return CheckedSentence(span.text, span.start, span.end, Verdict.NOT_FOUND, [], evidence)
        return CheckedSentence(span.text, span.start, span.end, Verdict.SUPPORTED, [], evidence)

    def _without_teller(self, claim: Statements) -> Statements:
        """Who only tells ("the mother reports") need not be named, if one of the speakers is neither of the two."""
        if not self._index.has_companion:
            return claim
        left = (each for each in claim.mentions if each.kind != "person" or not tells(claim.tokens, each.last))
        return replace(claim, mentions=tuple(left))

    def _must_be_said(self, mention: Mention) -> bool:
        telling = mention.kind in _KEY_KINDS and mention.name not in self._lexicons.talk
        return telling or mention.name in _GRADES

    def _differs(self, span: Span, found: Sequence[Difference], evidence: list[Evidence]) -> CheckedSentence:
        spans: list[Evidence] = []
        findings = []
        for difference in found:
            place = difference.place
            if place is None:
                continue
            proof = _evidence(place, 0.0)
            if proof not in spans:
                spans.append(proof)
            findings.append(
                SourceFinding(
                    kind=difference.kind,
                    said=difference.said,
                    source=difference.source,
                    start=difference.start,
                    end=difference.end,
                    evidence=spans.index(proof),
                    source_start=difference.source_start,
                    source_end=difference.source_end,
                    note=difference.note,
                )
            )
        known = {(each.source, each.start) for each in spans}
        spans += [each for each in evidence if (each.source, each.start) not in known]
        return CheckedSentence(span.text, span.start, span.end, Verdict.DIFFERS, findings, spans)


def _evidence(segment: Segment, share: float) -> Evidence:
    return Evidence(segment.source, segment.start, segment.end, segment.text, share)
