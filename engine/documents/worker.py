"""What the media child does with documents."""

from __future__ import annotations

import time

import msgspec

from engine.documents.kinds import identify
from engine.documents.limits import Limits
from engine.documents.messages import (
    IDENTIFY,
    READ_DOCUMENT,
    RENDER_PAGE,
    DocumentKind,
    IdentifyDocument,
    PageImage,
    ReadDocument,
    ReadProgress,
    RenderPage,
)
from engine.documents.ocr import TextRecognizer
from engine.documents.preview import render_page
from engine.documents.reader import DocumentReader
from engine.evidence.injection import order_warnings
from engine.types import DocumentText
from engine.workers.context import AnyBinding, Binding, CallContext

_QUIET_S = 0.03  # progress of fast pages is told no oftener than this


class DocumentWorker:
    """The child's document functions; holds the text recognition models once they were needed."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._reader = DocumentReader(limits, TextRecognizer())

    def read(self, request: ReadDocument, context: CallContext) -> DocumentText:
        told = -1.0

        def report(done: int, total: int, ocr: bool) -> None:
            nonlocal told
            now = time.monotonic()
            if ocr or done in (0, total) or now - told >= _QUIET_S:
                told = now
                context.emit(ReadProgress(done, total, ocr))

        text = self._reader.read(request, report, context.check)
        orders = order_warnings(text)
        return msgspec.structs.replace(text, warnings=[*text.warnings, *orders]) if orders else text

    def render(self, request: RenderPage, context: CallContext) -> PageImage:
        context.check()
        return render_page(request, self._limits)

    def identify(self, request: IdentifyDocument, context: CallContext) -> DocumentKind:
        context.check()
        return DocumentKind(identify(request.name, request.content).value)


def bindings() -> list[AnyBinding]:
    """The methods that the media child answers."""
    worker = DocumentWorker(Limits())
    return [
        Binding(READ_DOCUMENT, worker.read),
        Binding(RENDER_PAGE, worker.render),
        Binding(IDENTIFY, worker.identify),
    ]
