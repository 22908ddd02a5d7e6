"""What was said: followed while it is recorded, heard again, corrected, its speakers named."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QMenu, QSpacerItem, QVBoxLayout, QWidget

from app.i18n import counted, tr
from app.views.visits.doubts import any_unclear
from app.views.visits.speaker_naming import SpeakerNaming
from app.views.visits.transcript_delegate import UtteranceDelegate
from app.views.visits.transcript_model import UTTERANCE, Index, TranscriptModel
from app.widgets.buttons import IconButton, push_button
from app.widgets.labels import label
from app.widgets.layout import SPACE_L, SPACE_M, SPACE_S, column, row, show_if
from app.words.visits import clock_text
from engine.types import Utterance

if TYPE_CHECKING:
    from app.theme import Theme
    from engine.types import Transcript

_TRIGGERS = QAbstractItemView.EditTrigger


class TranscriptView(QListView):
    """Enter plays what was said; F2 corrects it. Space is the recorder's."""

    played = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        editing = self.state() == QAbstractItemView.State.EditingState
        if not editing and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.played.emit()
        elif not editing and event.key() == Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Rows break their lines anew."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.scheduleDelayedItemsLayout()


class TranscriptPane(QWidget):
    """played: an Utterance to hear. corrected: id, words. speaker_chosen: id, speaker. renamed: old, new speaker."""

    played = Signal(object)
    corrected = Signal(int, str)
    speaker_chosen = Signal(int, str)
    renamed = Signal(str, str)
    swapped = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._audible = False
        self.model = TranscriptModel(self)
        self.model.corrected.connect(self.corrected)
        self.view = self._make_view()
        self.heading = label(tr("Visits", "Transcript"), "heading")
        self.length = label("", "small")
        self.swap_button = IconButton(theme, "retry", tr("Visits", "Swap the speakers"), self.swapped.emit, size=16)
        self.dropped = label("", "small", wrap=True)
        self.unclear = label(
            tr("Visits", "Dotted words were not clearly heard: hear them again, or correct them."), "small"
        )
        self.unclear.setWordWrap(True)
        self.naming = SpeakerNaming()
        self.naming.named.connect(self.renamed)
        self.naming.done.connect(self.view.setFocus)
        header = row(self.heading, self.length, 1, self.swap_button)
        header.setContentsMargins(SPACE_L, SPACE_S, SPACE_M, SPACE_S)
        header.addSpacerItem(QSpacerItem(0, push_button("").sizeHint().height()))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(header)
        outer.addWidget(self.naming)
        outer.addWidget(self.view, 1)
        below = column(self.unclear, self.dropped, spacing=SPACE_S)
        below.setContentsMargins(SPACE_L, SPACE_S, SPACE_L, SPACE_S)
        outer.addLayout(below)
        self.setFocusProxy(self.view)
        for each in (self.dropped, self.unclear):
            show_if(each, False)

    def _make_view(self) -> TranscriptView:
        view = TranscriptView()
        view.setModel(self.model)
        view.setItemDelegate(UtteranceDelegate(self._theme, view))
        view.setProperty("role", "plain")
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setAccessibleName(tr("Visits", "Transcript"))
        view.setEditTriggers(_TRIGGERS.EditKeyPressed | _TRIGGERS.DoubleClicked)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._menu)
        view.played.connect(self._play)
        view.clicked.connect(self._clicked)
        return view

    @property
    def editing(self) -> bool:
        """Whether something is being corrected."""
        return self.view.state() == QAbstractItemView.State.EditingState or self.naming.isVisible()

    def stop_editing(self) -> bool:
        """Give up a correction; false where there is none."""
        if self.naming.isVisible():
            self.naming.hide()
        elif self.view.state() == QAbstractItemView.State.EditingState:
            editor = self.view.indexWidget(self.view.currentIndex())
            if editor is not None:
                delegate = self.view.itemDelegate()
                delegate.closeEditor.emit(editor)
        else:
            return False
        self.view.setFocus()
        return True

    def show_transcript(self, transcript: Transcript, *, editable: bool, audible: bool) -> None:
        """Show a whole transcript. audible: its sound is here."""
        if self.editing:
            return
        self._audible = audible
        self.model.editable = editable
        following = self._at_end()
        self.model.show(transcript.utterances, transcript.marks)
        if following:
            self.view.scrollToBottom()
        words = clock_text(transcript.seconds) if transcript.seconds else ""
        self.length.setText(words)
        show_if(self.swap_button, editable and len(self.model.speakers) == 2)
        show_if(self.unclear, editable and any_unclear(transcript.utterances))
        count = len(transcript.dropped)
        left_out = counted("Visits", "1 piece was left out as noise", "{count} pieces were left out as noise", count)
        self.dropped.setText(f"{left_out}: {'; '.join(transcript.dropped)}")
        show_if(self.dropped, count > 0)

    def hear(self, utterances: list[Utterance]) -> None:
        """Words that come in; the reader who looks at the end goes on seeing it."""
        following = self._at_end()
        self.model.update(utterances)
        if following and not self.editing:
            self.view.scrollToBottom()

    def show_words(self, spans: dict[int, list[tuple[int, int]]]) -> None:
        """Mark the words that a sentence rests on, and bring the first of them into view."""
        self.model.mark_words(spans)
        if spans and not self.editing:
            first = self.model.index_of(min(spans, key=lambda each: self.model.index_of(each).row()))
            self.view.scrollTo(first, QAbstractItemView.ScrollHint.PositionAtCenter)

    def _at_end(self) -> bool:
        bar = self.view.verticalScrollBar()
        return bar.value() >= bar.maximum() - 8

    def _clicked(self, index: Index) -> None:
        if self._audible:
            self.played.emit(index.data(UTTERANCE))

    def _play(self) -> None:
        utterance = self.view.currentIndex().data(UTTERANCE)
        if isinstance(utterance, Utterance):
            self.played.emit(utterance)

    def _menu(self, place: QPoint) -> None:
        index = self.view.indexAt(place)
        utterance = index.data(UTTERANCE)
        if not isinstance(utterance, Utterance):
            return
        menu = QMenu(self)
        hear = menu.addAction(self._theme.icon("play"), tr("Visits", "Hear this"), lambda: self.played.emit(utterance))
        hear.setEnabled(self._audible)
        if self.model.editable:
            menu.addAction(self._theme.icon("edit"), tr("Visits", "Correct (F2)"), lambda: self.view.edit(index))
            self._add_speakers(menu, utterance)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.view.viewport().mapToGlobal(place))

    def _add_speakers(self, menu: QMenu, utterance: Utterance) -> None:
        menu.addSeparator()
        names = dict.fromkeys([*self.model.speakers, tr("Visits", "Clinician"), tr("Visits", "Patient")])
        for name in names:
            action = menu.addAction(
                tr("Visits", "Said by {name}", name=name),
                partial(self.speaker_chosen.emit, utterance.id, name),
            )
            action.setEnabled(name != utterance.speaker)
        menu.addSeparator()
        words = tr("Visits", "Give “{name}” another name …", name=utterance.speaker)
        menu.addAction(words, lambda: self.ask_name(utterance.speaker))

    def ask_name(self, speaker: str) -> None:
        """Ask what a speaker is called."""
        self.naming.ask(speaker)
