"""Putting the workspace in order at each start, after whatever ended the last session."""

from __future__ import annotations

from msgspec import Struct

from engine.types import AuditKind, Problem
from engine.vault.audit.journal import Journal
from engine.vault.connection import Connection
from engine.vault.repositories import conversations, documents, file_contents, lifecycle, notes, turns, visits

_STOPPED = "draft, stopped"
_INTERRUPTED = Problem("Chartside was closed before this question was answered.", "Ask it again.")


class Recovered(Struct, frozen=True):
    """Counts of what was put in order."""

    documents_requeued: int
    turns_ended: int
    documents_purged: int
    conversations_purged: int
    files_dropped: int
    recordings_cut_off: int = 0
    drafts_ended: int = 0


def recover(connection: Connection, journal: Journal) -> Recovered:
    """Queue interrupted imports, end interrupted answers, drafts and recordings (what there is of them is kept), and
    delete for good what was removed and not undone."""
    purged = lifecycle.purge_removed(connection)
    for document_id in purged:
        journal.append(connection, AuditKind.DOCUMENT_PURGED, f"document:{document_id}")
    cut_off = list(visits.cut_off(connection))
    for visit_id in cut_off:
        journal.append(connection, AuditKind.RECORDING, f"visit:{visit_id}", act="cut off")
    return Recovered(
        documents_requeued=documents.requeue_interrupted(connection),
        turns_ended=turns.end_interrupted(connection, _INTERRUPTED),
        documents_purged=len(purged),
        conversations_purged=conversations.purge_deleted(connection),
        files_dropped=file_contents.delete_unused(connection),
        recordings_cut_off=len(cut_off),
        drafts_ended=notes.end_unfinished(connection, _STOPPED),
    )
