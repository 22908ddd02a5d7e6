"""What the sources say of a text, sentence by sentence."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct, field


class Source(Struct, frozen=True):
    """A quoted span of a document that a sentence rests on; start and end are offsets into the document text."""

    document_id: int
    document: str
    page: int | None
    quote: str
    start: int
    end: int
    passage_id: int = 0
    score: float = 0.0


class Verdict(StrEnum):
    """What the sources say of a sentence. It tells whether they say the same, not whether it is right."""

    SUPPORTED = "supported"
    DIFFERS = "differs"
    NOT_FOUND = "not_found"
    NO_CLAIM = "no_claim"


class FindingKind(StrEnum):
    """In what a sentence differs from its source."""

    VALUE = "value"
    UNIT = "unit"
    DOSE = "dose"
    FREQUENCY = "frequency"
    ROUTE = "route"
    DURATION = "duration"
    DATE = "date"
    SIDE = "side"
    NEGATION = "negation"
    DRUG = "drug"
    PERSON = "person"
    CERTAINTY = "certainty"


class Finding(Struct, frozen=True):
    """One difference, word against word: said at [start, end) of the checked text, source at its place in a document.

    source is empty where the source has no such words (a negation that was added). note says what stands out, for
    example a tenfold dose.
    """

    kind: FindingKind
    said: str
    source: str
    start: int
    end: int
    document_id: int = 0
    source_start: int = 0
    source_end: int = 0
    note: str = ""


class Sentence(Struct, frozen=True):
    """A sentence of an answer (offsets into the answer) with the spans of source that support or contradict it.

    verdict is None in answers that were stored before sentences were checked.
    """

    text: str
    start: int
    end: int
    sources: list[Source] = field(default_factory=list)
    verdict: Verdict | None = None
    findings: list[Finding] = field(default_factory=list)


class OmissionKind(StrEnum):
    """Kinds of facts that a text may leave out."""

    DRUG = "drug"
    DOSE = "dose"
    ALLERGY = "allergy"
    VITAL = "vital"
    FINDING = "finding"
    PLAN = "plan"
    FOLLOW_UP = "follow_up"
