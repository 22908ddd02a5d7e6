"""Notes: their templates, their sections, and what the transcript says of each sentence."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct, field

from engine.types.answers import Timings
from engine.types.evidence import Finding, OmissionKind, Verdict
from engine.types.models import ModelRef


class SectionTemplate(Struct, frozen=True):
    """One section. key: stable name; length: words as a rule, 0 for as many as it takes; example: how one may read."""

    key: str
    title: str
    instruction: str = ""
    length: int = 0
    example: str = ""


class NoteTemplate(Struct, frozen=True):
    """How a clinic writes a kind of note. builtin: it came with the program; changed: the clinic has its own form of
    it. kind: what it is for, in words ("a visit", "a telephone call")."""

    id: str
    title: str
    kind: str
    sections: list[SectionTemplate]
    builtin: bool = False
    changed: bool = False


class SaidAt(Struct, frozen=True):
    """The words of the transcript that a sentence rests on: [start, end) of the utterance's text, and their times."""

    utterance: int
    speaker: str
    quote: str
    start: int
    end: int
    begins_s: float | None = None
    ends_s: float | None = None
    score: float = 0.0


class NoteFinding(Struct, frozen=True):
    """One difference: finding.said at [start, end) of the section's text; its source offsets are into the text of
    `utterance`."""

    finding: Finding
    utterance: int


class NoteSentence(Struct, frozen=True):
    """A sentence of a section, offsets into the section's text. confirmed: the clinician says that it is right though
    the transcript does not say so (seen, done or known outside what was recorded)."""

    text: str
    start: int
    end: int
    verdict: Verdict
    findings: list[NoteFinding] = field(default_factory=list)
    evidence: list[SaidAt] = field(default_factory=list)
    confirmed: bool = False


class NoteSection(Struct, frozen=True):
    key: str
    title: str
    text: str = ""
    sentences: list[NoteSentence] = field(default_factory=list)


class RemovedSentence(Struct, frozen=True):
    """A drafted sentence that the transcript does not support and that could not be mended: kept out of the note."""

    section: str
    text: str
    verdict: Verdict
    evidence: list[SaidAt] = field(default_factory=list)
    findings: list[NoteFinding] = field(default_factory=list)


class NoteOmission(Struct, frozen=True):
    """A fact that was said and is not in the note. section: key of where it belongs; suggestion: a sentence to put
    there with one click, made of the words that were said. dismissed: the clinician has decided to leave it out."""

    kind: OmissionKind
    name: str
    said: SaidAt
    section: str
    suggestion: str
    dismissed: bool = False


class Note(Struct, frozen=True):
    """A note, whole: what is drafted, edited, signed. model and prompt_version: of its last draft."""

    template: str
    sections: list[NoteSection] = field(default_factory=list)
    omissions: list[NoteOmission] = field(default_factory=list)
    removed: list[RemovedSentence] = field(default_factory=list)
    model: ModelRef | None = None
    prompt_version: str = ""
    timings: Timings = Timings()


class DraftStage(StrEnum):
    LOADING_MODEL = "loading_model"
    READING = "reading"
    WRITING = "writing"
    CHECKING = "checking"
    DONE = "done"


class DraftEvent(Struct, frozen=True):
    """Progress of a draft. section: as far as it is written now, checked sentences in it; done of total: sections."""

    stage: DraftStage
    section: NoteSection | None = None
    done: int = 0
    total: int = 0
    tokens_per_s: float = 0.0


class StyleExample(Struct, frozen=True):
    """How a clinician writes a section: from a signed note, or a correction of a draft (before is then the draft's)."""

    id: int
    template: str
    section: str
    text: str
    before: str = ""
    made_at: str = ""
