"""Sentences put right by code: amounts as they were said."""

from __future__ import annotations

from engine.types import FindingKind, NoteSentence

_AMOUNTS = frozenset(
    {FindingKind.VALUE, FindingKind.UNIT, FindingKind.DOSE, FindingKind.FREQUENCY, FindingKind.DURATION}
)


def with_amounts_of_source(sentence: NoteSentence) -> str | None:
    """The sentence with its numbers, doses and times replaced by those that were said; None where it differs in
    anything else, or in nothing. Whether it is right then is for the check to say."""
    findings = [each.finding for each in sentence.findings]
    if not findings or any(each.kind not in _AMOUNTS or not each.source.strip() for each in findings):
        return None
    text = sentence.text
    for finding in sorted(findings, key=lambda each: -each.start):
        start, end = finding.start - sentence.start, finding.end - sentence.start
        text = text[:start] + finding.source.strip() + text[end:]
    return text
