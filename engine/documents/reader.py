"""The front door of the readers: any file to document text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

import msgspec

from engine.documents.docx import read_docx
from engine.documents.hidden import hidden_removed, holds_invisible_letters
from engine.documents.html import read_html
from engine.documents.image import ImageReader
from engine.documents.kinds import Kind, identify
from engine.documents.limits import Limits
from engine.documents.markdown import read_markdown
from engine.documents.messages import ReadDocument
from engine.documents.ocr import TextRecognizer
from engine.documents.pdf.reader import PdfReader
from engine.documents.text import read_text
from engine.errors import UnreadableDocument
from engine.types import DocumentText

Report = Callable[[int, int, bool], None]


class DocumentReader:
    """Reads files of every supported kind. Not thread-safe (pdfium is not): one per child, used by one thread."""

    def __init__(self, limits: Limits, recognizer: TextRecognizer) -> None:
        self._limits = limits
        self._recognizer = recognizer

    def read(self, request: ReadDocument, report: Report, check: Callable[[], None]) -> DocumentText:
        """The text of a file with pages, headings and positions.

        report(done, total, ocr) is called before each page; check may raise Cancelled. Raises UnsupportedDocument,
        PasswordRequired, or UnreadableDocument for damaged, empty, too large and textless files.
        """
        content = request.content
        if len(content) > self._limits.file_bytes:
            raise UnreadableDocument(
                f"The file is too large ({len(content) // 2**20} MB).",
                f"Split it into files of less than {self._limits.file_bytes // 2**20} MB.",
            )
        kind = identify(request.name, content)
        text = self._read_kind(kind, request, report, check)
        if not text.text.strip():
            raise UnreadableDocument("The file holds no text.", "Check that this is the file you meant.")
        if len(text.text) > self._limits.text_chars:
            raise UnreadableDocument("The document holds more text than can be read.", "Split it into smaller files.")
        return text if text.title else msgspec.structs.replace(text, title=PurePath(request.name).stem)

    def _read_kind(self, kind: Kind, request: ReadDocument, report: Report, check: Callable[[], None]) -> DocumentText:
        recognizer = self._recognizer if request.ocr else None
        if kind is Kind.PDF:
            return PdfReader(self._limits, recognizer).read(request.content, request.password, report, check)
        if kind is Kind.IMAGE:
            if recognizer is None:
                raise UnreadableDocument("Pictures need text recognition.", "Add it with text recognition on.")
            return ImageReader(self._limits, recognizer).read(request.content, report, check)
        report(0, 1, False)
        if kind is Kind.DOCX:
            text = read_docx(request.content, self._limits)
        elif kind is Kind.HTML:
            text = read_html(request.content)
        elif kind is Kind.MARKDOWN:
            text = read_markdown(request.content)
        else:
            text = read_text(request.content)
        if kind is not Kind.DOCX and not text.warnings and holds_invisible_letters(request.content):
            text = msgspec.structs.replace(text, warnings=[hidden_removed()])
        report(1, 1, False)
        return text
