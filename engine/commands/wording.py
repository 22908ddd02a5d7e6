"""What the commands have to say in the same words: places in documents, verdicts, differences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from engine.evidence.checker import SourceFinding
from engine.types import Finding, Verdict

# Shape tells as much as colour would; as in the window.
MARKS = {Verdict.SUPPORTED: "●", Verdict.DIFFERS: "▲", Verdict.NOT_FOUND: "■", Verdict.NO_CLAIM: " ", None: " "}
LIMITS = "A match shows that the source says it, not that it is right."
_NAMES = {
    Verdict.SUPPORTED: "supported",
    Verdict.DIFFERS: "differs",
    Verdict.NOT_FOUND: "not found",
    Verdict.NO_CLAIM: "without a claim",
}


def place(document: str, page: int | None) -> str:
    """How a place in a document is written everywhere: its name, and the page where there are pages."""
    return document if page is None else f"{document}, p. {page}"


def finding_line(finding: Finding | SourceFinding) -> str:
    """One difference, word against word."""
    there = f"“{finding.source}” in the source" if finding.source else "nothing like it in the source"
    note = f" ({finding.note})" if finding.note else ""
    return f"differs in {finding.kind}: “{finding.said}” here, {there}{note}"


def unmentioned_line(words: Sequence[str]) -> str:
    """What a question asks about that no passage mentions."""
    return f"No passage found mentions {', '.join(f'“{word}”' for word in words)}."


def verdict_summary(verdicts: Iterable[Verdict | None]) -> str:
    """How many sentences say what the sources say; empty where none was checked."""
    counts = Counter(verdict for verdict in verdicts if verdict is not None)
    if not counts:
        return ""
    parts = [
        f"{MARKS[verdict]} {counts[verdict]} {name}".strip() for verdict, name in _NAMES.items() if counts[verdict]
    ]
    return f"{counts.total()} sentence{'s' * (counts.total() != 1)}: {', '.join(parts)}"
