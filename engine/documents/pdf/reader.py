"""PDF files to document text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from engine.cancellation import Cancelled
from engine.documents.assemble import assemble
from engine.documents.blocks import PageContent
from engine.documents.clean import clean
from engine.documents.hidden import hidden_removed
from engine.documents.limits import Limits
from engine.documents.ocr import TextRecognizer
from engine.documents.pdf.furniture import find_furniture
from engine.documents.pdf.headings import OutlineEntry, mark_headings, title_of
from engine.documents.pdf.layout import lay_out
from engine.documents.pdf.page import PageLayer, PageReader
from engine.errors import PasswordRequired, UnreadableDocument, UserError
from engine.types import DocumentText

Report = Callable[[int, int, bool], None]

_WRONG_PASSWORD = 4  # FPDF_ERR_PASSWORD
_UNKNOWN_SECURITY = 5  # FPDF_ERR_SECURITY
_OUTLINE_ENTRIES = 5_000
_JUNK_TITLE = re.compile(
    r"^(?:untitled|unknown|document\d*|slide \d+|.*\.(?:docx?|pdf|indd|qxp|pptx?|xlsx?|rtf|tmp))$", re.I
)


@contextmanager
def open_pdf(content: bytes, password: str | None = None) -> Iterator[Any]:
    """A pdfium document with its form environment. Raises PasswordRequired or UnreadableDocument."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content, password=password or None)
    except pypdfium2.PdfiumError as error:
        code = getattr(error, "err_code", None)
        if code == _WRONG_PASSWORD:
            raise _password_error(given=bool(password)) from error
        if code == _UNKNOWN_SECURITY:
            raise UnreadableDocument(
                "The PDF is protected in a way that cannot be opened.",
                "Open it in the program it came from, print it to a new PDF, and add that.",
                str(error),
            ) from error
        raise UnreadableDocument(
            "The PDF is damaged and cannot be opened.", "Get a fresh copy of the file and add it again.", str(error)
        ) from error
    try:
        try:
            document.init_forms()
        except pypdfium2.PdfiumError:
            document.formenv = None  # a broken form must not keep the text from being read
        yield document
    finally:
        document.close()


def _password_error(*, given: bool) -> PasswordRequired:
    if given:
        return PasswordRequired("That password does not open the PDF.", "Enter the password it was saved with.")
    return PasswordRequired("The PDF is protected by a password.", "Enter its password to read it.")


class PdfReader:
    """Reads a PDF page by page. pdfium is not thread-safe: one reader works at a time, on one thread."""

    def __init__(self, limits: Limits, recognizer: TextRecognizer | None) -> None:
        self._limits = limits
        self._recognizer = recognizer

    def read(self, content: bytes, password: str | None, report: Report, check: Callable[[], None]) -> DocumentText:
        """The document's text. A page that fails is named in warnings; no text at all raises UnreadableDocument."""
        with open_pdf(content, password) as document:
            total = len(document)
            if total <= 0:
                raise UnreadableDocument("The PDF has no pages.", "Get a fresh copy of the file and add it again.")
            if total > self._limits.pages:
                raise UnreadableDocument(
                    f"The PDF has {total:,} pages; at most {self._limits.pages:,} can be read.",
                    "Split it into smaller files.",
                )
            layers, failed = self._layers(document, total, report, check)
            pages, title = _compose(layers, _outline(document), check)
            title = _metadata_title(document) or title
        warnings = [_failed(number) for number in failed]
        if hid := [layer.number for layer in layers if layer.hid_text]:
            warnings.append(hidden_removed(hid))
        text = assemble(pages, title, paged=True, warnings=warnings)
        if not text.text.strip():
            raise _no_text(layers, failed, ocr=self._recognizer is not None)
        return text

    def _layers(
        self, document: Any, total: int, report: Report, check: Callable[[], None]
    ) -> tuple[list[PageLayer], list[int]]:
        import pypdfium2

        form = document.formenv.raw if document.formenv else None
        reader = PageReader(form, self._limits, self._recognizer, check)
        layers: list[PageLayer] = []
        failed: list[int] = []
        for index in range(total):
            check()
            report(index, total, False)
            number = index + 1
            try:
                page = document[index]
                try:
                    layers.append(reader.read(page, number, lambda done=index: report(done, total, True)))  # type: ignore[misc]
                finally:
                    page.close()
            except Cancelled:
                raise
            except (pypdfium2.PdfiumError, UserError, ValueError, OverflowError, MemoryError):
                failed.append(number)
                layers.append(PageLayer(number, 0.0, 0.0))
        report(total, total, False)
        return layers, failed


def _compose(
    layers: list[PageLayer], outline: list[OutlineEntry], check: Callable[[], None]
) -> tuple[list[PageContent], str]:
    margins = [
        (layer.groups[0].fragments, layer.groups[0].grids, layer.groups[0].height) if layer.groups else ([], [], 0.0)
        for layer in layers
    ]
    furniture = find_furniture(margins)
    laid = []
    for layer in layers:
        check()
        laid.append(lay_out(layer.groups, furniture))
    mark_headings(laid, outline)
    pages = [
        PageContent(layer.number, [p.block() for p in paragraphs], layer.width, layer.height, layer.ocr)
        for layer, paragraphs in zip(layers, laid, strict=True)
    ]
    return pages, title_of(laid)


def _outline(document: Any) -> list[OutlineEntry]:
    import pypdfium2

    entries: list[OutlineEntry] = []
    try:
        for bookmark in document.get_toc():
            destination = bookmark.get_dest()
            page = destination.get_index() if destination is not None else None
            entries.append(OutlineEntry(clean(bookmark.get_title()), bookmark.level + 1, -1 if page is None else page))
            if len(entries) >= _OUTLINE_ENTRIES:
                break
    except pypdfium2.PdfiumError:
        return entries  # what was read of a broken outline still helps; headings are found without it
    return [entry for entry in entries if entry.title]


def _metadata_title(document: Any) -> str:
    title = clean(document.get_metadata_value("Title") or "")
    title = re.sub(r"^Microsoft (?:Word|PowerPoint|Excel) - ", "", title)
    title = title if " " in title else title.replace("_", " ")
    return "" if len(title) < 4 or _JUNK_TITLE.match(title) else title[:300]


def _failed(number: int) -> str:
    return f"Page {number} could not be read."


def _no_text(layers: list[PageLayer], failed: list[int], *, ocr: bool) -> UnreadableDocument:
    if len(failed) == len(layers):
        return UnreadableDocument(
            "None of the PDF's pages could be read.", "Get a fresh copy of the file and add it again."
        )
    if all(layer.blank for layer in layers):
        return UnreadableDocument("The PDF's pages are blank.", "Check that this is the file you meant.")
    if not ocr:
        return UnreadableDocument("The PDF holds no text layer.", "Add it with text recognition on.")
    return UnreadableDocument(
        "No text was found in the PDF.", "Scan the pages again, straight and with more contrast, and add that file."
    )
