"""Notes reviewed, signed, added to, compared with their draft, and given out."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from engine.errors import UserError
from engine.exports import Protection
from engine.types import (
    AuditKind,
    NoteFormat,
    Permission,
    Review,
    Signature,
    SoundState,
    Visit,
    VisitState,
)
from engine.vault.connection import Connection
from engine.vault.repositories import notes, visits
from engine.vault.repositories.visits import Standing
from engine.visits import edits, storing, style
from engine.visits.comparing import difference
from engine.visits.desk import require_draft, whole
from engine.visits.heading import local
from engine.visits.hearing import unclear
from engine.visits.part import Part
from engine.visits.sounds import delete_recording
from engine.visits.steps import Step
from engine.visits.text import marked, note_text, note_words, section_text

_LONGEST_ADDENDUM = 20_000


class Signing(Part):
    def review(self, visit_id: int) -> Review:
        """What somebody who is about to sign has to look at. Raises UserError where there is no note."""
        visit = self._desk.visit(visit_id)
        if visit.note is None:
            raise UserError("This visit has no note yet.", "Have one written first.")
        return Review(
            marked=list(marked(visit.note)),
            omissions=sum(1 for each in visit.note.omissions if not each.dismissed),
            empty=[each.title for each in visit.note.sections if not each.text.strip()],
            unclear=list(unclear(visit.note, visit.transcript.utterances)),
        )

    def sign(self, visit_id: int) -> Visit:
        """Sign the note as it is shown: from then on it is locked, and addenda add to it.

        The recording is deleted unless the administrator keeps them; what the author wrote otherwise than the model
        becomes examples of their style. Raises NotAllowed, UserError (no note, an empty one, signed, discarded, being
        written, a recording under way or cut off, signed in with the recovery key).
        """
        self._desk.gate.require(Permission.SIGN_NOTES)
        if self._desk.actor.emergency:
            raise UserError("A note is signed by a person, not with the recovery key.", "Sign in with your own name.")
        keep_sound = self._means.policy().keep_sound

        def act(connection: Connection, standing: Standing) -> Visit:
            note = notes.load(connection, visit_id, standing.version)
            if note is None or not note_text(note):
                raise UserError("There is no note to sign yet.", "Have it written, or write it yourself.")
            now, actor = self._desk.clock(), self._desk.actor
            drafted = storing.drafted(connection, visit_id, standing.version)
            version = storing.add(
                self._desk,
                connection,
                visit_id,
                standing,
                note,
                step=Step.SIGNED,
                kind=AuditKind.NOTE_SIGNED,
                model=note.model.sha256[:16] if note.model else "",
                prompt=note.prompt_version,
            )
            text = note_text(drafted) if drafted else ""
            visits.signed(connection, visit_id, Signature(now, actor.id, actor.name, version, text))
            if not keep_sound:
                delete_recording(self._desk.journal.append, connection, visit_id, now)
            style.learn(connection, actor.id, note, drafted, now)
            return whole(connection, visit_id)

        with self._desk.editing(visit_id):
            return self._desk.write(visit_id, act, permission=Permission.SIGN_NOTES, check=_may_sign)

    def amend(self, visit_id: int, text: str) -> Visit:
        """Add to a signed note, which itself stays. Raises NotAllowed, UserError where it is not signed, or for an
        empty or over-long text."""
        self._desk.gate.require(Permission.SIGN_NOTES)
        added = text.strip()
        if not added or len(added) > _LONGEST_ADDENDUM:
            raise UserError(
                f"An addendum has between 1 and {_LONGEST_ADDENDUM} characters.", "Write what is to be added."
            )

        def act(connection: Connection, _standing: Standing) -> Visit:
            now = self._desk.clock()
            addendum = notes.add_addendum(connection, visit_id, now, self._desk.actor.id, added)
            visits.change(connection, visit_id, now, state=VisitState.AMENDED)
            visit = whole(connection, visit_id)
            words = [note_words(visit.note) if visit.note else "", *(each.text for each in visit.addenda)]
            visits.index_note(connection, visit_id, "\n".join(words))
            self._desk.journal.append(connection, AuditKind.NOTE_AMENDED, f"visit:{visit_id}", addendum=addendum)
            return whole(connection, visit_id)

        return self._desk.write(visit_id, act, permission=Permission.SIGN_NOTES, check=_must_be_signed)

    def difference(self, visit_id: int) -> list[tuple[str, str]]:
        """What people changed of what the model last wrote: ("same" | "added" | "removed", words) in order."""

        def look(connection: Connection) -> list[tuple[str, str]]:
            visit = whole(connection, visit_id)
            if visit.note is None:
                return []
            drafted = storing.drafted(connection, visit_id, visit.version)
            before = visit.signature.drafted if visit.signature else note_text(drafted) if drafted else ""
            return difference(before, note_text(visit.note))

        return self._desk.database.read(look)

    def text(self, visit_id: int, section: str = "") -> str:
        """The note, or one section (its key) of it, to be copied: without marks. Addenda follow the whole note."""
        visit = self._desk.visit(visit_id)
        if visit.note is None:
            raise UserError("This visit has no note yet.", "Have one written first.")
        if section:
            return section_text(replace(edits.section_of(visit.note, section), title=""))
        return "\n\n".join(
            [note_text(visit.note), *(f"Addendum by {a.name}, {local(a.at)}\n{a.text}" for a in visit.addenda)]
        )

    def export(
        self,
        visit_id: int,
        format: NoteFormat,
        path: Path,
        protection: Protection = Protection(),  # noqa: B008 - immutable
    ) -> None:
        """Save the note as a file, encrypted or with a reason why it is not; recorded either way.

        Raises NotAllowed, WeakPassphrase, UserError (no note, neither passphrase nor reason), NotEnoughSpace.
        """
        from engine.visits.files import rendered

        self._means.exports.check(protection)
        visit = self._desk.visit(visit_id)
        if visit.note is None:
            raise UserError("This visit has no note yet.", "Have one written first.")
        template = next((t for t in self._means.templates.list() if t.id == visit.note.template), None)
        name, content = rendered(visit, template.title if template else "Visit note", format)
        self._means.exports.write(path, [content], protection, name=name, subject=f"visit:{visit_id}")


def _may_sign(standing: Standing) -> None:
    require_draft(standing)
    if standing.sound is SoundState.RECORDING:
        raise UserError("This visit is being recorded.", "Stop the recording first.")
    if standing.sound is SoundState.INTERRUPTED:
        raise UserError(
            "The recording of this visit was cut off, and not all of it is text yet.",
            "Recover it, or delete the recording, and then sign.",
        )


def _must_be_signed(standing: Standing) -> None:
    if standing.signature is None:
        raise UserError("This note is not signed yet.", "Change the note itself.")
