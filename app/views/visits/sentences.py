"""The sentence that is looked at: its mark in the note, its words in the transcript, and what to do with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

from app.views.visits.doubts import is_unclear, unclear_words
from app.views.visits.note_words import spoken
from app.views.visits.walk import NoteWalk, Stop
from app.widgets.verdicts import LOOKS
from engine.types import SaidAt, SoundState

if TYPE_CHECKING:
    from app.context import AppContext
    from app.views.visits.consultation import Consultation
    from app.views.visits.note_section import SectionView
    from app.views.visits.visit_view import VisitView
    from engine.types import NoteSentence


class Sentences(QObject):
    """Keeps at most one sentence chosen. hear: plays the words it rests on."""

    def __init__(
        self, context: AppContext, consultation: Consultation, view: VisitView, hear: Callable[[SaidAt], object]
    ) -> None:
        super().__init__(view)
        self._context = context
        self._consultation = consultation
        self._view = view
        self._key = ""
        self._number = -1
        self.walk = NoteWalk(context, view.note, self._stop_at, self._is_unclear)
        view.proof.edit_chosen.connect(self._edit)
        view.proof.confirm_chosen.connect(self._confirm)
        view.proof.remove_chosen.connect(self._remove)
        view.proof.heard.connect(hear)
        view.proof.closed.connect(self.clear)

    @property
    def chosen(self) -> NoteSentence | None:
        """The sentence that is looked at."""
        section = self._view.note.sections.get(self._key)
        if section is None or not 0 <= self._number < len(section.editor.marks):
            return None
        return section.editor.marks[self._number].sentence

    def connect_section(self, view: SectionView) -> None:
        """A section whose sentences can be looked at from now on."""
        view.editor.chosen.connect(partial(self._chosen_in, view.key))

    def clear(self) -> bool:
        """Look at none; false where none was."""
        looked = self._view.proof.isVisible()
        section = self._view.note.sections.get(self._key)
        if section is not None:
            section.editor.choose(None)
        self._key, self._number = "", -1
        self._view.proof.hide()
        self._view.transcript.show_words({})
        return looked

    def refresh(self) -> None:
        """The note was checked again: the chosen sentence may say something else now."""
        sentence = self.chosen
        if sentence is None:
            if self._key:
                self.clear()
        else:
            self._view.note.sections[self._key].editor.choose(self._number)
            self._prove(sentence)

    def find(self, key: str, text: str) -> None:
        """Look at the sentence of these words in a section."""
        section = self._view.note.sections.get(key)
        for number, mark in enumerate(section.editor.marks if section is not None else ()):
            if mark.sentence.text == text:
                self._stop_at(Stop(key, sentence=number))
                return

    def show_words(self, said: Sequence[SaidAt]) -> None:
        """Mark words of the transcript."""
        spans: dict[int, list[tuple[int, int]]] = {}
        for each in said:
            spans.setdefault(each.utterance, []).append((each.start, each.end))
        self._view.transcript.show_words(spans)

    def _chosen_in(self, key: str, number: int) -> None:
        section = self._view.note.sections[key]
        if number < 0 or not section.editor.marks[number].has_sign:
            if self._key:
                self.clear()
            return
        self._choose(key, number)

    def _choose(self, key: str, number: int) -> QRectF | None:
        before = self._view.note.sections.get(self._key)
        if before is not None and self._key != key:
            before.editor.choose(None)
        self._key, self._number = key, number
        place = self._view.note.sections[key].editor.choose(number)
        sentence = self.chosen
        if sentence is not None:
            self._prove(sentence)
        return place

    def _prove(self, sentence: NoteSentence) -> None:
        visit = self._consultation.visit
        if sentence.verdict not in LOOKS or visit is None:
            return
        audible = visit.info.sound is SoundState.KEPT and not self._consultation.recording_here
        unclear = unclear_words(sentence, visit.transcript.utterances)
        editable = self._consultation.editable
        self._view.proof.show_sentence(sentence, editable=editable, audible=audible, unclear=unclear)
        self.show_words(sentence.evidence)

    def _is_unclear(self, sentence: NoteSentence) -> bool:
        visit = self._consultation.visit
        return visit is not None and is_unclear(sentence, visit.transcript.utterances)

    def _stop_at(self, stop: Stop) -> None:
        note = self._view.note
        section = note.sections[stop.section]
        if stop.omission >= 0:
            self.clear()
            button = next(button for index, button in section.insert_buttons if index == stop.omission)
            visit = self._consultation.visit
            if visit is not None and visit.note is not None:
                self.show_words([visit.note.omissions[stop.omission].said])
            button.setFocus()
            note.bring_widget(button)
            return
        place = self._choose(stop.section, stop.sentence)
        note.bring(section, place)
        proof = self._view.proof
        (proof.edit if self._consultation.editable else proof).setFocus()
        sentence = self.chosen
        if sentence is not None:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(section.editor, spoken(sentence)))

    # what to do with it

    def _edit(self) -> None:
        section = self._view.note.sections.get(self._key)
        if section is not None and self._number >= 0:
            number = self._number
            section.editor.setFocus()
            section.editor.go_to(number)

    def _confirm(self, confirmed: bool) -> None:
        sentence, key = self.chosen, self._key
        visits = self._context.workspace.visits
        if sentence is not None:
            self._view.note.flush()
            self._consultation.act(lambda visit: visits.confirm(visit, key, sentence.text, confirmed))

    def _remove(self) -> None:
        section, number = self._view.note.sections.get(self._key), self._number
        if section is not None and number >= 0:
            self.clear()
            section.editor.remove_sentence(number)
            section.editor.setFocus()
