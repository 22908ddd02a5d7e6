"""The library's states in the reader's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.i18n import counted, tr
from engine.types import DocumentInfo, DocumentState

if TYPE_CHECKING:
    from collections.abc import Sequence

UNFINISHED = frozenset({DocumentState.QUEUED, DocumentState.READING, DocumentState.INDEXING})
_LISTED = 12


def state_text(document: DocumentInfo) -> str:
    """What happens with a document now: "Reading page 12 of 48", "Ready", or why it failed."""
    if document.state is DocumentState.QUEUED:
        return tr("Library", "Waiting")
    if document.state is DocumentState.READING:
        return _counted_step(document, tr("Library", "Reading page {done} of {total}"), tr("Library", "Reading"))
    if document.state is DocumentState.INDEXING:
        return _counted_step(document, tr("Library", "Indexing {done} of {total}"), tr("Library", "Indexing"))
    if document.state is DocumentState.FAILED:
        return document.error.message if document.error else tr("Library", "Could not be read")
    return _ready_text(document)


def _ready_text(document: DocumentInfo) -> str:
    if document.keyword_only:
        by_words = tr("Library", "Ready for keyword search")
        return _counted_step(document, tr("Library", "Indexing {done} of {total}"), by_words)
    if document.warnings:
        return tr("Library", "Ready, but not complete")
    return tr("Library", "Ready")


def state_details(document: DocumentInfo) -> str:
    """The state with its advice or warnings, for the tool tip."""
    lines = [state_text(document)]
    if document.error is not None and document.error.advice:
        lines.append(document.error.advice)
    if document.state is DocumentState.READY and document.keyword_only:
        lines.append(tr("Library", "Its words are found. Search by meaning waits for the search model (see Models)."))
    lines += document.warnings[:_LISTED]
    return "\n".join(lines)


def library_counts(documents: Sequence[DocumentInfo]) -> str:
    """ "12 documents · 3 waiting · 1 failed"."""
    parts = [counted("Library", "1 document", "{count} documents", len(documents))]
    waiting = sum(document.state in UNFINISHED for document in documents)
    failed = sum(document.state is DocumentState.FAILED for document in documents)
    by_words = sum(document.state is DocumentState.READY and document.keyword_only for document in documents)
    if waiting:
        parts.append(counted("Library", "1 not ready yet", "{count} not ready yet", waiting))
    if by_words:
        parts.append(counted("Library", "1 waits for the search model", "{count} wait for the search model", by_words))
    if failed:
        parts.append(counted("Library", "1 failed", "{count} failed", failed))
    return " · ".join(parts)


def _counted_step(document: DocumentInfo, words: str, plain: str) -> str:
    return words.format(done=document.done, total=document.total) if document.total else plain
