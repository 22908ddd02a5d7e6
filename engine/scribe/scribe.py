"""Notes from what was said: drafted section by section, checked against the transcript, prepared while it goes on."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from itertools import count
from typing import TypeVar

from msgspec import structs

from engine.cancellation import Cancelled, CancelToken
from engine.errors import UserError
from engine.evidence.lexicons import Lexicons, load_lexicons
from engine.models.chat_model import ChatModel
from engine.scribe.checking import NoteCheck
from engine.scribe.drafting import SectionDrafter, Visit, Wanted
from engine.scribe.examples import WorkedExamples
from engine.scribe.omitted import find_omitted
from engine.scribe.parts import VisitWords, load_visit_words
from engine.scribe.pen import Kept, Pen
from engine.scribe.prompts import NotePack, load_note_pack
from engine.scribe.spoken import Spoken
from engine.scribe.talk import Talk
from engine.types import (
    DraftEvent,
    DraftStage,
    Note,
    NoteSection,
    NoteTemplate,
    RemovedSentence,
    SectionTemplate,
    StyleExample,
    Transcript,
)

OnEvent = Callable[[DraftEvent], None]
T = TypeVar("T")

_VISITS_READ = 4
_OTHERWISE = 0.5  # temperature of a section that is asked for again without a wish


class Scribe:
    """Drafts and checks notes. Thread-safe; drafts wait for each other and for questions, since one model writes all.

    What it reads and writes ahead of time stays in memory until the workspace is closed.
    """

    def __init__(self, chat: ChatModel, pack: NotePack | None = None) -> None:
        """pack: instead of the domain pack's texts."""
        self._chat = chat
        self._own_pack = pack
        self._kept = Kept()
        self._read: OrderedDict[tuple[tuple[int, str, str], ...], _Read] = OrderedDict()
        self._reading = threading.RLock()

    def draft(
        self,
        transcript: Transcript,
        template: NoteTemplate,
        *,
        style: Sequence[StyleExample] = (),
        only: str = "",
        instruction: str = "",
        note: Note | None = None,
        on_event: OnEvent | None = None,
        cancel: CancelToken | None = None,
    ) -> Note:
        """A note of a visit. only: the key of one section to write anew in `note`, as the instruction wishes.

        Events come on the calling thread: a section after each sentence, holding checked sentences alone.
        Raises UserError where nothing was said, ModelMissing, ModelUnusable, WorkerCrashed, Cancelled.
        """
        cancel = cancel or CancelToken()
        tell = on_event or _ignore
        read = self._visit(transcript)
        before = note or Note(template.id)
        wanted = _wanted(style, instruction, _section(before, only) if only else None)
        chosen = [each for each in template.sections if not only or each.key == only]
        tell(DraftEvent(DraftStage.LOADING_MODEL))
        with self._chat.alone(cancel):
            pen = Pen(self._chat, self._kept, cancel)
            drafter = self._drafter(_as_drafted(read, template), pen)
            drafted = self._sections(drafter, chosen, wanted, pen, tell)
        sections = [
            drafted[each.key][0]
            if each.key in drafted
            else _section(before, each.key) or NoteSection(each.key, each.title)
            for each in template.sections
        ]
        removed = [each for each in before.removed if only and each.section != only]
        removed += [each for _, removed_here in drafted.values() for each in removed_here]
        made = structs.replace(
            before,
            template=template.id,
            sections=sections,
            removed=removed,
            model=pen.model,
            prompt_version=self._pack.version,
            timings=pen.counted.timings(),
        )
        tell(DraftEvent(DraftStage.CHECKING, done=len(drafted), total=len(drafted)))
        made = self.check(transcript, template, made)
        tell(DraftEvent(DraftStage.DONE, done=len(drafted), total=len(drafted)))
        return made

    def check(self, transcript: Transcript, template: NoteTemplate, note: Note) -> Note:
        """The note with the verdicts of its sentences and its omissions anew; without a model, a few milliseconds for
        each sentence that is new. Without a transcript nothing is supported."""
        read = self._visit(transcript, empty_too=True)
        with read.lock:
            sections = [read.check.section(section) for section in note.sections]
            checked = structs.replace(note, sections=sections)
            omissions = find_omitted(checked, template, read.spoken, read.talk, self._words)
        return structs.replace(checked, omissions=omissions)

    def prepare(
        self, transcript: Transcript, template: NoteTemplate, cancel: CancelToken, style: Sequence[StyleExample] = ()
    ) -> None:
        """While a visit goes on: write ahead what can be written of it already, so that its note starts at once.

        Gives way to whoever asks the model for something, and goes on afterwards. Returns when all is done that the
        transcript so far allows. Raises as draft() does.
        """
        read = self._visit(transcript, empty_too=True)
        if not read.spoken.utterances:
            return
        wanted, visit = _wanted(style, "", None), _as_drafted(read, template)
        for section in template.sections:
            for number in count():
                write = partial(SectionDrafter.draft_window, section=section, number=number, wanted=wanted)
                if not self._in_background(visit, write, cancel):
                    break
        for section in template.sections:
            read_examples = partial(SectionDrafter.read_examples, section=section, wanted=wanted)
            self._in_background(visit, read_examples, cancel)

    def _in_background(self, visit: Visit, work: Callable[[SectionDrafter], T], cancel: CancelToken) -> T:
        """Do a piece of work while nobody else wants the model; from its beginning again where somebody did."""
        while True:
            cancel.check()
            try:
                with self._chat.in_background(cancel) as token:
                    return work(self._drafter(visit, Pen(self._chat, self._kept, token)))
            except Cancelled:
                cancel.check()  # else somebody else wanted the model

    def _sections(
        self, drafter: SectionDrafter, chosen: Sequence[SectionTemplate], wanted: Wanted, pen: Pen, tell: OnEvent
    ) -> dict[str, tuple[NoteSection, list[RemovedSentence]]]:
        drafted = {}
        for number, section in enumerate(chosen):

            def show(so_far: NoteSection, number: int = number) -> None:
                speed = pen.counted.timings().tokens_per_s
                tell(DraftEvent(DraftStage.WRITING, so_far, number, len(chosen), speed))

            tell(DraftEvent(DraftStage.READING, done=number, total=len(chosen)))
            drafted[section.key] = drafter.draft(section, wanted, show)
            show(drafted[section.key][0])
        return drafted

    def _drafter(self, visit: Visit, pen: Pen) -> SectionDrafter:
        return SectionDrafter(visit, self._pack, self._words, self._examples, pen)

    def _visit(self, transcript: Transcript, *, empty_too: bool = False) -> _Read:
        """A transcript as it was read; the last few are kept."""
        key = tuple((each.id, each.speaker, each.text) for each in transcript.utterances)
        with self._reading:
            read = self._read.pop(key, None) or _Read(Spoken(transcript, self._lexicons), self._words)
            self._read[key] = read
            while len(self._read) > _VISITS_READ:
                self._read.popitem(last=False)
        if not read.spoken.utterances and not empty_too:
            raise UserError("Nothing was said in this visit yet.", "Record it, or paste or import what was said.")
        return read

    @cached_property
    def _pack(self) -> NotePack:
        return self._own_pack or load_note_pack()

    @cached_property
    def _words(self) -> VisitWords:
        return load_visit_words()

    @cached_property
    def _lexicons(self) -> Lexicons:
        return load_lexicons()

    @cached_property
    def _examples(self) -> WorkedExamples:
        return WorkedExamples(self._pack, self._words, self._lexicons)


class _Read:
    """A transcript with all that is computed from it."""

    def __init__(self, spoken: Spoken, words: VisitWords) -> None:
        self.spoken = spoken
        self.talk = Talk(spoken, words)
        self.check = NoteCheck(spoken)
        self.lock = threading.Lock()


def _as_drafted(read: _Read, template: NoteTemplate) -> Visit:
    return Visit(read.talk, read.check, one_section=len(template.sections) == 1)


def _wanted(style: Sequence[StyleExample], instruction: str, again: NoteSection | None) -> Wanted:
    if instruction.strip() or again is None or not again.text:
        return Wanted(style, instruction)
    # The same words would come once more: another chance, the same for the same text.
    return Wanted(style, temperature=_OTHERWISE, seed=sum(again.text.encode()))


def _section(note: Note, key: str) -> NoteSection | None:
    return next((each for each in note.sections if each.key == key), None)


def _ignore(_event: DraftEvent) -> None:
    """Nobody listens."""
