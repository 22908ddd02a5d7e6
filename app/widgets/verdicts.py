"""How verdicts look and what they are called: shape and colour together, the same in every place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.i18n import tr
from engine.types import FindingKind, Verdict

if TYPE_CHECKING:
    from engine.types import Finding, Sentence


@dataclass(frozen=True)
class VerdictLook:
    """The shape as a character, as a drawing, and the colour role (role_soft is its background)."""

    shape: str
    icon: str
    role: str

    @property
    def soft_role(self) -> str:
        return f"{self.role}_soft"


LOOKS = {
    Verdict.SUPPORTED: VerdictLook("●", "verdict-supported", "ok"),
    Verdict.DIFFERS: VerdictLook("▲", "verdict-differs", "warn"),
    Verdict.NOT_FOUND: VerdictLook("■", "verdict-missing", "bad"),
}
"""The verdicts that are marked; a sentence without a claim has no mark."""

PROBLEMS = (Verdict.DIFFERS, Verdict.NOT_FOUND)


def is_problem(sentence: Sentence) -> bool:
    """Whether the reader has to look at this sentence."""
    return sentence.verdict in PROBLEMS


def verdict_words(verdict: Verdict) -> str:
    """A verdict as a heading."""
    return {
        Verdict.SUPPORTED: tr("Verdict", "Supported by the source"),
        Verdict.DIFFERS: tr("Verdict", "Differs from the source"),
        Verdict.NOT_FOUND: tr("Verdict", "Not found in the passages read"),
        Verdict.NO_CLAIM: tr("Verdict", "Claims nothing"),
    }[verdict]


def limit_words() -> str:
    """What a verdict does not say."""
    return tr("Verdict", "A match shows that the source says it, not that it is right.")


def kind_words(kind: FindingKind) -> str:
    """In what a sentence differs, in plain words."""
    return {
        FindingKind.VALUE: tr("Verdict", "Value"),
        FindingKind.UNIT: tr("Verdict", "Unit"),
        FindingKind.DOSE: tr("Verdict", "Dose"),
        FindingKind.FREQUENCY: tr("Verdict", "How often"),
        FindingKind.ROUTE: tr("Verdict", "Route"),
        FindingKind.DURATION: tr("Verdict", "How long"),
        FindingKind.DATE: tr("Verdict", "Date"),
        FindingKind.SIDE: tr("Verdict", "Side"),
        FindingKind.NEGATION: tr("Verdict", "Negation"),
        FindingKind.DRUG: tr("Verdict", "Drug"),
        FindingKind.PERSON: tr("Verdict", "Person"),
        FindingKind.CERTAINTY: tr("Verdict", "Certainty"),
    }[kind]


def finding_words(finding: Finding) -> str:
    """Word against word: "Dose: “10 mg” in the answer, “5 mg” in the source (ten times as much)"."""
    said, source = " ".join(finding.said.split()), " ".join(finding.source.split())
    if said and source:
        words = tr("Verdict", "“{said}” in the answer, “{source}” in the source", said=said, source=source)
    elif said:
        words = tr("Verdict", "“{said}” in the answer, nothing like it in the source", said=said)
    else:
        words = tr("Verdict", "nothing in the answer, “{source}” in the source", source=source)
    note = f" ({finding.note})" if finding.note else ""
    return f"{kind_words(finding.kind)}: {words}{note}"


def spoken(sentence: Sentence) -> str:
    """A sentence's verdict and differences as they are read aloud; "" where it was not checked."""
    if sentence.verdict is None:
        return ""
    return ". ".join([verdict_words(sentence.verdict), *(finding_words(each) for each in sentence.findings)])
