"""Plain values that cross boundaries: between processes, services, window and command line.

Offsets are character offsets (Python string indices), half open [start, end). Times are ISO 8601 UTC strings.
Pages are numbered from 1 as the reader counts them.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct, field

# documents


class Problem(Struct, frozen=True):
    """A failure as it is shown and stored: what happened, what to do, technical details (never patient text)."""

    message: str
    advice: str = ""
    details: str = ""


class PageText(Struct, frozen=True):
    """One page of a document: its slice of the document text and its displayed size in points."""

    number: int
    start: int
    end: int
    width: float = 0.0
    height: float = 0.0
    ocr: bool = False


class LineBox(Struct, frozen=True, array_like=True):
    """Where a run of text stands: points from the top left corner of the page as displayed (rotation applied)."""

    start: int
    end: int
    page: int
    x0: float
    y0: float
    x1: float
    y1: float


class Heading(Struct, frozen=True):
    """A heading found in the text; level 1 is the outermost."""

    start: int
    end: int
    level: int
    text: str


class DocumentText(Struct, frozen=True):
    """What a reader makes of a file. text is the pages' text joined by newlines; every offset is into it.

    paged is false for formats without pages (Markdown, HTML, text, DOCX): pages then holds one entry and citations
    carry no page. warnings name what could not be read (for example a failed page).
    """

    text: str
    pages: list[PageText]
    headings: list[Heading]
    lines: list[LineBox]
    title: str
    paged: bool
    warnings: list[str] = field(default_factory=list)


class DocumentState(StrEnum):
    QUEUED = "queued"
    READING = "reading"
    INDEXING = "indexing"
    READY = "ready"
    FAILED = "failed"


class DocumentInfo(Struct, frozen=True):
    """A document of the library as its table shows it. size in bytes; done/total count the current step."""

    id: int
    name: str
    kind: str
    sha256: str
    size: int
    state: DocumentState
    added_at: str
    pages: int = 0
    chunks: int = 0
    title: str = ""
    paged: bool = False
    source_path: str = ""
    error: Problem | None = None
    needs_password: bool = False
    warnings: list[str] = field(default_factory=list)
    done: int = 0
    total: int = 0


class Chunk(Struct, frozen=True):
    """A passage cut for search: text == document text[start:end]; section is the breadcrumb of headings (" › ")."""

    start: int
    end: int
    page: int
    section: str
    text: str


# search


class Passage(Struct, frozen=True):
    """A stored chunk with the document it stands in. page is None where the format has no pages."""

    id: int
    document_id: int
    document: str
    page: int | None
    section: str
    text: str
    start: int
    end: int


class Hit(Struct, frozen=True):
    """A passage found, best first. Ranks count from 1; None where that method did not return it."""

    rank: int
    passage: Passage
    score: float
    keyword_rank: int | None = None
    dense_rank: int | None = None
    similarity: float | None = None


class SearchResult(Struct, frozen=True):
    """dense is false while the vector index is still being filled and only keyword search answered."""

    query: str
    hits: list[Hit]
    ms: float
    dense: bool


# models


class ModelState(StrEnum):
    AVAILABLE = "available"
    FETCHING = "fetching"
    PAUSED = "paused"
    INSTALLED = "installed"


class Fit(Struct, frozen=True):
    """Whether a model fits this computer, and why, in one sentence a clinician understands."""

    fits: bool
    reason: str
    memory_bytes: int = 0


class ModelInfo(Struct, frozen=True):
    """A catalogue entry or an imported model as the Models page shows it. kind: "chat" or "embedding"."""

    id: str
    name: str
    kind: str
    summary: str
    size: int
    licence: str
    licence_url: str
    sha256: str
    state: ModelState
    fit: Fit
    in_use: bool = False
    terms: str = ""
    downloaded: int = 0
    imported: bool = False


class FetchStage(StrEnum):
    CONNECTING = "connecting"
    FETCHING = "fetching"
    COPYING = "copying"
    VERIFYING = "verifying"
    DONE = "done"


class FetchProgress(Struct, frozen=True):
    """How far a model's download or import is: bytes done of total, and bytes per second over the last moments."""

    model_id: str
    done: int
    total: int
    bytes_per_s: float
    stage: FetchStage


