"""Documents as they are read, kept in the library and cut into passages."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct, field

CELL_MARK = " | "
"""Stands between the cells of a table's row in the text of a document, whatever its format."""


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
    """A document of the library as its table shows it. size in bytes; done/total count the current step.

    keyword_only: its passages have no vectors yet, so only their words are searched.
    """

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
    keyword_only: bool = False


class Chunk(Struct, frozen=True):
    """A passage cut for search: text == document text[start:end]; section is the breadcrumb of headings (" › ").

    header: the names of the columns, where the passage is cut out of a table below them.
    """

    start: int
    end: int
    page: int
    section: str
    text: str
    header: str = ""

    @property
    def shown(self) -> str:
        """The text under the names of its columns, for whoever reads it out of its place."""
        return f"{self.header}\n{self.text}" if self.header else self.text
