"""Visits: a consultation, its recording and transcript, and the note that is made of it."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct, field

from engine.types.notes import Note, NoteSentence
from engine.types.speech import Transcript


class VisitState(StrEnum):
    """Values are stored: none may be renamed."""

    DRAFT = "draft"
    SIGNED = "signed"
    AMENDED = "amended"
    DISCARDED = "discarded"


class SoundState(StrEnum):
    """NONE: never recorded. INTERRUPTED: the program ended while it recorded; what was recorded is here and can be
    transcribed. DELETED: as the administrator set, after signing."""

    NONE = "none"
    RECORDING = "recording"
    INTERRUPTED = "interrupted"
    KEPT = "kept"
    DELETED = "deleted"


class Consent(Struct, frozen=True):
    """The patient agreed to be recorded: when, who asked, and how it was given ("spoken", "written")."""

    at: str
    user_id: str
    how: str = "spoken"


class VisitInfo(Struct, frozen=True):
    """A visit as a list shows it. patient: name as typed, "" without one. preview: the note's or transcript's first
    words. problems: sentences still marked in the note."""

    id: int
    patient: str
    template: str
    state: VisitState
    begun_at: str
    changed_at: str
    author: str
    author_name: str = ""
    sound: SoundState = SoundState.NONE
    seconds: float = 0.0
    preview: str = ""
    problems: int = 0
    signed_at: str = ""
    signed_by: str = ""


class Addendum(Struct, frozen=True):
    """What was added to a signed note; the note itself stays as it was signed."""

    at: str
    user_id: str
    name: str
    text: str


class Signature(Struct, frozen=True):
    """Who signed which version, when. drafted: the note's text as the model last drafted it, for the difference."""

    at: str
    user_id: str
    name: str
    version: int
    drafted: str = ""


class Visit(Struct, frozen=True):
    """Everything of one visit. version: the stored version of the note that is shown; 0: there is none yet.
    undoable, redoable: whether there is a version to step back, or forward, to."""

    info: VisitInfo
    transcript: Transcript
    note: Note | None = None
    version: int = 0
    consent: Consent | None = None
    signature: Signature | None = None
    addenda: list[Addendum] = field(default_factory=list)
    undoable: bool = False
    redoable: bool = False


class VisitFilter(Struct, frozen=True):
    """query: words in the patient's name, transcript or note. day: local date "2026-11-22"; "" and None do not
    restrict."""

    query: str = ""
    states: frozenset[VisitState] | None = None
    day: str = ""
    author: str = ""


class NoteVersionInfo(Struct, frozen=True):
    """A stored version of a note. what: "draft", "edit", "signed", ... for the reader's list."""

    version: int
    at: str
    user_id: str
    name: str
    what: str


class MarkedSentence(Struct, frozen=True):
    section: str
    sentence: NoteSentence


class UnclearSentence(Struct, frozen=True):
    """A sentence that rests on words which were not clearly heard."""

    section: str
    sentence: NoteSentence
    words: list[str]


class Review(Struct, frozen=True):
    """What somebody about to sign has to look at: sentences still marked, omissions not dismissed, empty sections, and
    sentences that are borne out by words which were not clearly heard."""

    marked: list[MarkedSentence] = field(default_factory=list)
    omissions: int = 0
    empty: list[str] = field(default_factory=list)
    unclear: list[UnclearSentence] = field(default_factory=list)


class NoteFormat(StrEnum):
    TEXT = "text"
    DOCX = "docx"
    PDF = "pdf"
    FHIR = "fhir"