class DeviceInfo(Struct, frozen=True):
    """Where the model runs and why, for the status bar and doctor. device: "CPU" or the GPU's name."""

    device: str
    gpu_layers: int
    total_layers: int
    threads: int
    n_ctx: int
    reason: str


class ModelRef(Struct, frozen=True):
    id: str
    sha256: str
    name: str = ""


class Sampling(Struct, frozen=True):
    """Sampling settings of one generation; the same seed, prompt and model give the same tokens."""

    temperature: float = 0.0
    top_p: float = 0.9
    top_k: int = 40
    min_p: float = 0.05
    repeat_penalty: float = 1.0
    max_tokens: int = 512
    seed: int = 0


# answers


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


class Timings(Struct, frozen=True):
    """Milliseconds, token counts and tokens per second of one answer. reused_tokens were not evaluated again."""

    search_ms: float = 0.0
    first_token_ms: float = 0.0
    tokens: int = 0
    tokens_per_s: float = 0.0
    prompt_tokens: int = 0
    reused_tokens: int = 0
    total_ms: float = 0.0


class Segment(Struct, frozen=True, array_like=True):
    """A piece of a prompt. special: control tokens written in it are meant; otherwise they are plain text."""

    text: str
    special: bool = False


class Evaluated(Struct, frozen=True, array_like=True):
    """How a part of a prompt came into the model: `times` calls of `size` tokens, the first `kept` of which stayed.

    A token that was written by the model (size 1) leaves other last digits than one that was read among others.
    """

    times: int
    size: int
    kept: int


class Making(Struct, frozen=True):
    """What made an answer and could not be told later, when documents and earlier turns may have changed.

    seen: ids of the passages in the prompt; carried: those among them that an earlier question had found. written is
    what the model wrote, before the program put its own words for "not found" in the place of a refusal.
    """

    prompt: list[Segment] = field(default_factory=list)
    stop: list[str] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)
    carried: list[Passage] = field(default_factory=list)
    evaluated: list[Evaluated] = field(default_factory=list)
    device: DeviceInfo | None = None
    runtime: str = ""
    program: str = ""
    written: str = ""
    finish: str = ""


class Answer(Struct, frozen=True):
    """An answer with everything that made it. answered is false where the library does not hold the answer.

    making is None in answers that were stored before it was kept.
    """

    text: str
    answered: bool
    sentences: list[Sentence]
    hits: list[Hit]
    model: ModelRef
    timings: Timings
    searched_as: str = ""
    prompt_version: str = ""
    sampling: Sampling = Sampling()
    left_out: list[str] = field(default_factory=list)
    stopped: bool = False
    making: Making | None = None


class TurnState(StrEnum):
    PENDING = "pending"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


class Turn(Struct, frozen=True):
    """One question of a conversation and its answer; partial answers of stopped or failed turns are kept."""

    id: int
    conversation_id: int
    question: str
    state: TurnState
    created_at: str
    answer: Answer | None = None
    error: Problem | None = None


class Conversation(Struct, frozen=True):
    id: int
    title: str
    created_at: str
    updated_at: str


class AskStage(StrEnum):
    SEARCHING = "searching"
    LOADING_MODEL = "loading_model"
    READING = "reading"
    WRITING = "writing"


class AskEvent(Struct, frozen=True):
    """Progress of a question: a new stage, counted work ("done of total"), new text, or a sentence closed."""

    stage: AskStage
    turn_id: int
    text: str = ""
    sentence: Sentence | None = None
    hits: list[Hit] | None = None
    done: int = 0
    total: int = 0
    tokens_per_s: float = 0.0


# changes


class Topic(StrEnum):
    LIBRARY = "library"
    CONVERSATIONS = "conversations"
    MODELS = "models"
    SETTINGS = "settings"
    STATUS = "status"
    INDEX = "index"


class Change(Struct, frozen=True):
    """Something changed: views of that topic refresh. ids empty means anything in the topic may have changed."""

    topic: Topic
    ids: list[int] = field(default_factory=list)


class MemoryStatus(Struct, frozen=True):
    """How much of the vector index is filled."""

    ready: bool
    indexed: int
    total: int


class ProcessInfo(Struct, frozen=True):
    """A process of the program: what it does, its id, and its resident memory in bytes."""

    role: str
    pid: int
    rss: int
