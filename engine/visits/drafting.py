"""A draft while it is written: told as it comes, and stored now and then, so that a kill loses seconds of it."""

from __future__ import annotations

import time
from collections.abc import Callable

from engine.types import AuditKind, DraftEvent, Note, NoteSection, Visit
from engine.vault.connection import Connection
from engine.vault.repositories import notes, visits
from engine.visits import storing
from engine.visits.desk import Desk, found, require_draft
from engine.visits.edits import with_section
from engine.visits.steps import Step

_SAVE_EVERY_S = 2.0


class DraftKeeper:
    """Keeps one draft. Used by one thread."""

    def __init__(
        self,
        desk: Desk,
        visit: Visit,
        begun: Note,
        *,
        section: str,
        revision: int,
        on_event: Callable[[DraftEvent], None],
    ) -> None:
        """begun: what the note is before anything is written; sections that are not reached stay as in it.

        revision: that of the transcript that the draft is made of.
        """
        self._desk = desk
        self._visit_id = visit.info.id
        self._note = begun
        self._section = section
        self._revision = revision
        self._on_event = on_event
        self._version = 0
        self._saved_at = time.monotonic()
        self._written = False
        self._done = 0

    def heard(self, event: DraftEvent) -> None:
        """Take an event of the writer's."""
        if event.section is not None and event.section.text.strip():
            self._take(event.section)
            closed, self._done = event.done > self._done, event.done
            if closed or time.monotonic() - self._saved_at >= _SAVE_EVERY_S:
                self._save(self._note, unfinished=True)
        self._on_event(event)

    def finish(self, note: Note) -> None:
        """Store the whole draft."""
        self._save(note, state="done")

    def stopped(self) -> None:
        """Keep what was written until now; nothing is stored where nothing was."""
        if self._written:
            self._save(self._note, step=Step.SECTION if self._section else Step.STOPPED, state="stopped")

    def _take(self, section: NoteSection) -> None:
        self._written = True
        self._note = with_section(self._note, section)

    def _save(self, note: Note, *, unfinished: bool = False, step: Step | None = None, state: str = "begun") -> None:
        self._saved_at = time.monotonic()
        step = step or (Step.SECTION if self._section else Step.DRAFT)

        def store(connection: Connection) -> int:
            standing = found(visits.standing(connection, self._visit_id))
            require_draft(standing)
            subject, model = f"visit:{self._visit_id}", note.model.sha256[:16] if note.model else ""
            details = {"state": state, "model": model, "prompt": note.prompt_version}
            if not self._version:
                version = storing.add(
                    self._desk,
                    connection,
                    self._visit_id,
                    standing,
                    note,
                    step=step,
                    section=self._section,
                    kind=AuditKind.NOTE_DRAFTED,
                    unfinished=unfinished,
                    **details,
                )
                notes.put(connection, self._visit_id, version, note, revision=self._revision, unfinished=unfinished)
                return version
            storing.replace(
                self._desk,
                connection,
                self._visit_id,
                self._version,
                note,
                revision=self._revision,
                step=step,
                unfinished=unfinished,
            )
            if not unfinished:
                self._desk.journal.append(
                    connection, AuditKind.NOTE_DRAFTED, subject, version=self._version, what=str(step), **details
                )
            return self._version

        self._version = self._desk.database.transaction(store)
        self._desk.tell(self._visit_id)
