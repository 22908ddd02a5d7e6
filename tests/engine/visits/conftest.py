"""A visits service on a vault of its own, with a writer and a listener whose every word the test decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from engine.cancellation import CancelToken
from engine.changes import ChangeHub
from engine.exports import Exports
from engine.people.permissions import Gate, actor_of
from engine.types import (
    Change,
    DocumentText,
    DraftEvent,
    DraftStage,
    Mark,
    ModelRef,
    Note,
    NoteSection,
    NoteSentence,
    NoteTemplate,
    PageText,
    Policy,
    RecordingEvent,
    RecordingState,
    Role,
    StyleExample,
    TranscribeProgress,
    Transcript,
    TranscriptOrigin,
    User,
    Utterance,
    Verdict,
)
from engine.vault.database import Database
from engine.vault.repositories import recovery, users
from engine.visits.desk import Desk
from engine.visits.part import Means
from engine.visits.service import Visits
from engine.visits.style import Style
from engine.visits.templates import Templates
from tests.engine.vault.conftest import journal_of

SAID = "Doctor: Any fever?\nPatient: No, but my left knee hurts.\nDoctor: Take ibuprofen 400 mg twice a day."
MODEL = ModelRef("tiny", "ab" * 32, "Tiny")
PIECE = b"\x01\x00" * 1600


class Writer:
    """Writes what the test says; a sentence is supported where all its words were said."""

    def __init__(self) -> None:
        self.sections = {"history": "Left knee hurts.", "plan": "Take ibuprofen 400 mg."}
        self.during: Callable[[str], None] = lambda _key: None
        self.style: list[StyleExample] = []
        self.instructions: list[str] = []
        self.prepared: list[int] = []
        self.fails_to_check: Exception | None = None

    def draft(
        self,
        transcript: Transcript,
        template: NoteTemplate,
        *,
        style: Sequence[StyleExample] = (),
        only: str = "",
        instruction: str = "",
        note: Note | None = None,
        on_event: Callable[[DraftEvent], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> Note:
        self.style, tell = list(style), on_event or (lambda _event: None)
        self.instructions.append(instruction)
        keys = [only] if only else list(self.sections)
        made = {each.key: each for each in (note.sections if note else [])}
        tell(DraftEvent(DraftStage.READING, total=len(keys)))
        for number, key in enumerate(keys):
            title = next(each.title for each in template.sections if each.key == key)
            made[key] = _checked(NoteSection(key, title, self.sections[key]), transcript)
            tell(DraftEvent(DraftStage.WRITING, made[key], number + 1, len(keys)))
            self.during(key)
            (cancel or CancelToken()).check()
        sections = [made.get(each.key, NoteSection(each.key, each.title)) for each in template.sections]
        return Note(template.id, sections, model=MODEL, prompt_version="note-1")

    def check(self, transcript: Transcript, template: NoteTemplate, note: Note) -> Note:
        if self.fails_to_check is not None:
            raise self.fails_to_check
        return replace(note, sections=[_checked(each, transcript) for each in note.sections])

    def prepare(
        self, transcript: Transcript, template: NoteTemplate, cancel: CancelToken, style: Sequence[StyleExample] = ()
    ) -> None:
        self.prepared.append(len(transcript.utterances))


class Recorder:
    """A recorder that hears what the test tells it to."""

    def __init__(
        self, store: object, on_event: Callable[[RecordingEvent], None], after_s: float, first_id: int
    ) -> None:
        self.store, self.on_event, self.after_s, self.first_id = store, on_event, after_s, first_id
        self.state = RecordingState.RECORDING
        self.said: list[Utterance] = []
        self.marks: list[Mark] = []
        self.fails: Exception | None = None

    @property
    def seconds(self) -> float:
        return self.store.samples() / 16_000

    def hear(self, speaker: str, text: str, *, number: int | None = None) -> Utterance:
        self.store.append(PIECE)
        new = Utterance(self.first_id + len(self.said), speaker, text, self.seconds - 0.1, self.seconds)
        if number is not None:
            new = replace(new, id=number)
        self.said = [each for each in self.said if each.id != new.id] + [new]
        self.on_event(RecordingEvent(self.state, self.seconds, 0.5, self.seconds, [new]))
        return new

    def pause(self) -> None:
        self.state = RecordingState.PAUSED

    def resume(self) -> None:
        self.state = RecordingState.RECORDING

    def mark(self, label: str = "") -> Mark:
        self.marks.append(Mark(self.seconds, label))
        return self.marks[-1]

    def keep(self, utterance: Utterance) -> None:
        self.said = [utterance if each.id == utterance.id else each for each in self.said]

    def stop(self, cancel: CancelToken | None = None) -> Transcript:
        self.state = RecordingState.ENDED
        if self.fails is not None:
            raise self.fails
        (cancel or CancelToken()).check()
        return self.transcript()

    def transcript(self) -> Transcript:
        return Transcript(self.said, TranscriptOrigin.RECORDED, self.seconds, self.marks, ["a loop"], MODEL)

    def abandon(self) -> None:
        self.state = RecordingState.ENDED


class Listens:
    def __init__(self) -> None:
        self.recorders: list[Recorder] = []
        self.file = Transcript([Utterance(1, "A", "From a file.", 0.0, 0.1)], seconds=0.1)
        self.fails: Exception | None = None
        self.rest = ["The rest."]

    def record(
        self,
        store: object,
        *,
        microphone: str = "",
        on_event: Callable[[RecordingEvent], None] = lambda _event: None,
        after_s: float = 0.0,
        first_id: int = 1,
    ) -> Recorder:
        if self.fails is not None:
            raise self.fails
        self.recorders.append(Recorder(store, on_event, after_s, first_id))
        return self.recorders[-1]

    def transcribe(self, path: Path, *, report=None, cancel=None, store=None) -> Transcript:
        store.append(PIECE)
        if self.fails is not None:
            raise self.fails
        return self.file

    def transcribe_stored(self, store: object, *, report=None, cancel=None, after_s=0.0, first_id=1) -> Transcript:
        said = []
        for number, text in enumerate(self.rest):
            said.append(Utterance(first_id + number, "A", text, after_s + number, after_s + number + 1))
            report(TranscribeProgress(after_s + number + 1, 99.0, said[-1:]))
            (cancel or CancelToken()).check()
        if self.fails is not None:
            raise self.fails
        return Transcript(said, TranscriptOrigin.RECORDED, store.samples() / 16_000)

    def wav(self, store: object, begins_s: float, ends_s: float) -> bytes:
        return store.read(round(begins_s * 16_000), round(ends_s * 16_000))


class House:
    """A workspace's visits, opened by whom the test says, closed and opened again."""

    def __init__(self, folder: Path, *, create: bool = True) -> None:
        self.folder = folder
        self.now = "2026-03-04T09:00:00Z"
        self.policy = Policy()
        self.writer, self.listens = Writer(), Listens()
        self.changes: list[Change] = []
        self.word_text = ""
        self.open(create=create)

    def open(self, *, create: bool = False, name: str = "Dr Reyes", role: Role = Role.CLINICIAN) -> Visits:
        key = bytearray(range(32))
        self.database = Database.open(self.folder / "workspace.db", key, backups=self.folder, create=create)
        return self.sign_in(name, role, recover=True)

    def sign_in(self, name: str, role: Role = Role.CLINICIAN, *, recover: bool = False) -> Visits:
        user = User(f"id-{name}", name, role, self.now)
        if self.database.read(lambda c: users.get(c, user.id)) is None:
            self.database.transaction(lambda c: users.insert(c, user))
        self.gate = Gate(actor_of(user.id, name, role))
        journal = journal_of(self.database, user.id)
        hub = ChangeHub()
        hub.subscribe(self.changes.append)
        clock = lambda: self.now  # noqa: E731
        if recover:
            self.database.transaction(lambda c: recovery.recover(c, journal))
        self.templates = Templates(self.database, self.gate, journal, lambda: None)
        self.style = Style(self.database, self.gate, clock, lambda: None)
        self.visits = Visits(
            Means(
                desk=Desk(self.database, self.gate, journal, hub, clock),
                writer=self.writer,
                speech=self.listens,
                templates=self.templates,
                style=self.style,
                exports=Exports(self.database, journal, self.gate),
                policy=lambda: self.policy,
                read_document=lambda _name, _content: DocumentText(
                    self.word_text, [PageText(1, 0, len(self.word_text))], [], [], "", False, []
                ),
            )
        )
        return self.visits

    def audit(self) -> list[tuple[str, str, str]]:
        return self.database.read(
            lambda c: c.execute("SELECT kind, subject, details FROM audit ORDER BY seq").fetchall()
        )

    def visit(self, patient: str = "Ann Example", said: str = SAID) -> int:
        """A visit in which this was said."""
        visit_id = self.visits.new(patient=patient).id
        if said:
            self.visits.paste(visit_id, said)
        return visit_id

    def noted(self) -> int:
        """One whose note was written."""
        visit_id = self.visit()
        self.visits.draft(visit_id)
        return visit_id


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.database.close()


def _checked(section: NoteSection, transcript: Transcript) -> NoteSection:
    said = " ".join(each.text for each in transcript.utterances).lower()
    sentences, position = [], 0
    for part in section.text.replace("\n", " ").split(". "):
        text = part.strip().rstrip(".") + "." if part.strip() else ""
        at = section.text.find(text, position)
        if not text or at < 0:
            continue
        supported = all(word.strip(".,").lower() in said for word in text.split())
        sentences.append(NoteSentence(text, at, at + len(text), Verdict.SUPPORTED if supported else Verdict.NOT_FOUND))
        position = at + len(text)
    return replace(section, sentences=sentences)
