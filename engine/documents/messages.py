"""What the media child is asked to do with documents, and what it answers."""

from __future__ import annotations

from msgspec import Struct

from engine.types import DocumentText
from engine.workers.protocol import Empty, Method


class ReadDocument(Struct, frozen=True):
    """A file to read. name is only used for its extension and for messages; ocr=False skips text recognition."""

    name: str
    content: bytes
    password: str | None = None
    ocr: bool = True


class ReadProgress(Struct, frozen=True):
    """Pages read so far. ocr is true while the page at hand needs text recognition, which takes seconds."""

    done: int
    total: int
    ocr: bool = False


class RenderPage(Struct, frozen=True):
    """A page of a PDF or image (from 1) to draw; scale is pixels per point (1.0 draws at 72 dpi)."""

    content: bytes
    page: int = 1
    scale: float = 1.5
    password: str | None = None


class PageImage(Struct, frozen=True):
    """A drawn page as PNG; width and height in pixels, pages is the number of pages of the document."""

    png: bytes
    width: int
    height: int
    pages: int


class IdentifyDocument(Struct, frozen=True):
    """The first bytes of a file (a few kilobytes do, except for Office files, which need all) and its name."""

    name: str
    content: bytes


class DocumentKind(Struct, frozen=True):
    """kind: "pdf", "docx", "html", "markdown", "text" or "image"."""

    kind: str


READ_DOCUMENT: Method[ReadDocument, DocumentText, ReadProgress] = Method(
    name="documents.read", params=ReadDocument, result=DocumentText, event=ReadProgress
)
RENDER_PAGE: Method[RenderPage, PageImage, Empty] = Method(
    name="documents.render", params=RenderPage, result=PageImage, event=Empty
)
IDENTIFY: Method[IdentifyDocument, DocumentKind, Empty] = Method(
    name="documents.identify", params=IdentifyDocument, result=DocumentKind, event=Empty
)
