"""The note of a visit: drafted, edited, decided about, stepped back and forward."""

from __future__ import annotations

from collections.abc import Callable

from engine.cancellation import Cancelled, CancelToken
from engine.errors import UserError
from engine.types import (
    AuditKind,
    DraftEvent,
    Note,
    NoteSection,
    NoteTemplate,
    NoteVersionInfo,
    Permission,
    Visit,
)
from engine.vault.connection import Connection
from engine.vault.repositories import notes, visits
from engine.vault.repositories.visits import Standing
from engine.visits import edits, storing
from engine.visits.checking import Checking
from engine.visits.desk import found, require_draft, shown, whole
from engine.visits.drafting import DraftKeeper
from engine.visits.steps import Step

Change = Callable[[Note], Note]


def _ignore(_event: DraftEvent) -> None:
    """Nobody watches this draft."""


class Noting(Checking):
    def draft(
        self,
        visit_id: int,
        *,
        section: str = "",
        instruction: str = "",
        on_event: Callable[[DraftEvent], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> Visit:
        """Have the note written, or one section (its key) anew, with an instruction; blocks, events on this thread.

        What was written when it is cancelled or fails is kept as a version that undo() leads back from. Cancelled is
        not an error here: the visit is returned as it is then. Raises NotAllowed, UserError (signed, discarded, being
        written already, nothing was said), ModelMissing and what else keeps a model from writing.
        """
        self._desk.gate.require(Permission.WRITE_NOTES)
        busy = "The note of this visit is being written.", "Wait until it is done, or stop it."
        with self._desk.busy(visit_id, *busy):
            before, standing = self._open(visit_id)
            if not before.transcript.utterances:
                raise UserError("Nothing was said in this visit yet.", "Record it, or paste a transcript.")
            template, begun = self._begun(before, section)
            keeper = DraftKeeper(
                self._desk,
                before,
                begun,
                section=section,
                revision=standing.revision,
                on_event=on_event or _ignore,
            )
            try:
                note = self._writer.draft(
                    before.transcript,
                    template,
                    style=self._means.style.list(template.id),
                    only=section,
                    instruction=instruction.strip(),
                    note=begun if section else None,
                    on_event=keeper.heard,
                    cancel=cancel,
                )
            except Cancelled:
                keeper.stopped()
            except BaseException:
                keeper.stopped()
                raise
            else:
                keeper.finish(edits.carried_over(begun, note))
        return self._rechecked(visit_id)

    def _begun(self, before: Visit, section: str) -> tuple[NoteTemplate, Note]:
        """The template of a draft, and the note that it begins from."""
        note = before.note
        if section and note is not None:
            edits.section_of(note, section)
            return self._means.templates.get(note.template), note
        template = self._means.templates.get(before.info.template)
        begun = note if note is not None and note.template == template.id else edits.empty_note(template)
        if section:
            edits.section_of(begun, section)
        return template, begun

    def edit_section(self, visit_id: int, key: str, text: str) -> NoteSection:
        """Store what somebody typed into a section, then check it; without a note one is begun.

        Raises NotAllowed, UserError (signed, discarded, being written, no such section, too long), NotEnoughSpace.
        """
        self._desk.gate.require(Permission.WRITE_NOTES)
        with self._desk.editing(visit_id):
            before, _standing = self._open(visit_id)
            note = before.note or edits.empty_note(self._means.templates.get(before.info.template))
            changed = edits.with_text(note, key, text)

            def store(connection: Connection, standing: Standing) -> int:
                return storing.edit(self._desk, connection, visit_id, standing, changed, section=key)

            self._desk.write(visit_id, store)
            after = self._rechecked(visit_id, always=True).note or changed
        return edits.section_of(after, key)

    def confirm(self, visit_id: int, key: str, sentence_text: str, confirmed: bool = True) -> Visit:
        """Say that a sentence is right though the transcript does not say so; or no more."""
        step = Step.CONFIRM
        return self._change(visit_id, step, lambda note: edits.with_confirmed(note, key, sentence_text, confirmed))

    def insert_omission(self, visit_id: int, omission_index: int) -> Visit:
        """Put a fact that was left out into the note."""
        return self._change(visit_id, Step.INSERT, lambda note: edits.with_omission(note, omission_index))

    def dismiss_omission(self, visit_id: int, omission_index: int, dismissed: bool = True) -> Visit:
        """Decide that a fact stays out of the note; or is to be thought of again."""
        return self._change(visit_id, Step.DISMISS, lambda note: edits.with_dismissed(note, omission_index, dismissed))

    def restore_removed(self, visit_id: int, index: int) -> Visit:
        """Put a sentence that the transcript does not support into the note all the same; it stays marked."""
        return self._change(visit_id, Step.RESTORE, lambda note: edits.with_removed(note, index))

    def undo(self, visit_id: int) -> Visit | None:
        """Show the version that the present one was made of; None where there is none."""
        return self._step(visit_id, "undo", lambda _connection, parent, _version: parent)

    def redo(self, visit_id: int) -> Visit | None:
        """Show the version that was last made of the present one; None where there is none."""
        return self._step(visit_id, "redo", lambda c, _parent, version: notes.newest_child(c, visit_id, version))

    def versions(self, visit_id: int) -> list[NoteVersionInfo]:
        """All stored versions of the note, the newest first."""
        return self._desk.database.read(lambda connection: notes.versions(connection, visit_id))

    def version(self, visit_id: int, number: int) -> Note:
        """A stored version. Raises UserError where there is none of that number."""
        note = self._desk.database.read(lambda connection: notes.load(connection, visit_id, number))
        if note is None:
            raise UserError(f"There is no version {number} of this note.", "Choose one from the list of versions.")
        return note

    def _open(self, visit_id: int) -> tuple[Visit, Standing]:
        """A visit that may be changed."""

        def look(connection: Connection) -> tuple[Visit, Standing]:
            standing = found(visits.standing(connection, visit_id))
            require_draft(standing)
            return whole(connection, visit_id), standing

        return self._desk.database.read(look)

    def _change(self, visit_id: int, step: Step, change: Change) -> Visit:
        """Store what a person decided about the note as a new version, checked."""
        self._desk.gate.require(Permission.WRITE_NOTES)
        with self._desk.editing(visit_id):
            before, _standing = self._open(visit_id)
            if before.note is None:
                raise UserError("This visit has no note yet.", "Have one written first.")
            changed = change(before.note)
            self._desk.write(
                visit_id, lambda c, standing: storing.add(self._desk, c, visit_id, standing, changed, step=step)
            )
            return self._rechecked(visit_id, always=True)

    def _step(self, visit_id: int, way: str, towards: Callable[[Connection, int, int], int]) -> Visit | None:
        def move(connection: Connection, standing: Standing) -> bool:
            made = notes.made(connection, visit_id, standing.version)
            version = towards(connection, made.parent, made.version) if made is not None else 0
            if not version:
                return False
            notes.show(connection, visit_id, version)
            shown(connection, visit_id, notes.load(connection, visit_id, version), self._desk.clock())
            subject = f"visit:{visit_id}"
            self._desk.journal.append(connection, AuditKind.NOTE_EDITED, subject, version=version, what=way)
            return True

        with self._desk.editing(visit_id):
            return self._rechecked(visit_id) if self._desk.write(visit_id, move) else None
