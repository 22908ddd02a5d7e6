"""Transcripts of visits: pasted, read from files, corrected."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from engine.documents import transcript_file
from engine.errors import UserError
from engine.library.collect import read_file
from engine.types import AuditKind, Permission, SoundState, Transcript, TranscriptOrigin, Utterance, Visit
from engine.vault.connection import Connection
from engine.vault.repositories import utterances, visits
from engine.vault.repositories.visits import Standing
from engine.visits.desk import require_draft
from engine.visits.joining import appended, renamed, two_speakers
from engine.visits.noting import Noting
from engine.visits.recordings import Recordings

_LONGEST_PASTE = 2_000_000
_LONGEST_UTTERANCE, _LONGEST_SPEAKER = 20_000, 60


class Transcribing(Recordings, Noting):
    def paste(self, visit_id: int, text: str) -> Visit:
        """Add what was said, in any form that a transcript file has, behind what is there.

        Raises NotAllowed, UserError for an empty or over-long text, a visit that is signed, discarded or recorded.
        """
        self._desk.gate.require(Permission.WRITE_NOTES)
        if len(text) > _LONGEST_PASTE:
            raise UserError("This text is too long for a visit.", "Paste what was said in one visit.")
        if not text.strip():
            raise UserError("There is nothing to paste.", "Copy the transcript first.")
        return self._add(visit_id, transcript_file.parse("The text", text, TranscriptOrigin.PASTED))

    def import_transcript(self, visit_id: int, path: Path) -> Visit:
        """Add the transcript in a file (plain text, VTT, SRT, TextGrid, DOCX) behind what is there.

        Raises as paste(), BrokenTranscript, UnreadableDocument, UnsupportedDocument.
        """
        self._desk.gate.require(Permission.WRITE_NOTES)
        content, _sum = read_file(path)
        if transcript_file.is_word_file(path.name):
            text = self._means.read_document(path.name, content).text
            return self._add(visit_id, transcript_file.from_word(path.name, text))
        return self._add(visit_id, transcript_file.parse_bytes(path.name, content))

    def edit_utterance(
        self, visit_id: int, utterance_id: int, *, text: str | None = None, speaker: str | None = None
    ) -> Visit:
        """Correct what was heard; it stays corrected whatever is heard later. An empty text takes the utterance away.

        Raises NotAllowed, UserError where it is not there any more.
        """
        words = None if text is None else " ".join(text.split())[:_LONGEST_UTTERANCE]
        active = self.active(visit_id)
        if words == "" and active is not None:
            raise UserError("This visit is being recorded.", "Take the words away when the recording has ended.")

        def change(before: Transcript) -> list[Utterance]:
            said = {each.id: each for each in before.utterances}
            if utterance_id not in said:
                raise UserError("These words are not there any more.", "Look at the transcript again.")
            said[utterance_id] = changed = _corrected(said[utterance_id], words, speaker)
            if active is not None:
                active.corrected(changed)
            return [each for each in said.values() if each.text]

        return self._change_said(visit_id, "utterance", change)

    def swap_speakers(self, visit_id: int) -> Visit:
        """The two who say the most change places. Raises UserError where only one speaks."""

        def change(before: Transcript) -> list[Utterance]:
            two = two_speakers(before.utterances)
            if two is None:
                raise UserError("Only one person speaks in this transcript.", "Name the speaker of single lines.")
            return self._renamed(visit_id, before, {two[0]: two[1], two[1]: two[0]})

        return self._change_said(visit_id, "speakers", change)

    def name_speaker(self, visit_id: int, old: str, new: str) -> Visit:
        """Everything that old says is said by new. Raises UserError for an empty name."""
        name = _speaker(new)
        if not name:
            raise UserError("A speaker needs a name.", "Type one, for example “Patient”.")
        return self._change_said(visit_id, "speakers", lambda before: self._renamed(visit_id, before, {old: name}))

    def _renamed(self, visit_id: int, before: Transcript, names: dict[str, str]) -> list[Utterance]:
        if (active := self.active(visit_id)) is not None:
            active.renamed(names)
        return renamed(before.utterances, names)

    def _add(self, visit_id: int, added: Transcript) -> Visit:
        def store(connection: Connection, standing: Standing) -> None:
            if standing.sound is SoundState.RECORDING:
                raise UserError("This visit is being recorded.", "Stop the recording first.")
            said = appended(utterances.load(connection, visit_id), added)
            self._store_said(connection, visit_id, said, "transcript", len(added.utterances))

        with self._desk.editing(visit_id):
            self._desk.write(visit_id, store)
            return self._rechecked(visit_id)

    def _change_said(self, visit_id: int, what: str, change: Callable[[Transcript], list[Utterance]]) -> Visit:
        def store(connection: Connection, _standing: Standing) -> None:
            before = utterances.load(connection, visit_id)
            after = change(before)
            differ = len(set(_keys(before.utterances)) ^ set(_keys(after)))
            self._store_said(connection, visit_id, replace(before, utterances=after), what, differ)

        with self._desk.editing(visit_id):
            self._desk.write(visit_id, store, check=require_draft)
            return self._rechecked(visit_id)

    def _store_said(self, connection: Connection, visit_id: int, said: Transcript, what: str, count: int) -> None:
        utterances.store(connection, visit_id, said)
        visits.change(connection, visit_id, self._desk.clock())
        visits.index_said(connection, visit_id)
        self._desk.journal.append(connection, AuditKind.VISIT_CHANGED, f"visit:{visit_id}", what=what, utterances=count)


def _corrected(said: Utterance, words: str | None, speaker: str | None) -> Utterance:
    changed = said if speaker is None else replace(said, speaker=_speaker(speaker))
    if words is not None and words != said.text:
        # Times of words are places in the text that was heard.
        changed = replace(changed, text=words, words=[], heard=said.heard or said.text)
    return changed if changed == said else replace(changed, edited=True)


def _speaker(name: str) -> str:
    return " ".join(name.split())[:_LONGEST_SPEAKER]


def _keys(said: list[Utterance]) -> list[tuple[int, str, str]]:
    return [(each.id, each.speaker, each.text) for each in said]
