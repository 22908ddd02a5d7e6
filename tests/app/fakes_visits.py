"""Visits, speech, templates and style of the test seam: as the engine answers, without a vault, a model or a sound."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from engine.cancellation import Cancelled, CancelToken
from engine.errors import UserError
from engine.exports import Protection
from engine.types import (
    Addendum,
    Consent,
    DraftEvent,
    DraftStage,
    Finding,
    FindingKind,
    MarkedSentence,
    Microphone,
    Note,
    NoteFinding,
    NoteFormat,
    NoteOmission,
    NoteSection,
    NoteSentence,
    NoteTemplate,
    NoteVersionInfo,
    OmissionKind,
    RecordingEvent,
    RecordingState,
    RemovedSentence,
    Review,
    SaidAt,
    SectionTemplate,
    Signature,
    SoundState,
    StyleExample,
    TranscribeProgress,
    Transcript,
    TranscriptOrigin,
    UnclearSentence,
    Utterance,
    Verdict,
    Visit,
    VisitFilter,
    VisitInfo,
    VisitState,
)

VISIT_TEMPLATE = NoteTemplate(
    "visit",
    "Visit",
    "a visit",
    [SectionTemplate("history", "History of present illness"), SectionTemplate("plan", "Assessment and plan")],
    builtin=True,
)
PHONE_TEMPLATE = NoteTemplate("phone", "Telephone call", "a call", [SectionTemplate("call", "Call")], builtin=True)
SAID = [
    ("Clinician", "What brings you here today?"),
    ("Patient", "My left knee has been swollen for three days. I take ibuprofen 400 mg twice a day."),
    ("Clinician", "We will stop the ibuprofen, and I see you again on Friday."),
]
HISTORY = "Left knee swollen for three days. Takes ibuprofen 800 mg twice a day. Has a history of gout."
PLAN = "Stop ibuprofen."


def now() -> str:
    return datetime.now(UTC).isoformat()


def spoken_words() -> list[Utterance]:
    """What was said, five seconds each."""
    return [
        Utterance(number, speaker, text, 5.0 * number, 5.0 * number + 4.5)
        for number, (speaker, text) in enumerate(SAID, start=1)
    ]


def checked(key: str, title: str, text: str, confirmed: frozenset[str] = frozenset()) -> NoteSection:
    """A section with the verdicts of the script: 800 mg differs, gout was not said, the rest was."""
    sentences, at = [], 0
    for piece in [each for each in text.split(". ") if each.strip()]:
        words = piece if piece.endswith(".") else piece + "."
        start = text.index(piece, at)
        at = start + len(piece)
        end = min(start + len(words), len(text))
        sentences.append(_judged(text[start:end], start, end, confirmed))
    return NoteSection(key, title, text, sentences)


def _judged(text: str, start: int, end: int, confirmed: frozenset[str]) -> NoteSentence:
    said = SaidAt(2, "Patient", SAID[1][1], 0, len(SAID[1][1]), 10.0, 14.5, 0.9)
    sure = text in confirmed
    if "800 mg" in text:
        begin = start + text.index("800 mg")
        finding = Finding(FindingKind.DOSE, "800 mg", "400 mg", begin, begin + 6, note="twice as much")
        return NoteSentence(text, start, end, Verdict.DIFFERS, [NoteFinding(finding, 2)], [said], sure)
    if "gout" in text:
        return NoteSentence(text, start, end, Verdict.NOT_FOUND, confirmed=sure)
    return NoteSentence(text, start, end, Verdict.SUPPORTED, evidence=[said], confirmed=sure)


def drafted() -> Note:
    """The note of the script, with something left out and something taken out."""
    quote = "I see you again on Friday"
    said = SaidAt(3, "Clinician", quote, 32, 32 + len(quote), 15.0, 19.5)
    return Note(
        "visit",
        [checked("history", "History of present illness", HISTORY), checked("plan", "Assessment and plan", PLAN)],
        [NoteOmission(OmissionKind.FOLLOW_UP, "Friday", said, "plan", "See again on Friday.")],
        [RemovedSentence("plan", "Refer to rheumatology.", Verdict.NOT_FOUND)],
    )


class FakeRecording:
    """Stays until it is stopped; the test makes it hear things."""

    def __init__(self, visits: FakeVisits, visit_id: int, on_event: Callable[[RecordingEvent], None]) -> None:
        self.visits, self.visit_id, self._on_event = visits, visit_id, on_event
        self.state = RecordingState.RECORDING
        self.seconds = 0.0
        self.marks: list[str] = []
        self.no_resume: UserError | None = None
        self.stopped_short = False

    def hear(self, number: int, level: float = 0.2, problem: str = "") -> None:
        self.seconds += 5.0
        utterances = [each for each in spoken_words() if each.id == number]
        self.emit(level, utterances, problem)

    def emit(self, level: float = 0.0, utterances: list[Utterance] | None = None, problem: str = "") -> None:
        self._on_event(RecordingEvent(self.state, self.seconds, level, self.seconds, utterances or [], problem))

    def pause(self) -> None:
        self.state = RecordingState.PAUSED
        self.emit()

    def resume(self) -> None:
        if self.no_resume is not None:
            raise self.no_resume
        self.state = RecordingState.RECORDING
        self.emit()

    def mark(self, label: str = "") -> None:
        self.marks.append(label)

    def stop(self, cancel: CancelToken | None = None) -> Visit:
        self.state = RecordingState.ENDED
        short = cancel is not None and cancel.cancelled
        state = SoundState.INTERRUPTED if short else SoundState.KEPT
        heard = spoken_words()[: max(round(self.seconds / 5), 0)]
        transcript = Transcript(heard, TranscriptOrigin.RECORDED, self.seconds)
        visit = self.visits.put(self.visit_id, transcript=transcript, sound=state, seconds=self.seconds)
        if short:
            self.stopped_short = True
            raise Cancelled
        return visit


class FakeVisits:
    """Keeps visits in a dictionary. hold, where set, keeps a draft or an import until released."""

    def __init__(self, publish: Callable[[list[int]], None] = lambda _ids: None) -> None:
        self.publish = publish
        self.store: dict[int, Visit] = {}
        self.steps: dict[int, list[Note | None]] = {}
        self.undone: dict[int, list[Note]] = {}
        self.recording: FakeRecording | None = None
        self.failure: UserError | None = None
        self.hold: threading.Event | None = None
        self.calls: list[tuple[object, ...]] = []
        self.exported: list[tuple[NoteFormat, Path, Protection]] = []

    # which

    def list(self, filter: VisitFilter = VisitFilter()) -> list[VisitInfo]:  # noqa: B008
        query = filter.query.casefold()
        found = [
            visit.info
            for visit in self.store.values()
            if (filter.states is None or visit.info.state in filter.states)
            and query
            in f"{visit.info.patient} {' '.join(each.text for each in visit.transcript.utterances)}".casefold()
        ]
        return sorted(found, key=lambda info: (info.begun_at, info.id), reverse=True)

    def get(self, visit_id: int) -> Visit:
        return self.store[visit_id]

    def new(self, *, patient: str = "", template: str = "") -> VisitInfo:
        number = max(self.store, default=0) + 1
        made = now()
        info = VisitInfo(number, patient, template or "visit", VisitState.DRAFT, made, made, "u1", "Dr Reyes")
        self.store[number] = Visit(info, Transcript())
        self.publish([number])
        return info

    def put(self, visit_id: int, **changes: object) -> Visit:
        """Change a visit, or its info, by the names of their fields."""
        visit = self.store[visit_id]
        own = {name: value for name, value in changes.items() if hasattr(visit, name)}
        of_info = {name: value for name, value in changes.items() if name not in own}
        info = replace(visit.info, **of_info)
        visit = replace(visit, info=info, **own)
        problems = sum(
            each.verdict in (Verdict.DIFFERS, Verdict.NOT_FOUND) and not each.confirmed
            for section in (visit.note.sections if visit.note is not None else [])
            for each in section.sentences
        )
        self.store[visit_id] = visit = replace(visit, info=replace(visit.info, problems=problems))
        self.publish([visit_id])
        return visit

    def change(self, visit_id: int, *, patient: str | None = None, template: str | None = None) -> VisitInfo:
        self.calls.append(("change", patient, template))
        if patient is not None:
            self.put(visit_id, patient=patient)
        if template is not None:
            self.put(visit_id, template=template)
        return self.store[visit_id].info

    # sound and words

    def consent(self, visit_id: int, how: str = "spoken") -> Visit:
        self.calls.append(("consent", how))
        return self.put(visit_id, consent=Consent(now(), "u1", how))

    def record(
        self, visit_id: int, *, microphone: str = "", on_event: Callable[[RecordingEvent], None]
    ) -> FakeRecording:
        if self.failure is not None:
            raise self.failure
        if self.store[visit_id].consent is None:
            raise UserError("The patient has not agreed.", "Ask first.")
        self.put(visit_id, sound=SoundState.RECORDING)
        self.recording = FakeRecording(self, visit_id, on_event)
        return self.recording

    def interrupted(self) -> list[VisitInfo]:
        return [each.info for each in self.store.values() if each.info.sound is SoundState.INTERRUPTED]

    def recover(self, visit_id: int, report: Callable[[TranscribeProgress], None], cancel: CancelToken) -> Visit:
        return self._transcribe(visit_id, report, cancel)

    def import_sound(
        self, visit_id: int, path: Path, report: Callable[[TranscribeProgress], None], cancel: CancelToken
    ) -> Visit:
        self.calls.append(("import_sound", path.name))
        if self.failure is not None:
            raise self.failure
        return self._transcribe(visit_id, report, cancel)

    def _transcribe(self, visit_id: int, report: Callable[[TranscribeProgress], None], cancel: CancelToken) -> Visit:
        words = spoken_words()
        report(TranscribeProgress(5.0, 20.0, words[:1]))
        self._wait(cancel)
        report(TranscribeProgress(20.0, 20.0, words[1:]))
        transcript = Transcript(words, TranscriptOrigin.SOUND_FILE, 20.0)
        return self.put(visit_id, transcript=transcript, sound=SoundState.KEPT, seconds=20.0)

    def import_transcript(self, visit_id: int, path: Path) -> Visit:
        return self.paste(visit_id, path.read_text("utf-8"))

    def paste(self, visit_id: int, text: str) -> Visit:
        lines = [line.split(": ", 1) for line in text.splitlines() if line.strip()]
        if not lines:
            raise UserError("There is no text.", "Paste what was said.")
        said = [Utterance(number, *each) for number, each in enumerate(lines, start=1)]
        return self.put(visit_id, transcript=Transcript(said))

    def edit_utterance(
        self, visit_id: int, utterance_id: int, *, text: str | None = None, speaker: str | None = None
    ) -> Visit:
        transcript = self.store[visit_id].transcript

        def changed(each: Utterance) -> Utterance:
            if each.id != utterance_id:
                return each
            return replace(each, text=text or each.text, speaker=speaker or each.speaker, edited=True, heard=each.text)

        return self.put(
            visit_id, transcript=replace(transcript, utterances=[changed(each) for each in transcript.utterances])
        )

    def swap_speakers(self, visit_id: int) -> Visit:
        self.calls.append(("swap",))
        return self.store[visit_id]

    def name_speaker(self, visit_id: int, old: str, new: str) -> Visit:
        transcript = self.store[visit_id].transcript
        renamed = [
            replace(each, speaker=new if each.speaker == old else each.speaker) for each in transcript.utterances
        ]
        return self.put(visit_id, transcript=replace(transcript, utterances=renamed))

    def sound(self, visit_id: int, begins_s: float, ends_s: float) -> bytes:
        return f"RIFF {begins_s:.1f} {ends_s:.1f}".encode()

    def delete_sound(self, visit_id: int) -> Visit:
        return self.put(visit_id, sound=SoundState.DELETED)

    # the note

    def _wait(self, cancel: CancelToken) -> None:
        while self.hold is not None and not self.hold.wait(0.005):
            cancel.check()
        cancel.check()

    def _step(self, visit_id: int, note: Note) -> Visit:
        self.steps.setdefault(visit_id, []).append(self.store[visit_id].note)
        self.undone[visit_id] = []
        return self.put(visit_id, note=note, version=self.store[visit_id].version + 1)

    def draft(
        self,
        visit_id: int,
        *,
        section: str = "",
        instruction: str = "",
        on_event: Callable[[DraftEvent], None],
        cancel: CancelToken,
    ) -> Visit:
        self.calls.append(("draft", section, instruction))
        on_event(DraftEvent(DraftStage.READING, total=2))
        if self.failure is not None:
            raise self.failure
        note = drafted()
        on_event(DraftEvent(DraftStage.WRITING, checked("history", "History of present illness", "Left knee"), 0, 2))
        self._wait(cancel)
        for done, each in enumerate(note.sections):
            on_event(DraftEvent(DraftStage.WRITING, each, done, 2, 28.0))
        before = self.store[visit_id].note
        if section and before is not None:
            anew = checked(section, "History of present illness", "Written anew.")
            kept = [anew if each.key == section else each for each in before.sections]
            note = replace(before, sections=kept)
        return self._step(visit_id, note)

    def edit_section(self, visit_id: int, key: str, text: str) -> NoteSection:
        self.calls.append(("edit", key, text))
        note = self.store[visit_id].note
        assert note is not None
        old = next(each for each in note.sections if each.key == key)
        sure = frozenset(each.text for each in old.sentences if each.confirmed)
        section = checked(key, old.title, text, sure)
        sections = [section if each.key == key else each for each in note.sections]
        self._step(visit_id, replace(note, sections=sections))
        return section

    def confirm(self, visit_id: int, key: str, sentence_text: str, confirmed: bool = True) -> Visit:
        note = self.store[visit_id].note
        assert note is not None
        sections = [
            replace(
                each,
                sentences=[
                    replace(sentence, confirmed=confirmed) if sentence.text == sentence_text else sentence
                    for sentence in each.sentences
                ],
            )
            if each.key == key
            else each
            for each in note.sections
        ]
        return self._step(visit_id, replace(note, sections=sections))

    def insert_omission(self, visit_id: int, omission_index: int) -> Visit:
        note = self.store[visit_id].note
        assert note is not None
        omission = note.omissions[omission_index]
        sections = [
            checked(each.key, each.title, f"{each.text} {omission.suggestion}")
            if each.key == omission.section
            else each
            for each in note.sections
        ]
        rest = [each for each in note.omissions if each is not omission]
        return self._step(visit_id, replace(note, sections=sections, omissions=rest))

    def dismiss_omission(self, visit_id: int, omission_index: int, dismissed: bool = True) -> Visit:
        note = self.store[visit_id].note
        assert note is not None
        omissions = list(note.omissions)
        omissions[omission_index] = replace(omissions[omission_index], dismissed=dismissed)
        return self._step(visit_id, replace(note, omissions=omissions))

    def restore_removed(self, visit_id: int, index: int) -> Visit:
        note = self.store[visit_id].note
        assert note is not None
        back = note.removed[index]
        sections = [
            checked(each.key, each.title, f"{each.text} {back.text}") if each.key == back.section else each
            for each in note.sections
        ]
        rest = [each for each in note.removed if each is not back]
        return self._step(visit_id, replace(note, sections=sections, removed=rest))

    def undo(self, visit_id: int) -> Visit | None:
        if not self.steps.get(visit_id):
            return None
        before = self.steps[visit_id].pop()
        note = self.store[visit_id].note
        assert note is not None
        self.undone.setdefault(visit_id, []).append(note)
        return self.put(visit_id, note=before)

    def redo(self, visit_id: int) -> Visit | None:
        if not self.undone.get(visit_id):
            return None
        self.steps[visit_id].append(self.store[visit_id].note)
        return self.put(visit_id, note=self.undone[visit_id].pop())

    def versions(self, visit_id: int) -> list[NoteVersionInfo]:
        return [
            NoteVersionInfo(number + 1, now(), "u1", "Dr Reyes", "draft" if number == 0 else "edit")
            for number in range(self.store[visit_id].version)
        ]

    def version(self, visit_id: int, number: int) -> Note:
        return drafted()

    def review(self, visit_id: int) -> Review:
        note = self.store[visit_id].note
        assert note is not None
        marked = [
            MarkedSentence(section.key, each)
            for section in note.sections
            for each in section.sentences
            if each.verdict in (Verdict.DIFFERS, Verdict.NOT_FOUND) and not each.confirmed
        ]
        empty = [each.title for each in note.sections if not each.text]
        unclear = [UnclearSentence("plan", note.sections[-1].sentences[0], ["ibuprofen"])]
        return Review(marked, sum(not each.dismissed for each in note.omissions), empty, unclear)

    def sign(self, visit_id: int) -> Visit:
        if self.failure is not None:
            raise self.failure
        visit = self.store[visit_id]
        signature = Signature(now(), "u1", "Dr Reyes", visit.version, HISTORY)
        return self.put(visit_id, signature=signature, state=VisitState.SIGNED, signed_by="Dr Reyes")

    def amend(self, visit_id: int, text: str) -> Visit:
        added = [*self.store[visit_id].addenda, Addendum(now(), "u1", "Dr Reyes", text)]
        return self.put(visit_id, addenda=added, state=VisitState.AMENDED)

    def discard(self, visit_id: int) -> Visit:
        return self.put(visit_id, state=VisitState.DISCARDED)

    def restore(self, visit_id: int) -> Visit:
        return self.put(visit_id, state=VisitState.DRAFT)

    def text(self, visit_id: int, section: str = "") -> str:
        note = self.store[visit_id].note
        assert note is not None
        return "\n\n".join(f"{each.title}\n{each.text}" for each in note.sections if section in ("", each.key))

    def export(self, visit_id: int, format: NoteFormat, path: Path, protection: Protection) -> None:
        self.exported.append((format, path, protection))

    def difference(self, visit_id: int) -> list[tuple[str, str]]:
        return [("same", "Left knee swollen"), ("removed", "for two days"), ("added", "for three days")]


class FakeDictation:
    """What is said is set by the test."""

    def __init__(self, speech: FakeSpeech, on_event: Callable[[RecordingEvent], None]) -> None:
        self._speech, self.on_event = speech, on_event
        self.abandoned = False

    def stop(self, cancel: CancelToken | None = None) -> str:
        return self._speech.dictated

    def abandon(self) -> None:
        self.abandoned = True


class FakeSpeech:
    """obstacle: why nothing can be written down; "" where it can."""

    def __init__(self) -> None:
        self.obstacle = ""
        self.failure: UserError | None = None
        self.played: list[bytes] = []
        self.dictated = "amoxicillin 500 mg"
        self.dictations: list[FakeDictation] = []

    def available(self) -> str:
        return self.obstacle

    def microphones(self) -> list[Microphone]:
        return [Microphone("1", "Desk microphone", True)]

    def play(self, wav: bytes, cancel: CancelToken | None = None) -> None:
        self.played.append(wav)

    def dictate(self, *, microphone: str = "", on_event: Callable[[RecordingEvent], None]) -> FakeDictation:
        if self.failure is not None:
            raise self.failure
        self.dictations.append(FakeDictation(self, on_event))
        return self.dictations[-1]


class FakeTemplates:
    """The two templates that come with the fake program, and the clinic's own."""

    def __init__(self, on_change: Callable[[], None] = lambda: None) -> None:
        self.on_change = on_change
        self.entries = {each.id: each for each in (VISIT_TEMPLATE, PHONE_TEMPLATE)}

    def list(self) -> list[NoteTemplate]:
        return list(self.entries.values())

    def get(self, template_id: str) -> NoteTemplate:
        return self.entries[template_id]

    def save(self, template: NoteTemplate) -> NoteTemplate:
        if not template.id:
            template = replace(template, id=f"own-{len(self.entries)}")
        stored = replace(template, changed=template.builtin)
        self.entries[stored.id] = stored
        self.on_change()
        return stored

    def reset(self, template_id: str) -> NoteTemplate:
        self.entries[template_id] = VISIT_TEMPLATE
        self.on_change()
        return VISIT_TEMPLATE

    def remove(self, template_id: str) -> None:
        del self.entries[template_id]
        self.on_change()

    def from_example(self, title: str, text: str) -> NoteTemplate:
        heads = [line.rstrip(":") for line in text.splitlines() if line.endswith(":")]
        return NoteTemplate("", title, "", [SectionTemplate(head.casefold(), head) for head in heads])


class FakeStyle:
    """Two examples."""

    def __init__(self) -> None:
        self.entries = [
            StyleExample(1, "visit", "history", "Pt reports swollen L knee x 3 days.", made_at=now()),
            StyleExample(2, "visit", "plan", "D/c ibuprofen. F/u Fri.", "Stop ibuprofen.", now()),
        ]

    def list(self, template: str = "") -> list[StyleExample]:
        return [each for each in self.entries if template in ("", each.template)]

    def save(self, example: StyleExample) -> StyleExample:
        self.entries = [example if each.id == example.id else each for each in self.entries]
        return example

    def remove(self, example_id: int) -> None:
        self.entries = [each for each in self.entries if each.id != example_id]

    def clear(self) -> None:
        self.entries = []
