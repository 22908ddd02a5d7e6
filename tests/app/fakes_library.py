"""A library of the test seam: documents in memory, real PDFs made by reportlab, the engine's types."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec
from reportlab.pdfgen.canvas import Canvas

from engine.cancellation import CancelToken
from engine.errors import UserError
from engine.library.outcome import AddResult, RefusedFile
from engine.types import (
    Change,
    DocumentInfo,
    DocumentState,
    DocumentText,
    Heading,
    Hit,
    LineBox,
    MemoryStatus,
    PageText,
    Passage,
    Problem,
    SearchResult,
    Topic,
)

WIDTH, HEIGHT = 595.0, 842.0
LEADING = 18.0
CHARACTER = 7.2  # Courier 12 pt

PAGES = [
    ["Anaphylaxis protocol", "", "This page names who is responsible.", "Review yearly."],
    [
        "1 Recognition",
        "",
        "Sudden onset with airway, breathing or circulation problems.",
        "Skin changes are common but may be absent.",
    ],
    [
        "2 Treatment",
        "",
        "Give adrenaline 0.5 mg into the outer thigh at once.",
        "Repeat after 5 minutes if there is no improvement.",
        "Call an ambulance and note the time.",
    ],
]


def make_pdf(pages: list[list[str]] = PAGES) -> tuple[bytes, DocumentText]:
    """A PDF in Courier and the text that a reader would make of it, boxes included."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT))
    text, page_texts, boxes, headings = "", [], [], []
    for number, lines in enumerate(pages, 1):
        start = len(text)
        canvas.setFont("Courier", 12)
        for row, line in enumerate(lines):
            baseline = 80 + row * LEADING
            canvas.drawString(72, HEIGHT - baseline, line)
            if line:
                box = (72.0, baseline - 11, 72 + CHARACTER * len(line), baseline + 4)
                boxes.append(LineBox(len(text), len(text) + len(line), number, *box))
            if row == 0:
                headings.append(Heading(len(text), len(text) + len(line), 1, line))
            text += line + ("\n" if row < len(lines) - 1 else "")
        page_texts.append(PageText(number, start, len(text), WIDTH, HEIGHT))
        text += "\n" if number < len(pages) else ""
        canvas.showPage()
    canvas.save()
    return out.getvalue(), DocumentText(text, page_texts, headings, boxes, "Anaphylaxis protocol", True)


def info(number: int, name: str, **changes: object) -> DocumentInfo:
    """An entry of the table; ready unless told otherwise."""
    kind = {"pdf": "pdf", "docx": "docx", "md": "markdown"}.get(name.rsplit(".", 1)[-1], "text")
    base = DocumentInfo(
        id=number,
        name=name,
        kind=kind,
        sha256=f"{number:064x}",
        size=48_000 + number,
        state=DocumentState.READY,
        added_at="2026-11-20T17:05:00Z",
        pages=3 if kind == "pdf" else 1,
        chunks=6,
        title=name.rsplit(".", 1)[0].replace("-", " "),
        paged=kind == "pdf",
    )
    return msgspec.structs.replace(base, **changes)


class FakeLibrary:
    """Answers as Library does. calls lists what was asked for, in order; publish is the workspace's."""

    def __init__(self, publish: Callable[[Change], None] = lambda _change: None) -> None:
        self.publish = publish
        self.calls: list[tuple[object, ...]] = []
        self.entries: dict[int, DocumentInfo] = {}
        self.pdf, self.pdf_text = make_pdf()
        self.hits: list[Hit] = []
        self.failure: UserError | None = None
        self.paused = False
        self.status = MemoryStatus(True, 60, 60)
        self._lock = threading.Lock()
        self._removed: dict[int, DocumentInfo] = {}

    def put(self, *entries: DocumentInfo) -> None:
        """Place or replace entries and say so, as an import would."""
        with self._lock:
            self.entries |= {entry.id: entry for entry in entries}
        self.publish(Change(Topic.LIBRARY, [entry.id for entry in entries]))

    def documents(self) -> list[DocumentInfo]:
        with self._lock:
            return list(self.entries.values())

    def document(self, document_id: int) -> DocumentInfo:
        if document_id not in self.entries:
            raise UserError("This document is not in the library any more.", "Add the file again.")
        return self.entries[document_id]

    def text(self, document_id: int) -> DocumentText:
        if self.document(document_id).kind == "pdf":
            return self.pdf_text
        text = "Opening hours\n\nThe clinic opens at 08:00.\nOn Fridays it closes at 13:00.\n" + "More text.\n" * 200
        return DocumentText(text, [PageText(1, 0, len(text))], [Heading(0, 13, 1, "Opening hours")], [], "Hours", False)

    def content(self, document_id: int) -> bytes:
        return self.pdf if self.document(document_id).kind == "pdf" else self.text(document_id).text.encode()

    def add(self, paths: list[Path], cancel: CancelToken | None = None) -> AddResult:
        self.calls.append(("add", [path.name for path in paths]))
        if self.failure:
            raise self.failure
        added, unsupported = [], []
        for path in paths:
            if path.suffix in (".pdf", ".md", ".docx"):
                number = max(self.entries, default=0) + 1
                self.put(info(number, path.name, state=DocumentState.QUEUED, pages=0, chunks=0))
                added.append(number)
            else:
                unsupported.append(RefusedFile(path.name, Problem("This kind of file cannot be read.")))
        return AddResult(added, [], [], unsupported)

    def add_samples(self) -> AddResult:
        self.calls.append(("add_samples",))
        self.put(info(1, "anaphylaxis-protocol.pdf"), info(2, "opening-hours.md"))
        return AddResult([1, 2], [], [], [])

    def remove(self, ids: list[int]) -> None:
        self.calls.append(("remove", ids))
        self._removed |= {each: self.entries.pop(each) for each in ids}
        self.publish(Change(Topic.LIBRARY, ids))

    def restore(self, ids: list[int]) -> None:
        self.calls.append(("restore", ids))
        self.put(*(self._removed.pop(each) for each in ids))

    def retry(self, document_id: int, password: str | None = None) -> None:
        self.calls.append(("retry", document_id, password))
        self.put(
            msgspec.structs.replace(
                self.entries[document_id], state=DocumentState.QUEUED, error=None, needs_password=False
            )
        )

    def reindex(self, ids: list[int] | None = None) -> None:
        self.calls.append(("reindex", ids))

    def pause(self) -> None:
        self.calls.append(("pause",))
        self.paused = True

    def resume(self) -> None:
        self.calls.append(("resume",))
        self.paused = False

    def search(self, query: str, k: int = 10) -> SearchResult:
        self.calls.append(("search", query))
        return SearchResult(query, self.hits[:k], 4.0, True)

    def memory(self) -> MemoryStatus:
        return self.status

    def hit(self, rank: int, document_id: int, phrase: str, section: str = "2 Treatment") -> Hit:
        """A hit for a phrase that stands in the document."""
        text = self.text(document_id)
        start = text.text.index(phrase)
        page = next(each.number for each in text.pages if each.start <= start <= each.end) if text.paged else None
        name = self.entries[document_id].name
        passage = Passage(rank, document_id, name, page, section, phrase, start, start + len(phrase))
        return Hit(rank, passage, 1.0 / rank)
